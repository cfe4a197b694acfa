import Support

/// The reason why an integer model cannot be written as an ONNX file: the model or file, the place, the cause and the
/// remedy.
///
/// In the message, names of operations are shortened and their invisible characters are escaped.
public struct ONNXError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The name of the model that was to be written, or the path of the file.
  public let file: String
  /// The operation concerned, with number and name; nil if the error concerns the model as a whole.
  public let place: String?
  /// What is wrong.
  public let cause: Cause

  init(file: String, place: String? = nil, cause: Cause) {
    (self.file, self.place, self.cause) = (file, place, cause)
  }

  /// What can be wrong.
  public enum Cause: Error, Hashable, Sendable {
    /// The system refused to write the file, for this reason.
    case system(FileError)
    /// The format, or a runtime that reads it, cannot express a part of the model.
    case notExpressible(reason: String, remedy: String)
  }

  /// The model or file, the place, the cause and the remedy, in one line.
  public var description: String {
    switch cause {
    case .system(let error): error.description
    case .notExpressible(let reason, let remedy):
      UntrustedText.shown(file) + (place.map { ", \($0)" } ?? "") + ": \(reason); \(remedy)"
    }
  }
}
