import Support

/// The content of a safetensors file: named tensors, and text about them.
///
///     var file = SafetensorsFile(metadata: ["step": "300"])
///     file.add(SafetensorsTensor("dense/kernel", shape: [784, 10], values: kernel))
///     try file.write(to: "model.safetensors")
///
///     let read = try SafetensorsFile(contentsOf: "model.safetensors")
///     let kernel = try read.floats("dense/kernel", shape: [784, 10])
///
/// Names are text as Swift compares it: two spellings of the same characters are one name.
///
/// Source: Hugging Face, "Safetensors", section Format.
public struct SafetensorsFile: Equatable, Sendable {
  /// Text about the tensors, by key.
  public var metadata: [String: String]
  /// Where the content was read from, for messages; not part of what `==` compares.
  public let source: String
  private var tensorsByName: [String: SafetensorsTensor] = [:]

  /// Creates the content of a file that is yet to be written; no two tensors may have the same name.
  public init(_ tensors: [SafetensorsTensor] = [], metadata: [String: String] = [:]) {
    self.init(tensors, metadata: metadata, source: "a file not yet written")
  }

  init(_ tensors: [SafetensorsTensor], metadata: [String: String], source: String) {
    (self.metadata, self.source) = (metadata, source)
    tensorsByName.reserveCapacity(tensors.count)
    for tensor in tensors { add(tensor) }
  }

  /// True if tensors and metadata are the same; the files they came from do not matter.
  public static func == (a: SafetensorsFile, b: SafetensorsFile) -> Bool {
    a.metadata == b.metadata && a.tensorsByName == b.tensorsByName
  }

  /// Adds a tensor, whose name must be new.
  public mutating func add(_ tensor: SafetensorsTensor) {
    let previous = tensorsByName.updateValue(tensor, forKey: tensor.name)
    require(
      previous == nil,
      "a safetensors file holds one tensor of a name; \(tensor.name) was added twice: give each its own name")
  }

  /// The tensors in the order in which a file holds them: wider elements first, then by name.
  ///
  /// - Complexity: O(*n* log *n*).
  public var tensors: [SafetensorsTensor] {
    let places = Dictionary(
      uniqueKeysWithValues: SafetensorsDataType.allCases.enumerated().map { ($1, $0) })
    return tensorsByName.values.sorted { a, b in
      guard a.type == b.type else { return places[a.type, default: 0] < places[b.type, default: 0] }
      return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
  }

  /// The tensor of this name, or nil if there is none.
  public subscript(name: String) -> SafetensorsTensor? { tensorsByName[name] }

  /// The elements of a tensor that must be of this Swift type and, unless `shape` is nil, of this shape.
  ///
  /// - Throws: `SafetensorsError` if there is no such tensor, or if it is of another type or shape.
  public func values<Element: SafetensorsElement>(
    _ name: String, as _: Element.Type = Element.self, shape: [Int]? = nil
  ) throws(SafetensorsError) -> [Element] {
    let tensor = try tensor(name, shape: shape)
    guard let values = tensor.values(as: Element.self) else {
      throw wrongType(tensor, expected: [Element.safetensorsType])
    }
    return values
  }

  /// The elements of a tensor as floats, which F32, F16 and BF16 are exactly; `shape` as in `values`.
  ///
  /// - Throws: `SafetensorsError` if there is no such tensor, or if it is of another type or shape.
  public func floats(_ name: String, shape: [Int]? = nil) throws(SafetensorsError) -> [Float] {
    let tensor = try tensor(name, shape: shape)
    guard let floats = tensor.floats() else {
      throw wrongType(tensor, expected: [.float32, .float16, .bfloat16])
    }
    return floats
  }

  /// Stops if the metadata give a setting another value; those that say nothing of it are taken at their word.
  ///
  /// - Throws: `SafetensorsError` that names the setting and both values.
  package func check(_ settings: [(name: String, value: String)]) throws(SafetensorsError) {
    for (name, value) in settings {
      guard let found = metadata[name], found != value else { continue }
      throw SafetensorsError(file: source, cause: .wrongSetting(name: name, expected: value, found: found))
    }
  }

  private func tensor(_ name: String, shape: [Int]?) throws(SafetensorsError) -> SafetensorsTensor {
    guard let tensor = tensorsByName[name] else {
      throw SafetensorsError(file: source, tensor: name, cause: .missing(present: tensors.map(\.name)))
    }
    guard let shape, shape != tensor.shape else { return tensor }
    throw SafetensorsError(
      file: source, tensor: name, cause: .wrongShape(expected: shape, found: tensor.shape))
  }

  private func wrongType(
    _ tensor: SafetensorsTensor, expected: [SafetensorsDataType]
  ) -> SafetensorsError {
    SafetensorsError(
      file: source, tensor: tensor.name, cause: .wrongType(expected: expected, found: tensor.type))
  }
}
