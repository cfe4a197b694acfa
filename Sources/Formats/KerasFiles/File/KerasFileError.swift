import Support

/// The reason why a Keras file cannot be read, or its weights not be loaded: the file, the place, the cause and the
/// remedy.
///
/// In the message, texts from the file are shortened and their invisible characters are escaped.
public struct KerasFileError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path of the file.
  public let file: String
  /// The layer or the array concerned; nil if the error concerns the file as a whole.
  public let place: String?
  /// What is wrong.
  public let cause: Cause

  package init(file: String, place: String? = nil, cause: Cause) {
    (self.file, self.place, self.cause) = (file, place, cause)
  }

  /// What can be wrong with a file.
  public enum Cause: Error, Hashable, Sendable {
    /// The package was built without HDF5 and libzip.
    case noLibraries
    /// The system refused to open or read the file, or to start the process that parses it, for this reason.
    case system(FileError)
    /// The file has more bytes than the caller allows.
    case tooLarge(size: Int, limit: Int)
    /// The file is neither a zip nor HDF5.
    case notKeras(size: Int)
    /// The libraries find the file damaged, or it ends too early.
    case damaged
    /// The zip has no member of this name.
    case noMember(String)
    /// The member is encrypted, or packed by a method that is not known here.
    case unknownPacking
    /// The file holds more than is read of one.
    case beyondBound(of: String, bound: Int)
    /// The array says that it has more elements than the file has bytes for.
    case notStored
    /// The process that parses the file ended without a result, for this reason.
    case parserEnded(reason: String)
    /// The file lists the array and does not hold it, or holds something else there.
    case missingArray(what: String?)
    /// The file holds no weights for the layer.
    case noWeights(known: [String])
    /// The file holds another number of arrays for the layer than it has weights, or has other names for them.
    case otherWeights(expected: [String], found: [String])
    /// The array and the weight have different shapes.
    case otherShape(weight: String, expected: [Int], found: [Int])
    /// The array holds quantized codes.
    case quantized(type: String)
    /// The layer is in a wrapper that has weights of its own, such as the ranges of a quantizer.
    case wrapped
    /// The layers of the file and of the model do not correspond.
    case otherLayers(expected: [String], found: [String])
    /// A part of the model has no counterpart among the layers here, or is described in no form that Keras writes.
    case configuration(reason: String, remedy: String)
  }

  /// The file, the place, the cause and the remedy, in one line.
  public var description: String {
    if case .system(let error) = cause { return error.description }
    return "\(file)\(place.map { ", \($0)" } ?? ""): \(cause.problem); \(cause.remedy)"
  }
}

extension KerasFileError.Cause {
  /// What is wrong.
  fileprivate var problem: String {
    switch self {
    case .noLibraries: "this package was built without HDF5 and libzip, which read Keras files"
    case .system(let error): error.description
    case .tooLarge(let size, let limit): "the file has \(size) bytes, more than the \(limit) allowed"
    case .notKeras(let size) where size < 8: "the file has \(size) bytes, and a Keras file has more"
    case .notKeras: "the file is no Keras file: it begins neither as a zip (.keras) nor as HDF5 (.h5)"
    case .damaged: "the file is damaged here"
    case .noMember(let name): "the zip holds no \(name)"
    case .unknownPacking: "it is encrypted, or packed by another method than deflate"
    case .beyondBound(let what, let bound): "the file is damaged or needs more than \(bound) \(what)"
    case .notStored: "the array says that it has more elements than the file has bytes for"
    case .parserEnded(let reason):
      "the file is damaged or needs more than is allowed: the process that parses it \(reason)"
    case .missingArray(nil): "the file lists this array and does not hold it"
    case .missingArray(let what?): "the file has no array here, but something \(UntrustedText.shown(what))"
    case .noWeights: "the file holds no weights for this layer"
    case .otherWeights(let expected, let found):
      "the file holds the arrays \(KerasFileError.listed(found)) for this layer, which has the weights "
        + KerasFileError.listed(expected)
    case .otherShape(let weight, let expected, let found):
      "the array has shape \(found), and the weight \(weight) has \(expected)"
    case .quantized(let type): "the array holds codes of type \(type), and the weight is a float"
    case .configuration(let reason, _): reason
    case .wrapped: "the layer is in a wrapper with weights of its own, such as the ranges of a quantizer"
    case .otherLayers(let expected, let found):
      "the file holds weights of the layers \(KerasFileError.listed(found)), and the model has \(KerasFileError.listed(expected))"
    }
  }

  /// What helps.
  fileprivate var remedy: String {
    switch self {
    case .noLibraries:
      "install libhdf5-dev and libzip-dev (apt-get install), or hdf5 and libzip (brew install), run "
        + "swift package purge-cache, by which they are looked for again, and build again without QAT_PORTABLE"
    case .system: "look at the path and its permissions"
    case .tooLarge: "allow more with limit:"
    case .notKeras: "save the model with model.save(\"model.keras\"), or its weights with model.save_weights"
    case .noMember: "save the model with model.save(\"model.keras\"), in one file"
    case .damaged, .unknownPacking, .notStored, .parserEnded, .missingArray: "fetch it or save it anew"
    case .beyondBound: "fetch it or save it anew; allow more with limit: if it is right"
    case .noWeights(let known):
      "the file has weights for \(KerasFileError.listed(known)): name and order the layers as in the file"
    case .otherWeights: "give the layer the settings it was saved with, such as useBias:, center: and scale:"
    case .otherShape: "give the layer and its input the sizes they were saved with"
    case .quantized: "save the model's weights before quantize(…), and quantize it here"
    case .configuration(_, let remedy): remedy
    case .wrapped: "load the weights before the model is quantized"
    case .otherLayers: "build the model of the layers that the file was saved from, in their order"
    }
  }
}

extension KerasFileError {
  /// Names from a file for messages, of many the first eight.
  static func listed(_ names: [String]) -> String {
    if names.isEmpty { return "none" }
    let shown = names.prefix(8).map { UntrustedText.shown($0) }.joined(separator: ", ")
    return shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
