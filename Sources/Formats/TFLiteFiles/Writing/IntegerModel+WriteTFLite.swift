import FixedPoint
import IntegerInference
import Support

/// What a .tflite file takes from its caller and gives back.
public enum TFLiteInferenceType: String, CaseIterable, Sendable {
  /// Codes of 8 bits: the input's grid says what they mean.
  case int8
  /// Floating-point numbers, which a QUANTIZE turns into codes and a DEQUANTIZE makes of codes.
  case float32
}

/// Something that a written .tflite file has otherwise than the model.
public struct TFLiteNote: Hashable, Sendable, CustomStringConvertible {
  /// The operation.
  public let operation: String
  /// What differs, and why.
  public let text: String

  /// The operation and what differs, in one line.
  public var description: String { "\(UntrustedText.shown(operation)): \(text)" }
}

extension IntegerModel {
  /// Writes the model to a .tflite file, as a whole or not at all.
  ///
  ///     try integers.write(toTFLite: "digits.tflite")
  ///
  /// LiteRT gives the model's codes: its reference kernels those of the arithmetic `tflite`, its default interpreter those
  /// of `xnnpack`. Activations have 8 bits. Weights are stored in the narrowest type with which the runtime gives
  /// the model's codes, `INT4` or `INT8`. The batch is free, and 1 unless the caller resizes the input; with a transposed
  /// convolution it is 1. Tensors have the names of the operations.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - inferenceType: What the file takes and gives.
  /// - Returns: What the file has otherwise than the model.
  /// - Throws: ``TFLiteError`` if the format, or a runtime that reads it, cannot express the model, or if the file cannot
  ///   be written.
  @discardableResult
  public func write(
    toTFLite path: String, inferenceType: TFLiteInferenceType = .int8
  ) throws(TFLiteError) -> [TFLiteNote] {
    var exporter = TFLiteExporter(self, inferenceType: inferenceType)
    let file = try exporter.file()
    do throws(FileError) { try AtomicFile.write(file.bytes, to: path) } catch {
      throw TFLiteError(file: path, cause: .system(error))
    }
    return exporter.notes
  }

  /// The content of the file that ``write(toTFLite:inferenceType:)`` writes.
  ///
  /// - Parameter inferenceType: What the file takes and gives.
  /// - Returns: The content.
  /// - Throws: ``TFLiteError`` if the format, or a runtime that reads it, cannot express the model.
  public func tfliteFile(inferenceType: TFLiteInferenceType = .int8) throws(TFLiteError) -> TFLiteFile {
    var exporter = TFLiteExporter(self, inferenceType: inferenceType)
    return try exporter.file()
  }
}

/// Makes a file's tensors and operators of a model's operations, one after another.
struct TFLiteExporter {
  let model: IntegerModel
  private let inferenceType: TFLiteInferenceType
  private(set) var tensors: [TFLiteFile.Tensor] = []
  private(set) var operators: [TFLiteFile.Operator] = []
  private(set) var notes: [TFLiteNote] = []
  /// The tensor of codes of each operation.
  private var tensorOf: [Int] = []

  init(_ model: IntegerModel, inferenceType: TFLiteInferenceType) {
    (self.model, self.inferenceType) = (model, inferenceType)
  }

  /// Makes the content of the file.
  mutating func file() throws(TFLiteError) -> TFLiteFile {
    guard model.arithmetic != .onnxRuntime else {
      throw TFLiteError(
        file: model.name,
        cause: .notExpressible(
          reason: "the model follows the arithmetic of ONNX Runtime, and a .tflite file runs in LiteRT",
          remedy: "convert the quantized model with the arithmetic tflite or xnnpack"))
    }
    var inputs: [Int] = []
    for (index, operation) in model.operations.enumerated() {
      do throws(TFLiteError.Cause) {
        if case .input = operation.kind {
          inputs.append(try addInput(operation))
        } else if case .constant(let codes) = operation.kind {
          addConstant(operation, codes, at: index)
          tensorOf.append(tensors.count - 1)
        } else {
          let target = try addCodes(operation)
          tensorOf.append(target)
          try add(operation, reading: operation.inputs.map { tensorOf[$0] }, to: target)
        }
      } catch {
        throw TFLiteError(
          file: model.name, place: "operation \(index) \"\(UntrustedText.shown(operation.name))\"",
          cause: error)
      }
    }
    let outputs = model.outputs.map { addOutput($0) }
    return TFLiteFile(
      source: model.name, description: "swift-qat",
      subgraphs: [
        .init(name: "main", tensors: tensors, operators: operators, inputs: inputs, outputs: outputs)
      ])
  }

  // MARK: - Inputs and outputs

  /// Adds an input, and returns the tensor that the caller fills.
  private mutating func addInput(_ operation: IntegerOperation) throws(TFLiteError.Cause) -> Int {
    guard inferenceType == .float32 else {
      tensorOf.append(try addCodes(operation))
      return tensors.count - 1
    }
    let reals = add(name: operation.name, .float32, shape: operation.shape)
    let codes = try addCodes(operation, suffix: "/codes")
    tensorOf.append(codes)
    add(.quantize, version: 1, [reals], codes, TFLiteOptions(type: 89))
    return reals
  }

  /// Adds an output, and returns the tensor that the caller reads.
  private mutating func addOutput(_ index: Int) -> Int {
    guard inferenceType == .float32 else { return tensorOf[index] }
    let operation = model.operations[index]
    let reals = add(name: operation.name + "/reals", .float32, shape: operation.shape)
    add(.dequantize, version: 2, [tensorOf[index]], reals, TFLiteOptions(type: 38))
    return reals
  }

  // MARK: - Parts

  /// Adds the tensor of an operation's codes, which have 8 bits.
  mutating func addCodes(
    _ operation: IntegerOperation, suffix: String = "", shape: [Int]? = nil
  ) throws(TFLiteError.Cause) -> Int {
    guard operation.grid.quantizedRange == IntegerOperation.allCodes else {
      let range = operation.grid.quantizedRange
      throw .notExpressible(
        reason: "its codes are \(range.lowerBound) to \(range.upperBound), and the runtimes have -128 to 127",
        remedy: "quantize the model with activations of 8 bits, such as W4A8")
    }
    let index = add(name: operation.name + suffix, .int8, shape: shape ?? operation.shape)
    tensors[index].scales = [operation.grid.scale]
    tensors[index].zeroPoints = [Int(operation.grid.zeroPoint)]
    return index
  }

  /// Whether a caller may give any number of examples: a transposed convolution states its output's whole shape.
  private var hasFreeBatch: Bool {
    !model.operations.contains { if case .transposedConvolution = $0.kind { true } else { false } }
  }

  /// Sets the zero point of a tensor with one scale.
  mutating func setZeroPoint(of tensor: Int, to zeroPoint: Int32) {
    tensors[tensor].zeroPoints = [Int(zeroPoint)]
  }

  /// Adds a tensor of which the first extent counts examples.
  private mutating func add(name: String, _ type: TFLiteType, shape: [Int]) -> Int {
    tensors.append(
      .init(name: name, type: type, shape: [1] + shape, signature: hasFreeBatch ? [-1] + shape : []))
    return tensors.count - 1
  }

  /// Adds a constant.
  mutating func addConstant(
    _ name: String, _ type: TFLiteType, shape: [Int], bytes: [UInt8], scales: [Float] = [],
    dimension: Int = 0
  ) -> Int {
    tensors.append(
      .init(
        name: name, type: type, shape: shape, constant: bytes[...], scales: scales,
        zeroPoints: scales.map { _ in 0 }, quantizedDimension: dimension))
    return tensors.count - 1
  }

  /// Adds a constant of whole numbers: axes, paddings or a shape.
  mutating func addConstant(_ name: String, _ values: [Int], shape: [Int]? = nil) -> Int {
    addConstant(
      name, .int32, shape: shape ?? [values.count], bytes: values.map { Int32($0) }.littleEndianBytes)
  }

  /// Adds an operator with one output.
  mutating func add(
    _ operation: TFLiteOperation, version: Int, _ inputs: [Int], _ output: Int, _ options: TFLiteOptions
  ) {
    operators.append(
      .init(
        code: TFLiteOperatorCode(operation, version: version), inputs: inputs, outputs: [output],
        options: options))
  }

  /// Notes something that the file has otherwise than the model.
  mutating func note(_ operation: IntegerOperation, _ text: String) {
    notes.append(TFLiteNote(operation: operation.name, text: text))
  }
}

extension [Int32] {
  /// The integers as bytes in little-endian order.
  var littleEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    for value in self { Swift.withUnsafeBytes(of: value.littleEndian) { bytes += Array<UInt8>($0) } }
    return bytes
  }
}
