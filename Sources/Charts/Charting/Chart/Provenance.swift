import PNGFiles

/// The metadata in a figure's file: what the figure shows, and the code and data that made it.
///
/// A PNG keeps it in iTXt chunks, which `PNGImage` reads back. There is no time stamp, so that the same run
/// writes the same bytes.
public struct Provenance: Hashable, Codable, Sendable {
  /// The figure's title or caption.
  public var title: String?
  /// The alternative text, for readers who cannot see the figure.
  public var description: String?
  /// The line of code that made the figure, such as "Lessons/lesson-01/main.swift:42".
  public var source: String?
  /// A digest of the inputs.
  public var inputs: String?
  /// The seed of the run.
  public var seed: String?
  /// The data set.
  public var data: String?
  /// The program and toolchain.
  public var software: String?

  /// Creates a provenance; parts that are `nil` are left out of the file.
  ///
  /// - Parameters:
  ///   - title: The figure's title or caption.
  ///   - description: The alternative text.
  ///   - source: The line of code that made the figure.
  ///   - inputs: A digest of the inputs.
  ///   - seed: The seed of the run.
  ///   - data: The data set.
  ///   - software: The program and toolchain.
  public init(
    title: String? = nil, description: String? = nil, source: String? = nil, inputs: String? = nil,
    seed: String? = nil, data: String? = nil, software: String? = nil
  ) {
    (self.title, self.description, self.source) = (title, description, source)
    (self.inputs, self.seed, self.data, self.software) = (inputs, seed, data, software)
  }
}

extension Provenance {
  private static let keys = ["Title", "Description", "Source", "Inputs", "Seed", "Data", "Software"]

  /// The texts of a PNG file, in a fixed order.
  package var texts: [PNGText] {
    let values = [title, description, source, inputs, seed, data, software]
    return zip(Self.keys, values).compactMap { key, value in value.map { PNGText(key: key, text: $0) } }
  }

  /// Reads a provenance from the texts of a PNG file.
  package init(texts: [PNGText]) {
    let values = Self.keys.map { key in texts.first { $0.key == key }?.text }
    self.init(
      title: values[0], description: values[1], source: values[2], inputs: values[3], seed: values[4],
      data: values[5], software: values[6])
  }
}

extension Provenance {
  /// What comes before the origin in the last line of a PDF.
  static let pdfComment = "%swift-qat "

  /// Where the figure comes from, in a line, for files that have one field for it; nil if nothing is known.
  var origin: String? {
    let rest = texts.filter { $0.key != "Title" && $0.key != "Description" }
    return rest.isEmpty ? nil : rest.map { "\($0.key): \($0.text)" }.joined(separator: "; ")
  }

  /// Reads a line that ``origin`` wrote; a field may hold anything but a semicolon before a space.
  init(origin: String) {
    let fields = origin.split(separator: /; (?=[A-Z][a-z]+: )/).compactMap { field -> PNGText? in
      guard let colon = field.firstRange(of: ": ") else { return nil }
      return PNGText(key: String(field[..<colon.lowerBound]), text: String(field[colon.upperBound...]))
    }
    self.init(texts: fields)
  }

  /// Reads the provenance of a figure in a file: a PNG, an SVG or a PDF, judged by its bytes.
  ///
  /// A file of others tells nothing.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: `PNGError` for a damaged PNG.
  package init(figure bytes: [UInt8]) throws(PNGError) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      self = try PNGImage(bytes: bytes).provenance
      return
    }
    if bytes.starts(with: Array("%PDF-".utf8)) {
      let end = String(decoding: bytes.suffix(4096), as: UTF8.self)
      let line = end.split(separator: "\n").last { $0.hasPrefix(Self.pdfComment) }
      self.init(origin: line.map { String($0.dropFirst(Self.pdfComment.count)) } ?? "")
      return
    }
    // The metadata stand at the beginning, before what may be megabytes of outlines.
    let start = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    guard let begin = start.firstRange(of: "<metadata>")?.upperBound,
      let end = start[begin...].firstRange(of: "</metadata>")?.lowerBound
    else {
      self.init()
      return
    }
    let text = String(start[begin..<end])
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    self.init(origin: entities.reduce(text) { $0.replacing($1.0, with: $1.1) })
  }
}

extension PNGImage {
  /// The provenance in the file; missing parts are `nil`.
  public var provenance: Provenance { Provenance(texts: texts) }
}
