import FixedPoint
import IntegerInference
import Support
import SwiftProtobuf

extension IntegerModel {
  /// Writes the model to an ONNX file, as a whole or not at all.
  ///
  ///     try integers.write(toONNX: "digits.onnx")
  ///
  /// The model has the arithmetic `onnxRuntime`. In the formats `qdq`, with UINT8 activations, and `qOperator`, with INT8
  /// ones, ONNX Runtime's default session gives its codes; in `standardQDQ` some are other ones. Inputs and outputs keep the model's order of axes, `[batch, height, width, channels]`; inside, images are
  /// `[batch, channels, height, width]`, as ONNX demands. The batch is free. Inputs, outputs and nodes have the names of
  /// the operations.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - format: How the file states that its numbers are codes.
  ///   - opset: The version of ONNX's operators; weights of up to 4 bits are stored as INT4 from 21 on.
  ///   - inferenceType: What the file takes and gives.
  ///   - avoidsSaturation: Whether a file of the format `qdq` gives the model's codes on x86-64 processors without VNNI,
  ///     too: weights whose products could leave 16 bits there are stored as UINT8. If not, ONNX Runtime is faster on
  ///     processors with VNNI.
  /// - Returns: What the file has otherwise than the model.
  /// - Throws: ``ONNXError`` if the format cannot express the model, or if the file cannot be written.
  @discardableResult
  public func write(
    toONNX path: String, format: ONNXFormat = .qdq, opset: ONNXOperatorSet = .v13,
    inferenceType: ONNXInferenceType = .float32, avoidsSaturation: Bool = true
  ) throws(ONNXError) -> [ONNXNote] {
    var exporter = ONNXExporter(
      self, format: format, opset: opset, inferenceType: inferenceType, avoidsSaturation: avoidsSaturation)
    let bytes = try exporter.bytes()
    do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch {
      throw ONNXError(file: path, cause: .system(error))
    }
    return exporter.notes
  }

  /// The bytes of the file that ``write(toONNX:format:opset:inferenceType:avoidsSaturation:)`` writes; equal models give equal bytes.
  ///
  /// - Parameters:
  ///   - format: How the file states that its numbers are codes.
  ///   - opset: The version of ONNX's operators.
  ///   - inferenceType: What the file takes and gives.
  ///   - avoidsSaturation: Whether a file of the format `qdq` gives the model's codes on x86-64 processors without VNNI,
  ///     too: weights whose products could leave 16 bits there are stored as UINT8. If not, ONNX Runtime is faster on
  ///     processors with VNNI.
  /// - Returns: The bytes.
  /// - Throws: ``ONNXError`` if the format cannot express the model.
  public func onnxFile(
    format: ONNXFormat = .qdq, opset: ONNXOperatorSet = .v13, inferenceType: ONNXInferenceType = .float32,
    avoidsSaturation: Bool = true
  ) throws(ONNXError) -> [UInt8] {
    var exporter = ONNXExporter(
      self, format: format, opset: opset, inferenceType: inferenceType, avoidsSaturation: avoidsSaturation)
    return try exporter.bytes()
  }
}

extension ONNXExporter {
  /// The bytes of the file.
  mutating func bytes() throws(ONNXError) -> [UInt8] {
    let file = try file()
    // A message of Protocol Buffers has fewer than 2³¹ bytes.
    do { return try file.serializedBytes() } catch {
      throw ONNXError(
        file: model.name,
        cause: .notExpressible(
          reason: "the file would have 2 GiB or more, which ONNX's format cannot hold",
          remedy: "quantize weights to 4 bits and write the operator set 21, or divide the model"))
    }
  }
}
