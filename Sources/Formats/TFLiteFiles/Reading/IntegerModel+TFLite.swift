import FixedPoint
import IntegerInference
import Support

extension IntegerModel {
  /// Reads an int8 model from a .tflite file; everything in the file is checked.
  ///
  ///     let model = try IntegerModel(tflite: "kws_ref_model.tflite")
  ///     let codes = IntegerSession(model).codes(inputCodes, examples: 1)
  ///
  /// The codes are those of LiteRT: with the arithmetic `tflite` of its reference kernels, with `xnnpack` of its default
  /// interpreter. An operation has the name of the tensor that it writes. Codes are signed: where a file takes or gives
  /// `UINT8`, its codes are those here plus 128; where it takes or gives floating-point numbers, the grids of the
  /// model's inputs and outputs say which.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - arithmetic: The runtime whose rounding the integers follow.
  ///   - limit: The most bytes that the file may have.
  /// - Throws: ``TFLiteError``, which names the file, the operation or tensor, the cause and the remedy.
  public init(
    tflite path: String, arithmetic: IntegerArithmetic = .tflite, limit: Int = TFLiteFile.defaultLimit
  ) throws(TFLiteError) {
    try self.init(TFLiteFile(contentsOf: path, limit: limit), arithmetic: arithmetic)
  }

  /// Makes an integer model of the content of a .tflite file.
  ///
  /// - Parameters:
  ///   - file: The content of the file.
  ///   - arithmetic: The runtime whose rounding the integers follow.
  /// - Throws: ``TFLiteError``, which names the file, the operation or tensor, the cause and the remedy.
  public init(_ file: TFLiteFile, arithmetic: IntegerArithmetic = .tflite) throws(TFLiteError) {
    var importer = try TFLiteImporter(file, arithmetic)
    self = try importer.model()
  }
}

/// Makes integer operations of a file's operators, one after another.
struct TFLiteImporter {
  /// What a tensor is to the operations made so far.
  enum Value {
    /// The codes of an operation.
    case codes(Int)
    /// The same codes plus 128, as unsigned bytes.
    case unsigned(Int)
    /// The real numbers that the codes of an operation represent.
    case reals(Int)
    /// Whole numbers that the file computes from shapes, which are fixed here.
    case shape([Int])
  }

  let file: TFLiteFile
  let graph: TFLiteFile.Subgraph
  let arithmetic: IntegerArithmetic
  /// The extent of the first dimension of all inputs.
  let batch: Int
  private(set) var operations: [IntegerOperation] = []
  private var names: Set<String> = []
  /// The values of tensors by their indices.
  var values: [Int: Value] = [:]
  /// The numbers of dimensions, with that of the batch, of tensors whose operators compute it.
  var ranks: [Int: Int] = [:]

  /// Prepares the reading of the file's only subgraph.
  init(_ file: TFLiteFile, _ arithmetic: IntegerArithmetic) throws(TFLiteError) {
    guard file.subgraphs.count == 1 else {
      throw TFLiteError(file: file.source, cause: .subgraphs(file.subgraphs.count))
    }
    (self.file, self.arithmetic, graph) = (file, arithmetic, file.subgraphs[0])
    let extents = Set(graph.inputs.map { file.subgraphs[0].tensors[$0].shape.first ?? 1 })
    batch = extents.count == 1 ? extents.first ?? 1 : 1
  }

  /// Makes the model.
  mutating func model() throws(TFLiteError) -> IntegerModel {
    for index in graph.inputs {
      do throws(TFLiteError.Cause) { try addInput(index) } catch { throw failure(label(index), error) }
    }
    var index = 0
    while index < graph.operators.count {
      let one = graph.operators[index]
      do throws(TFLiteError.Cause) { index += try add(one, at: index) } catch {
        throw failure("operation \(index) \(UntrustedText.shown(one.code.name))", error)
      }
    }
    var outputs: [Int] = []
    for index in graph.outputs {
      switch values[index] {
      case .codes(let operation), .unsigned(let operation), .reals(let operation): outputs.append(operation)
      case .shape, nil:
        throw failure("output \(label(index))", .notComputed(tensor: label(index)))
      }
    }
    do throws(IntegerModelError) {
      return try IntegerModel(
        name: Self.modelName(of: file), arithmetic: arithmetic, operations: operations, outputs: outputs
      )
    } catch {
      throw failure(
        nil, .impossibleModel(.init(description: UntrustedText.shown(error.description, most: 400))))
    }
  }

  /// The name of a file's model: that of the file, without folders and ending.
  private static func modelName(of file: TFLiteFile) -> String {
    let name = file.source.split(separator: "/").last.map(String.init) ?? file.source
    return name.hasSuffix(".tflite") ? String(name.dropLast(7)) : name
  }

  private func failure(_ place: String?, _ cause: TFLiteError.Cause) -> TFLiteError {
    TFLiteError(file: file.source, place: place, cause: cause)
  }

  /// Makes the operations of an operator, and returns how many operators they cover.
  private mutating func add(
    _ one: TFLiteFile.Operator, at index: Int
  ) throws(TFLiteError.Cause) -> Int {
    guard let operation = one.code.operation else { throw .operationUnsupported }
    try checkCount(one.outputs, of: "outputs", operation == .split ? 1...Int.max : 1...1)
    switch operation {
    case .conv2D: try addConvolution(one)
    case .depthwiseConv2D: try addDepthwiseConvolution(one)
    case .fullyConnected: try addDense(one)
    case .add: try addElementwise(one) { .add(activationRange: $0) }
    case .sub: try addElementwise(one) { .subtract(activationRange: $0) }
    case .mul: try addElementwise(one) { .multiply(activationRange: $0) }
    case .prelu: try addPReLU(one)
    case .maxPool2D, .averagePool2D: try addPooling(one, operation)
    case .mean: try addMean(one)
    case .softmax: try addSoftmax(one)
    case .logistic: try append(.sigmoid, one)
    case .tanh: try append(.tanh, one)
    case .hardSwish: try append(.hardSwish, one)
    case .leakyReLU: try append(.leakyReLU(slope: one.options.floats[.slope] ?? 0), one)
    case .relu, .relu6, .reluN1To1: try addReLU(one, operation)
    case .shape: try addShapeArithmetic(one, operation)
    case .stridedSlice, .pack, .concatenation, .reshape, .squeeze, .expandDims, .tile:
      if isShapeArithmetic(one) {
        try addShapeArithmetic(one, operation)
      } else {
        try addMovement(one, operation)
      }
    case .pad, .padV2: try addPadding(one, operation)
    case .split: try addSplit(one)
    case .transpose: try addTranspose(one)
    case .resizeBilinear, .resizeNearestNeighbor: try addResizing(one, operation)
    case .transposeConv: try addTransposedConvolution(one)
    case .spaceToBatchND: return try addDilatedConvolution(at: index)
    case .batchToSpaceND: throw .operationUnsupported
    case .quantize: try addQuantize(one)
    case .dequantize: try addDequantize(one)
    }
    return 1
  }

  private mutating func addMovement(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    switch operation {
    case .stridedSlice: try addStridedSlice(one)
    case .concatenation: try addConcatenation(one)
    case .reshape, .squeeze, .expandDims: try addReshape(one, operation)
    case .tile: try addTile(one)
    default:
      throw .optionUnsupported(
        option: "input", value: "made of codes",
        expected: "numbers of a shape; put codes together by a concatenation")
    }
  }

  /// Whether an operator computes with whole numbers of shapes.
  func isShapeArithmetic(_ one: TFLiteFile.Operator) -> Bool {
    one.inputs.allSatisfy { index in
      guard index >= 0 else { return true }
      if case .shape? = values[index] { return true }
      return graph.tensors[index].constant != nil && [.int32, .int64].contains(graph.tensors[index].type)
    }
  }

  // MARK: - Operations

  /// Appends an operation that writes the operator's first output and reads its first input.
  ///
  /// The shape is that of the input if none is given.
  mutating func append(
    _ kind: IntegerOperation.Kind, _ one: TFLiteFile.Operator, shape: [Int]? = nil
  ) throws(TFLiteError.Cause) {
    let source = try codes(one, 0)
    try append(kind, reading: [source], shape: shape ?? operations[source].shape, to: one.outputs[0])
  }

  /// Appends an operation whose codes are the values of a tensor.
  mutating func append(
    _ kind: IntegerOperation.Kind, reading inputs: [Int], shape: [Int], to tensor: Int
  ) throws(TFLiteError.Cause) {
    let index = try append(kind, reading: inputs, shape: shape, grid: grid(of: tensor), named: tensor)
    values[tensor] = .codes(index)
  }

  /// Appends an operation of any grid, named after a tensor, and returns its index.
  ///
  /// Every shape is checked here, so that no operation after it computes with an impossible one.
  mutating func append(
    _ kind: IntegerOperation.Kind, reading inputs: [Int], shape: [Int], grid: AffineQuantizer,
    named tensor: Int
  ) throws(TFLiteError.Cause) -> Int {
    guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }), let count = shape.checkedProduct,
      count <= Int(Int32.max)
    else { throw .impossibleShape(shape) }
    let wanted = graph.tensors[tensor].name.isEmpty ? "tensor \(tensor)" : graph.tensors[tensor].name
    var (name, number) = (wanted, 1)
    while !names.insert(name).inserted {
      number += 1
      name = "\(wanted) (\(number))"
    }
    operations.append(
      IntegerOperation(name: name, kind: kind, inputs: inputs, shape: shape, grid: grid))
    return operations.count - 1
  }
}
