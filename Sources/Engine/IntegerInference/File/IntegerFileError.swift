import Safetensors
import Support

/// The reason why a file cannot be read as an integer model.
public enum IntegerFileError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file cannot be read, is not a safetensors file, is damaged, or lacks a tensor.
  case unreadable(SafetensorsError)
  /// The safetensors file contains something other than an integer model.
  case otherFormat(file: String)
  /// The integer model was written by another version of this package.
  case otherVersion(file: String, version: String)
  /// The description of the model or of an operation lacks an entry or has an invalid one.
  case wrongDescription(file: String, operation: Int?, key: String, found: String?)
  /// An operation has more or fewer packed weights than its kernel's shape requires.
  case wrongWeights(file: String, operation: String)
  /// The file has a tensor that no operation reads.
  case unknownTensor(file: String, name: String)
  /// The file is complete, but its operations are not a valid model.
  case impossibleModel(file: String, IntegerModelError)

  /// The file, the problem and the remedy, in one line.
  public var description: String {
    switch self {
    case .unreadable(let error): return error.description
    case .otherFormat(let file):
      return "\(file): it is no integer model; expected a file that IntegerModel.write(to:) wrote"
    case .otherVersion(let file, let version):
      let versions = IntegerModelFormat.versions
      let read = versions.dropLast().joined(separator: ", ") + " and " + versions.suffix(1).joined()
      return "\(file): it has version \(UntrustedText.quoted(version)) of the format, and this package"
        + " reads versions \(read); use the package that wrote it"
    case .wrongDescription(let file, let operation, let key, let found):
      let subject = operation.map { "operation \($0)" } ?? "the model"
      let cause = found.map { "has an impossible \(key), \(UntrustedText.quoted($0))" } ?? "has no \(key)"
      return "\(file): \(subject) \(cause); the file is damaged: write it anew"
    case .wrongWeights(let file, let operation):
      return "\(file): the packed weights of \(UntrustedText.quoted(operation)) do not fill its kernel's"
        + " shape; the file is damaged: write it anew"
    case .unknownTensor(let file, let name):
      return "\(file): no operation reads its tensor \(UntrustedText.quoted(name)); the file is damaged:"
        + " write it anew"
    case .impossibleModel(let file, let error):
      return "\(file): \(UntrustedText.shown(error.description, most: 400))"
    }
  }
}
