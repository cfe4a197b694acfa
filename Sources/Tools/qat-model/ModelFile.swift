import ArgumentParser
import FixedPoint
import IntegerInference
import KerasFiles
import Layers
import ONNXFiles
import Support
import TFLiteFiles

/// A model file, of whatever format.
enum ModelFile {
  /// A .tflite file.
  case tflite(TFLiteFile)
  /// A file that `IntegerModel.write(to:)` wrote.
  case integers(IntegerModel)
  /// An ONNX file of a quantized model, at a path.
  case onnx(path: String)
  /// A Keras file of floating-point numbers, at a path.
  case keras(path: String)

  /// The format of a file.
  private enum Format {
    case tflite
    case integers
    case onnx
    case keras

    /// Finds a file's format by its first bytes; nil if it is none of these.
    ///
    /// ONNX files have no signature: the first field of most, the number of their version, makes a byte of 8.
    init?(path: String) throws {
      let file = try OrdinaryFile(path: path)
      let start = try file.read(0..<min(file.size, 9))
      if start.count >= 8, start[4..<8].elementsEqual("TFL3".utf8) {
        self = .tflite
      } else if start.starts(with: [0x89] + Array("HDF".utf8))
        || start.starts(with: Array("PK\u{3}\u{4}".utf8))
      {
        self = .keras
      } else if start.count == 9, start[8] == UInt8(ascii: "{") {
        self = .integers
      } else if start.first == 0x08 || path.lowercased().hasSuffix(".onnx") {
        self = .onnx
      } else {
        return nil
      }
    }
  }

  /// Reads a file; its first bytes say what it is.
  init(path: String) throws {
    switch try Format(path: path) {
    case .tflite: self = .tflite(try TFLiteFile(contentsOf: path))
    case .integers: self = .integers(try IntegerModel(contentsOf: path))
    case .onnx: self = .onnx(path: path)
    case .keras: self = .keras(path: path)
    case nil: throw ModelFileError.unknown(path: path)
    }
  }

  /// The integer model with the rounding of an arithmetic; nil means that of the file, which for .tflite is `tflite`.
  func model(_ arithmetic: IntegerArithmetic? = nil) throws -> IntegerModel {
    switch self {
    case .tflite(let file): try IntegerModel(file, arithmetic: arithmetic ?? .tflite)
    case .integers(let model): try model.following(arithmetic ?? model.arithmetic)
    case .onnx(let path):
      try IntegerModel(onnx: path).following(arithmetic ?? .onnxRuntime)
    case .keras(let path): throw ModelFileError.isFloat(path: path)
    }
  }

  /// Reads a Keras model of floating-point numbers.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - inputShapes: The shapes of one example of each input, for a file that leaves dimensions open.
  ///   - note: Is told what computes as in Keras and trains otherwise.
  /// - Returns: The model.
  /// - Throws: `KerasFileError` if the file cannot be read, ``ModelFileError`` if it is none of Keras's.
  static func floats(
    path: String, inputShapes: [[Int]]? = nil, noting note: (String) -> Void = { _ in }
  ) throws -> Model {
    switch try Format(path: path) {
    case .keras: try Model(keras: path, inputShapes: inputShapes, noting: note)
    case nil: throw ModelFileError.unknown(path: path)
    default: throw ModelFileError.isNotKeras(path: path)
    }
  }
}

extension IntegerModel {
  /// The same operations in another arithmetic.
  ///
  /// - Throws: `IntegerModelError` if the arithmetic lacks an operation.
  func following(_ arithmetic: IntegerArithmetic) throws -> IntegerModel {
    guard arithmetic != self.arithmetic else { return self }
    return try IntegerModel(name: name, arithmetic: arithmetic, operations: operations, outputs: outputs)
  }
}

/// A file that does not hold the kind of model that a command needs.
enum ModelFileError: Error, CustomStringConvertible {
  /// It has no format that is read.
  case unknown(path: String)
  /// It is a Keras model, and an integer model is needed.
  case isFloat(path: String)
  /// It is an integer model, and a Keras model is needed.
  case isNotKeras(path: String)

  var description: String {
    switch self {
    case .unknown(let path):
      "\(path): it is no model file; expected .tflite, ONNX, a file of IntegerModel.write, or a Keras file"
    case .isFloat(let path):
      "\(path): it is a Keras model of floating-point numbers, and this command takes integers; make them first:"
        + " qat-model quantize \(path) --calibrate DATA --to model.tflite"
    case .isNotKeras(let path):
      "\(path): it is no Keras model; give a .keras or .h5 file that model.save wrote, or take qat-model convert for a"
        + " model of integers"
    }
  }
}

extension IntegerArithmetic: ExpressibleByArgument {}

/// The file that a command reads.
struct FileArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The model: .tflite, ONNX, or a file of this package.", valueName: "file"))
  var path: String
}
