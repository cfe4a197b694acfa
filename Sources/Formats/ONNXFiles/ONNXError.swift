import Support

/// The reason why an ONNX file cannot be read, used or written: the file, the place, the cause and the remedy.
///
/// In the message, names from the file are shortened and their invisible characters are escaped.
public struct ONNXError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path of the file, or the name of the model that was to be written.
  public let file: String
  /// The node or the tensor concerned, with number, operator and name; nil if the error concerns the file as a whole.
  public let place: String?
  /// What is wrong.
  public let cause: Cause

  init(file: String, place: String? = nil, cause: Cause) {
    (self.file, self.place, self.cause) = (file, place, cause)
  }

  /// What can be wrong with a file.
  public enum Cause: Error, Hashable, Sendable {
    /// The system refused to open, read or write the file, for this reason.
    case system(FileError)
    /// The file has more bytes than the caller allows.
    case tooLarge(size: Int, limit: Int)
    /// The file is no message of ONNX, is damaged, or has no graph.
    case notONNX(size: Int)
    /// The file has more nodes, attributes, names and other parts than are read.
    case tooManyParts(limit: Int)
    /// The file needs so much memory for what it says again and again about the same constants.
    case repeatedConstants(bytes: Int)
    /// The file has a version of the operators that is not known here; nil if it states none.
    case otherOperators(version: Int?)
    /// Two values have the same name, which therefore says nothing.
    case nameTwice(String)
    /// The integer engine does not have this operator.
    case operatorUnsupported
    /// The node contains graphs, which run under a condition or in a loop.
    case containsGraphs
    /// The node is a function of the file.
    case isFunction
    /// ONNX Runtime has no integer kernel for the operator, so it computes it with floating-point numbers.
    case notInIntegers(reason: String, remedy: String)
    /// An attribute or an input of the node has a value that the integer engine does not have.
    case optionUnsupported(option: String, value: String, expected: String)
    /// A tensor has an element type that it cannot have in an integer model.
    case typeUnsupported(role: String, found: String, expected: String)
    /// The node lacks an input or an output, or has too many.
    case wrongCount(of: String, expected: String, found: Int)
    /// A tensor that must be a constant of the file is computed while the model runs.
    case notConstant(role: String)
    /// The node reads a value that nothing wrote before.
    case notComputed(tensor: String)
    /// A value is computed with floating-point numbers, and no QuantizeLinear says on which grid its codes are.
    case notQuantized(tensor: String)
    /// A shape does not fit the node.
    case wrongShape(of: String, found: [Int], expected: String)
    /// An extent is 0 or negative, or a shape has more elements than can be counted.
    case impossibleShape([Int])
    /// All values together have more codes for one example than a model can have.
    case tooManyCodes(Int)
    /// The elements of a constant do not fill its shape.
    case wrongSize(tensor: String, expected: Int, found: Int)
    /// A tensor's scales or zero points are missing or do not fit it.
    case wrongQuantization(tensor: String, reason: String, remedy: String)
    /// The data of a constant are in another file, which cannot be used.
    case externalData(tensor: String, reason: String, remedy: String)
    /// The nodes do not form a model that the integer engine runs.
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
    let subject = UntrustedText.shown(file, most: 400) + (place.map { ", \($0)" } ?? "") + ": "
    // The error of an integer model ends with its own remedy.
    if case .impossibleModel(let problem) = cause { return subject + problem.description }
    return subject + cause.problem + "; " + cause.remedy
  }
}

extension ONNXError.Cause {
  /// What is wrong.
  fileprivate var problem: String {
    switch self {
    case .system(let error): error.description
    case .tooLarge(let size, let limit): "the file has \(size) bytes, more than the \(limit) allowed"
    case .notONNX(let size):
      "the \(size) bytes are no ONNX model: they are no message of protobuf, or have no version and no graph"
    case .tooManyParts(let limit): "the file has more than \(limit) nodes, attributes, names and other parts"
    case .repeatedConstants(let bytes): "its nodes would copy constants to more than \(bytes) bytes"
    case .otherOperators(let version):
      version.map { "the file has version \($0) of ONNX's operators" }
        ?? "the file does not state a version of ONNX's operators"
    case .nameTwice(let name): "two values have the name \(name)"
    case .operatorUnsupported: "the integer engine does not have this operator"
    case .containsGraphs: "the node contains graphs of its own"
    case .isFunction: "the node is a function that the file defines"
    case .notInIntegers(let reason, _): reason
    case .optionUnsupported(let option, let value, _): "its \(option) is \(value)"
    case .typeUnsupported(let role, let found, _): "its \(role) has elements of type \(found)"
    case .wrongCount(let kind, _, let found): "it has \(found) \(kind)"
    case .notConstant(let role): "its \(role) is computed while the model runs"
    case .notComputed(let tensor): "it reads \(tensor), which no node before it writes"
    case .notQuantized(let tensor):
      "\(tensor) is computed with floating-point numbers, and no QuantizeLinear gives it codes"
    case .wrongShape(let role, let found, _): "its \(role) has shape \(found)"
    case .impossibleShape(let shape): "the shape \(shape) is impossible"
    case .tooManyCodes(let count): "its values and those before have \(count) codes for one example"
    case .wrongSize(let tensor, let expected, let found):
      "\(tensor) has a shape of \(expected) elements, and data of \(found)"
    case .wrongQuantization(let tensor, let reason, _): "\(tensor) \(reason)"
    case .externalData(let tensor, let reason, _): "the data of \(tensor) \(reason)"
    case .impossibleModel(let problem): problem.description
    case .notExpressible(let reason, _): reason
    }
  }

  /// What helps.
  fileprivate var remedy: String {
    switch self {
    case .system: "look at the path and its permissions"
    case .tooLarge: "allow more with limit:"
    case .notONNX, .impossibleShape, .wrongSize, .nameTwice, .tooManyParts, .repeatedConstants:
      "the file is another, damaged or cut short: fetch it or export it anew"
    case .tooManyCodes:
      "expected fewer than 2³¹, since all are in memory at once: give the model smaller inputs"
    case .otherOperators: "expected 10 to 28: export it anew, or convert it with onnx.version_converter"
    case .operatorUnsupported:
      "Documentation/ONNX.md lists the operators that it has; export the model without this one"
    case .containsGraphs:
      "expected a graph without conditions and loops: export the part without control flow"
    case .isFunction: "put its nodes in its place with onnx.inliner.inline_local_functions"
    case .notInIntegers(_, let remedy): remedy
    case .optionUnsupported(_, _, let expected), .typeUnsupported(_, _, let expected),
      .wrongCount(_, let expected, _), .wrongShape(_, _, let expected):
      "expected \(expected)"
    case .notConstant: "expected a constant of the file: export the model with fixed weights and shapes"
    case .notComputed: "expected nodes in the order in which they run, as onnx.checker does"
    case .notQuantized:
      "expected a QuantizeLinear and a DequantizeLinear behind every operation, at the model's outputs too: quantize"
        + " the whole model"
    case .wrongQuantization(_, _, let remedy), .externalData(_, _, let remedy),
      .notExpressible(_, let remedy):
      remedy
    case .impossibleModel: "quantize the model anew"
    }
  }
}
