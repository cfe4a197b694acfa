/// A keyword and a text in a PNG file.
public struct PNGText: Hashable, Codable, Sendable {
  /// One of the keywords the PNG specification names, or one of our own.
  public let key: String
  /// What it says.
  public let text: String

  package init(key: String, text: String) { (self.key, self.text) = (key, text) }
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
