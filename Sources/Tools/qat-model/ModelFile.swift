import ArgumentParser
import FixedPoint
import IntegerInference
import Support
import TFLiteFiles

/// A model file, of whatever format.
enum ModelFile {
  /// A .tflite file.
  case tflite(TFLiteFile)
  /// A file that `IntegerModel.write(to:)` wrote.
  case integers(IntegerModel)

  /// Reads a file; its first bytes say what it is.
  init(path: String) throws {
    let file = try OrdinaryFile(path: path)
    let start = try file.read(0..<min(file.size, 9))
    if start.count >= 8, start[4..<8].elementsEqual("TFL3".utf8) {
      self = .tflite(try TFLiteFile(contentsOf: path))
    } else if start.count == 9, start[8] == UInt8(ascii: "{") {
      self = .integers(try IntegerModel(contentsOf: path))
    } else {
      throw ModelFileError(path: path)
    }
  }

  /// The model with the rounding of an arithmetic; nil means that of the file, which for .tflite is `tflite`.
  func model(_ arithmetic: IntegerArithmetic? = nil) throws -> IntegerModel {
    switch self {
    case .tflite(let file): return try IntegerModel(file, arithmetic: arithmetic ?? .tflite)
    case .integers(let model):
      guard let arithmetic, arithmetic != model.arithmetic else { return model }
      return try IntegerModel(
        name: model.name, arithmetic: arithmetic, operations: model.operations, outputs: model.outputs)
    }
  }
}

/// A file that is neither a .tflite file nor one of ours.
struct ModelFileError: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path): it is neither a .tflite file nor an integer model of this package; expected a file that LiteRT's"
      + " converter or IntegerModel.write made"
  }
}

extension IntegerArithmetic: ExpressibleByArgument {}

/// The file that a command reads.
struct FileArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The model: .tflite, or a file of this package.", valueName: "file"))
  var path: String
}
