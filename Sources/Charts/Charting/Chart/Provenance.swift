import PNGFiles

/// What a figure's file says about itself: which code and data made it, and what it shows.
///
/// Kept in the PNG as iTXt chunks, and read back with `PNGImage`. No time stamp: the same run makes the
/// same bytes.
public struct Provenance: Hashable, Codable, Sendable {
  /// The figure's title or caption.
  public var title: String?
  /// The text for readers who do not see the figure.
  public var description: String?
  /// The code that made it, such as "Lessons/lesson-01/main.swift:42".
  public var source: String?
  /// A digest of what went into it.
  public var inputs: String?
  /// The seed of the run.
  public var seed: String?
  /// Which data set was used.
  public var data: String?
  /// The program and toolchain.
  public var software: String?

  /// Creates a provenance; what is `nil` is left out of the file.
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

  /// The texts of a file, in a fixed order.
  package var texts: [PNGText] {
    let values = [title, description, source, inputs, seed, data, software]
    return zip(Self.keys, values).compactMap { key, value in value.map { PNGText(key: key, text: $0) } }
  }

  package init(texts: [PNGText]) {
    let values = Self.keys.map { key in texts.first { $0.key == key }?.text }
    self.init(
      title: values[0], description: values[1], source: values[2], inputs: values[3], seed: values[4],
      data: values[5], software: values[6])
  }
}

extension PNGImage {
  /// What the file says about where it came from; parts it does not mention are `nil`.
  public var provenance: Provenance { Provenance(texts: texts) }
}
