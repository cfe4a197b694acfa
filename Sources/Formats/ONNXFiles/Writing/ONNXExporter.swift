import FixedPoint
import IntegerInference
import Support

/// Makes a file's nodes and initializers of a model's operations, one after another.
struct ONNXExporter {
  let model: IntegerModel
  let format: ONNXFormat
  let opset: ONNXOperatorSet
  private let inferenceType: ONNXInferenceType
  /// Whether weights whose products could leave 16 bits are unsigned.
  let avoidsSaturation: Bool
  private(set) var notes: [ONNXNote] = []
  var graph = ONNXGraphMaker()
  /// The operations whose sums of two products can leave 16 bits.
  var longSums: [IntegerOperation] = []
  /// Codes of which a second type was made, by their names.
  var otherTypes: [String: ONNXCodes] = [:]
  /// The codes of each operation; nil for a constant, which its readers write in the shape they need.
  private var codesOf: [ONNXCodes?] = []
  /// The file's name for an operation whose name is empty, which means "no tensor" in ONNX.
  private var unnamed = ""
  /// Whether each operation depends on no input, so that it has one example whatever the batch is.
  private var isFixed: [Bool] = []

  init(
    _ model: IntegerModel, format: ONNXFormat, opset: ONNXOperatorSet, inferenceType: ONNXInferenceType,
    avoidsSaturation: Bool
  ) {
    (self.model, self.format, self.opset) = (model, format, opset)
    (self.inferenceType, self.avoidsSaturation) = (inferenceType, avoidsSaturation && format == .qdq)
  }

  /// Makes the content of the file.
  mutating func file() throws(ONNXError) -> Onnx_ModelProto {
    guard model.arithmetic == .onnxRuntime else {
      throw ONNXError(
        file: model.name,
        cause: .notExpressible(
          reason:
            "the model follows the arithmetic \(model.arithmetic.rawValue), and an ONNX file runs in ONNX Runtime",
          remedy: "convert the quantized model with the arithmetic onnxRuntime"))
    }
    unnamed = graph.reserve(model.operations.map(\.name))
    for (index, operation) in model.operations.enumerated() {
      do throws(ONNXError.Cause) { try add(operation, at: index) } catch {
        throw ONNXError(
          file: model.name, place: "operation \(index) \"\(UntrustedText.shown(operation.name))\"",
          cause: error)
      }
    }
    for index in model.outputs { addOutput(index) }
    noteLongSums()
    return graph.model(
      named: model.name, opset: opset,
      description:
        "An integer model of swift-qat in the arithmetic of ONNX Runtime, written as \(format.rawValue).")
  }

  /// Adds an operation's nodes, and keeps its codes.
  private mutating func add(_ operation: IntegerOperation, at index: Int) throws(ONNXError.Cause) {
    let isInput = operation.kind == .input
    isFixed.append(!isInput && operation.inputs.allSatisfy { isFixed[$0] })
    if isFixed[index], model.outputs.contains(index) {
      throw .notExpressible(
        reason: "it does not depend on an input, so it has one example where the other outputs have a batch",
        remedy: "leave it out of the outputs")
    }
    if case .constant = operation.kind { return codesOf.append(nil) }
    let begin = graph.nodes.count
    if isInput {
      codesOf.append(addInput(operation))
    } else {
      codesOf.append(try codes(of: operation))
    }
    guard graph.nodes.count > begin, var codes = codesOf[index] else { return }
    let isEnd = isInput || model.outputs.contains(index)
    codes.name = graph.renameLastOutput(
      isEnd ? name(of: operation) + "/codes" : name(of: operation), isNew: isEnd)
    codesOf[index] = codes
  }

  /// The name of an operation in the file.
  func name(of operation: IntegerOperation) -> String { operation.name.isEmpty ? unnamed : operation.name }

  // MARK: - What operations read

  /// The operation that an operation reads, as the file has it.
  mutating func source(_ operation: IntegerOperation, _ number: Int = 0) -> ONNXCodes {
    let index = operation.inputs[number]
    return codesOf[index] ?? constant(index, shape: model.operations[index].shape, for: operation)
  }

  /// An operand of an operation that combines two tensors element by element, with as many axes as the result.
  mutating func operand(_ operation: IntegerOperation, _ number: Int) -> ONNXCodes {
    let index = operation.inputs[number]
    let own = model.operations[index].shape
    guard own.count != operation.shape.count else { return source(operation, number) }
    let core = Array(own.drop { $0 == 1 })
    let shape = [Int](repeating: 1, count: operation.shape.count - core.count) + core
    guard let codes = codesOf[index] else { return constant(index, shape: shape, for: operation) }
    return reshaped(codes, from: own, to: shape, name(of: operation) + "/operand")
  }

  /// The codes of a constant as an initializer of a shape, which has as many elements.
  private mutating func constant(_ index: Int, shape: [Int], for reader: IntegerOperation) -> ONNXCodes {
    let operation = model.operations[index]
    guard case .constant(let codes) = operation.kind else {
      stop("ONNXExporter: operation \(index) has no codes and is no constant")
    }
    let axes = ONNXAxes(shape)
    let grid = graph.grid(operation.grid, codeType, named: name(of: operation))
    let name = graph.add(
      "\(name(of: operation)) of \(name(of: reader))", axes.fileOrder(codes).map { Int32($0) }, codeType,
      shape: [1] + axes.fileShape)
    return ONNXCodes(name: name, grid: grid, fileShape: axes.fileShape)
  }

  /// Checks that a concatenation's parts have as many examples as each other.
  func checkHasBatch(_ operation: IntegerOperation) throws(ONNXError.Cause) {
    for index in operation.inputs where isFixed[index] && operation.inputs.contains(where: { !isFixed[$0] }) {
      throw .notExpressible(
        reason:
          "it joins the constant \"\(UntrustedText.shown(model.operations[index].name))\", which has one"
          + " example, to tensors of any batch",
        remedy: "pad with constantPadding, or leave the constant out")
    }
  }

  // MARK: - Inputs and outputs

  /// Adds an input, and returns its codes.
  ///
  /// In files of QDQ codes of the caller go through floats, too: ONNX Runtime fuses operators between pairs of
  /// QuantizeLinear and DequantizeLinear only.
  private mutating func addInput(_ operation: IntegerOperation) -> ONNXCodes {
    let (name, axes) = (name(of: operation), ONNXAxes(operation.shape))
    let isFloat = inferenceType == .float32
    if isFloat, operation.grid.rounding != .halfToEven {
      note(
        operation,
        "QuantizeLinear rounds inputs halfway between two codes to the even one, and its grid does not")
    }
    graph.addInput(name, isFloat ? .float : .int8, shape: operation.shape)
    var tensor = name
    if !isFloat, format != .qOperator {
      let grid = graph.grid(operation.grid, .int8, named: name + "/int8")
      tensor = graph.dequantize(
        ONNXCodes(name: name, grid: grid, fileShape: operation.shape), named: name + "/dequantize")
    }
    if axes.isReordered {
      tensor = graph.add(
        "Transpose", [tensor], named: name + "/transpose", [.integers("perm", axes.toFile)])
    }
    let grid = graph.grid(operation.grid, codeType, named: name)
    if isFloat || format != .qOperator { tensor = graph.quantize(tensor, grid, named: name + "/quantize") }
    let codes = ONNXCodes(name: tensor, grid: grid, fileShape: axes.fileShape)
    return isFloat ? limited(codes, to: operation.grid.quantizedRange, operation) : codes
  }

  /// Adds an output in the model's order of axes.
  private mutating func addOutput(_ index: Int) {
    guard var codes = codesOf[index] else { return }
    let operation = model.operations[index]
    let (name, axes) = (name(of: operation), ONNXAxes(operation.shape))
    let own = codes.name
    if axes.isReordered {
      codes = addMovement(
        "Transpose", reading: [codes], named: name + "/transpose output", [.integers("perm", axes.toModel)],
        shape: operation.shape)
    }
    if inferenceType == .float32 {
      _ = graph.dequantize(codes, named: name + "/dequantize output")
    } else if codes.grid.type != .int8 {
      codes = converted(codes, to: .int8)
    }
    if inferenceType == .int8, codes.name == own || !graph.isLastOutput(codes.name) {
      graph.add("Identity", [codes.name], named: name + "/output")
    }
    graph.addOutput(name, inferenceType == .int8 ? .int8 : .float, shape: operation.shape)
  }

  /// Notes that ONNX Runtime's products of unsigned and signed codes can go wrong on processors without VNNI.
  private mutating func noteLongSums() {
    guard let first = longSums.first else { return }
    let others = longSums.count == 1 ? "" : ", and of \(longSums.count - 1) other operations,"
    note(
      first,
      "on x86-64 processors with AVX2 and without VNNI, ONNX Runtime cuts off sums of two products of its codes\(others)"
        + " at 16 bits: set session.x64quantprecision to 1"
        + (format == .qdq ? ", write it with avoidsSaturation," : "") + " or quantize weights to 7 bits")
  }

  /// Notes something that the file has otherwise than the model.
  mutating func note(_ operation: IntegerOperation, _ text: String) {
    notes.append(ONNXNote(operation: operation.name, text: text))
  }
}
