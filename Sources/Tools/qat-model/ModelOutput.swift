import ArgumentParser
import FixedPoint
import Foundation
import IntegerInference
import ONNXFiles
import Support
import TFLiteFiles

/// The file in which a command leaves an integer model; the ending of its name says the format.
struct ModelOutput {
  /// A format of integer models.
  enum Format {
    case tflite
    case onnx
    /// What `IntegerModel.write(to:)` writes.
    case own

    /// The arithmetic of the runtime that reads the format; nil if any does.
    var arithmetic: IntegerArithmetic? {
      switch self {
      case .tflite: .tflite
      case .onnx: .onnxRuntime
      case .own: nil
      }
    }

    /// Whether the format can hold a model in an arithmetic.
    func takes(_ arithmetic: IntegerArithmetic) -> Bool {
      switch self {
      case .tflite: arithmetic != .onnxRuntime
      case .onnx: arithmetic == .onnxRuntime
      case .own: true
      }
    }
  }

  let path: String
  let format: Format
  let options: OutputArguments

  /// Refuses a path of an unknown ending, and one that cannot be written to, before any work is done.
  init(_ options: OutputArguments) throws {
    (path, self.options) = (options.path, options)
    switch path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() {
    case "tflite": format = .tflite
    case "onnx": format = .onnx
    case "safetensors", "qat": format = .own
    default:
      throw ValidationError(
        "\(path): a model is written as .tflite, .onnx, or .safetensors, this package's own format")
    }
    guard format == .onnx || options.onnx == nil && options.opset == nil else {
      throw ValidationError("--onnx and --opset are for files that end in .onnx")
    }
    guard format != .own || options.takes == nil else {
      throw ValidationError("--takes is for .tflite and .onnx; this package's own files take both")
    }
    try AtomicFile.refuseUnwritable(path)
  }

  /// Writes a model, whole or not at all.
  ///
  /// - Returns: What the file has otherwise than the model.
  func write(_ model: IntegerModel) throws -> [String] {
    switch format {
    case .tflite:
      try model.write(toTFLite: path, inferenceType: options.takes == .float32 ? .float32 : .int8).map(
        \.description)
    case .onnx:
      try model.write(
        toONNX: path, format: (options.onnx ?? .qdq).format,
        opset: options.opset.flatMap(ONNXOperatorSet.init) ?? .v13,
        inferenceType: options.takes == .int8 ? .int8 : .float32
      ).map(\.description)
    case .own:
      try write(own: model)
    }
  }

  private func write(own model: IntegerModel) throws -> [String] {
    try model.write(to: path)
    return []
  }
}

/// Where a model is written to, and how.
struct OutputArguments: ParsableArguments {
  /// What a file takes and gives.
  enum Numbers: String, CaseIterable, ExpressibleByArgument {
    case int8
    case float32
  }

  /// The operators of an ONNX file.
  enum ONNXOperators: String, CaseIterable, ExpressibleByArgument {
    case qdq
    case standardQDQ = "standard-qdq"
    case qoperator

    var format: ONNXFormat {
      switch self {
      case .qdq: .qdq
      case .standardQDQ: .standardQDQ
      case .qoperator: .qOperator
      }
    }
  }

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(
      "The file for the model: .tflite, .onnx, or .safetensors (this package's own).", valueName: "file"))
  var path: String

  @Option(
    help: ArgumentHelp(
      "Codes (int8) or real numbers (float32) in and out; by default int8 for .tflite, float32 for .onnx.",
      valueName: "type"))
  var takes: Numbers?

  @Option(help: "The operators of an .onnx file: qdq (default), standard-qdq or qoperator.")
  var onnx: ONNXOperators?

  @Option(
    help: ArgumentHelp(
      "The opset of an .onnx file: 13 (default), or 21 for 4-bit weights in 4 bits.", valueName: "number"))
  var opset: Int?

  func validate() throws {
    guard opset == nil || opset.flatMap(ONNXOperatorSet.init) != nil else {
      throw ValidationError("--opset is 13 or 21; got \(opset ?? 0)")
    }
  }
}

/// Refuses to write two things to one file, or one over a file that is read.
///
/// - Parameters:
///   - written: What is written, by the names of options.
///   - read: What is read, by names.
/// - Throws: `ValidationError` that names the two.
func refuseEqualPaths(written: [(name: String, path: String?)], read: [(name: String, path: String?)]) throws
{
  func real(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }
  var seen: [String: String] = [:]
  for (name, path) in read { if let path { seen[real(path)] = name } }
  for (name, path) in written {
    guard let path else { continue }
    if let other = seen.updateValue(name, forKey: real(path)) {
      throw ValidationError("\(name) would overwrite \(other): both are \(path)")
    }
  }
}
