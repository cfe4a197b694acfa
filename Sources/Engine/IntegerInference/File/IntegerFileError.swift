import Safetensors

/// A file that is no integer model: which, what is wrong with it, and what to do.
public enum IntegerFileError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file cannot be read, is no safetensors file, is damaged, or lacks a tensor.
  case unreadable(SafetensorsError)
  /// A safetensors file of something else.
  case otherFormat(file: String)
  /// An integer model written by another version of this package.
  case otherVersion(file: String, version: String)
  /// The description of the model or of an operation lacks something, or says what cannot be.
  case wrongDescription(file: String, operation: Int?, key: String, found: String?)
  /// The packed weights of an operation are more or fewer than its kernel's shape asks for.
  case wrongWeights(file: String, operation: String)
  /// A tensor that no operation reads.
  case unknownTensor(file: String, name: String)
  /// Everything is there, and yet it is no model that runs.
  case impossibleModel(file: String, IntegerModelError)

  /// The file, the cause and the remedy, in one line.
  public var description: String {
    switch self {
    case .unreadable(let error): return error.description
    case .otherFormat(let file):
      return "\(file): it is no integer model; expected a file that IntegerModel.write(to:) wrote"
    case .otherVersion(let file, let version):
      let read = IntegerModelFormat.version
      return "\(file): it has version \(SafetensorsError.quoted(version)) of the format, and this package"
        + " reads version \(read); use the package that wrote it"
    case .wrongDescription(let file, let operation, let key, let found):
      let place = operation.map { "operation \($0)" } ?? "the model"
      let cause = found.map { "has an impossible \(key), \(SafetensorsError.quoted($0))" } ?? "has no \(key)"
      return "\(file): \(place) \(cause); the file is damaged: write it anew"
    case .wrongWeights(let file, let operation):
      return "\(file): the packed weights of \(SafetensorsError.quoted(operation)) do not fill its kernel's"
        + " shape; the file is damaged: write it anew"
    case .unknownTensor(let file, let name):
      return "\(file): no operation reads its tensor \(SafetensorsError.quoted(name)); the file is damaged:"
        + " write it anew"
    case .impossibleModel(let file, let error):
      return "\(file): \(SafetensorsError.shown(error.description, most: 400))"
    }
  }
}
