import Support

/// The content of a .tflite file: tensors, constants and operators, as they stand in the file.
///
/// All offsets, lengths and indices were checked; nothing else was. `IntegerModel(tflite:)` makes a model of it that
/// runs, and this is what there is to look at, floating-point models included.
///
/// The format is FlatBuffers with the schema of LiteRT, version 3 (file identifier TFL3).
public struct TFLiteFile: Hashable, Sendable {
  /// The path of the file, or another name of its origin, for messages; `==` ignores it.
  public let source: String
  /// The text with which a tool describes the file, such as "MLIR Converted.".
  public internal(set) var description: String
  /// The models in the file; the first is the one that runs.
  public internal(set) var subgraphs: [Subgraph]
  /// The size of the file in bytes; 0 if it was not read from one.
  public let byteCount: Int

  init(source: String, description: String, subgraphs: [Subgraph], byteCount: Int = 0) {
    (self.source, self.description, self.subgraphs) = (source, description, subgraphs)
    self.byteCount = byteCount
  }

  /// True if the contents are equal, whatever their sources and sizes in bytes.
  public static func == (a: TFLiteFile, b: TFLiteFile) -> Bool {
    a.description == b.description && a.subgraphs == b.subgraphs
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(description)
    hasher.combine(subgraphs)
  }

  /// A model: tensors, and operators in the order in which they run.
  public struct Subgraph: Hashable, Sendable {
    /// The name; often "main".
    public internal(set) var name: String
    /// The tensors: constants and what operators compute.
    public internal(set) var tensors: [Tensor]
    /// The operators, each after those that it reads.
    public internal(set) var operators: [Operator]
    /// The tensors that take the input.
    public internal(set) var inputs: [Int]
    /// The tensors whose values are the result.
    public internal(set) var outputs: [Int]
  }

  /// An array of numbers with its quantization.
  public struct Tensor: Hashable, Sendable {
    /// The name; may be empty.
    public internal(set) var name: String
    /// The type of an element.
    public internal(set) var type: TFLiteType
    /// The extents, with the batch first; empty for a single number.
    public internal(set) var shape: [Int]
    /// The extents with −1 where any is permitted; empty if all are fixed.
    public internal(set) var signature: [Int] = []
    /// The bytes of a constant, packed and in little-endian order; nil for what operators compute.
    public internal(set) var constant: ArraySlice<UInt8>?
    /// The scales of the integers: none, one, or one for each slice along ``quantizedDimension``.
    public internal(set) var scales: [Float] = []
    /// The zero points, as many as scales.
    public internal(set) var zeroPoints: [Int] = []
    /// The dimension along which scales differ.
    public internal(set) var quantizedDimension = 0
    /// Whether the scales are those of blocks, or of another scheme than one scale a tensor or a slice.
    public internal(set) var hasOtherQuantization = false
    /// Whether the constant is stored sparsely.
    public internal(set) var isSparse = false
    /// Whether the tensor keeps its values from one run to the next.
    public internal(set) var isVariable = false

    /// The number of elements; nil if it cannot be counted.
    public var count: Int? { shape.allSatisfy { $0 >= 0 } ? shape.checkedProduct : nil }
  }

  /// An operation on tensors.
  public struct Operator: Hashable, Sendable {
    /// What it computes.
    public internal(set) var code: TFLiteOperatorCode
    /// The indices of the tensors that it reads; −1 for an optional one that is absent.
    public internal(set) var inputs: [Int]
    /// The indices of the tensors that it writes.
    public internal(set) var outputs: [Int]
    /// The options.
    public internal(set) var options: TFLiteOptions
  }
}
