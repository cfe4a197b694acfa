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

extension PNGImage {
  /// The provenance in the file; missing parts are `nil`.
  public var provenance: Provenance { Provenance(texts: texts) }
}
