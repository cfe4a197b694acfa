import Support

/// The reason why a .tflite file cannot be read, used or written: the file, the place, the cause and the remedy.
///
/// In the message, names from the file are shortened and their invisible characters are escaped.
public struct TFLiteError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path of the file, or the name of the model that was to be written.
  public let file: String
  /// The operation or the tensor concerned, with number and name; nil if the error concerns the file as a whole.
  public let place: String?
  /// What is wrong.
  public let cause: Cause

  init(file: String, place: String? = nil, cause: Cause) {
    (self.file, self.place, self.cause) = (file, place, cause)
  }

  /// What can be wrong with a file; offsets count the bytes of the file.
  public enum Cause: Error, Hashable, Sendable {
    /// The system refused to open, read or write the file, for this reason.
    case system(FileError)
    /// The file has more bytes than the caller allows.
    case tooLarge(size: Int, limit: Int)
    /// The file does not begin as a .tflite file does.
    case notTFLite(size: Int)
    /// The file has a version of the format other than 3.
    case otherVersion(Int)
    /// An offset, a length or a number at this byte leads out of the file.
    case outOfBounds(offset: Int)
    /// The file refers to the same bytes again and again.
    case repeatedBytes(offset: Int)
    /// A number is not that of a tensor, buffer, operator code or type of the file.
    case unknownIndex(of: String, index: Int, count: Int)
    /// An extent is 0 or negative, or a shape has more elements than can be counted.
    case impossibleShape([Int])
    /// The elements of a constant do not fill its shape.
    case wrongSize(expected: Int, found: Int)
    /// A tensor has an element type that is not known here.
    case unknownType(Int)
    /// The file has no model, or more than one.
    case subgraphs(Int)
    /// The integer engine does not have this operation.
    case operationUnsupported
    /// An option of the operation has a value that the integer engine does not have.
    case optionUnsupported(option: String, value: String, expected: String)
    /// A tensor has an element type that the operation cannot have in an integer model.
    case typeUnsupported(role: String, found: String, expected: String)
    /// The operation lacks an input or an output, or has too many.
    case wrongCount(of: String, expected: String, found: Int)
    /// A tensor that must be a constant of the file is computed while the model runs.
    case notConstant(role: String)
    /// The operation reads a tensor that nothing wrote before.
    case notComputed(tensor: String)
    /// A shape does not fit the operation.
    case wrongShape(of: String, found: [Int], expected: String)
    /// A tensor's scales or zero points are missing or do not fit it.
    case wrongQuantization(tensor: String, reason: String, remedy: String)
    /// The operations do not form a model that the integer engine runs.
    case impossibleModel(IntegerProblem)
    /// The format, or a runtime that reads it, cannot express a part of the model.
    case notExpressible(reason: String, remedy: String)
  }

  /// A problem of the integer model that a file describes, in words.
  public struct IntegerProblem: Hashable, Sendable {
    /// The operation, the problem and the remedy.
    public let description: String
  }

  /// The file, the place, the cause and the remedy, in one line.
  public var description: String {
    if case .system(let error) = cause { return error.description }
    let subject = file + (place.map { ", \($0)" } ?? "") + ": "
    // The error of an integer model ends with its own remedy.
    if case .impossibleModel(let problem) = cause { return subject + problem.description }
    return subject + cause.problem + "; " + cause.remedy
  }
}

extension TFLiteError.Cause {
  /// What is wrong.
  fileprivate var problem: String {
    switch self {
    case .system(let error): error.description
    case .tooLarge(let size, let limit): "the file has \(size) bytes, more than the \(limit) allowed"
    case .notTFLite(let size) where size < 8: "the file has \(size) bytes, and a .tflite file has more"
    case .notTFLite: "the file is no .tflite file: bytes 4 to 7 are not TFL3"
    case .otherVersion(let version): "the file has version \(version) of the format"
    case .outOfBounds(let offset): "what byte \(offset) refers to is not in the file"
    case .repeatedBytes(let offset):
      "the file refers again and again to the same bytes, as no tool writes it; last at byte \(offset)"
    case .unknownIndex(let kind, let index, let count):
      "it names \(kind) \(index), and the file has \(count)"
    case .impossibleShape(let shape): "the shape \(shape) is impossible"
    case .wrongSize(let expected, let found): "its shape and type take \(expected) bytes, and it has \(found)"
    case .unknownType(let number): "its elements have type number \(number), which is not known here"
    case .subgraphs(0): "the file has no subgraph, which would be the model"
    case .subgraphs(let count): "the file has \(count) subgraphs"
    case .operationUnsupported: "the integer engine does not have this operation"
    case .optionUnsupported(let option, let value, _): "its \(option) is \(value)"
    case .typeUnsupported(let role, let found, _): "its \(role) has elements of type \(found)"
    case .wrongCount(let kind, _, let found): "it has \(found) \(kind)"
    case .notConstant(let role): "its \(role) is computed while the model runs"
    case .notComputed(let tensor): "it reads \(tensor), which no operation before it writes"
    case .wrongShape(let role, let found, _): "its \(role) has shape \(found)"
    case .wrongQuantization(let tensor, let reason, _): "\(tensor) \(reason)"
    case .impossibleModel(let problem): problem.description
    case .notExpressible(let reason, _): reason
    }
  }

  /// What helps.
  fileprivate var remedy: String {
    switch self {
    case .system: "look at the path and its permissions"
    case .tooLarge: "allow more with limit:"
    case .notTFLite, .outOfBounds, .repeatedBytes, .wrongSize, .impossibleShape, .unknownIndex:
      "the file is another, damaged or cut short: fetch it or convert it anew"
    case .otherVersion: "expected version 3, which TensorFlow and LiteRT have written since 2017"
    case .unknownType: "convert the model with full integer quantization"
    case .subgraphs: "expected one: export the part without control flow, or a single signature"
    case .operationUnsupported:
      "Documentation/TFLite.md lists the operations that it has; convert the model with a batch of 1, or without this one"
    case .optionUnsupported(_, _, let expected), .typeUnsupported(_, _, let expected),
      .wrongCount(_, let expected, _), .wrongShape(_, _, let expected):
      "expected \(expected)"
    case .notConstant: "expected a constant of the file: convert the model with fixed weights and shapes"
    case .notComputed: "the file is damaged: convert it anew"
    case .wrongQuantization(_, _, let remedy), .notExpressible(_, let remedy): remedy
    case .impossibleModel: "convert the model anew"
    }
  }
}
