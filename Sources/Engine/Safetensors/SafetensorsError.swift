import Support

/// A safetensors file that cannot be used: the file, the tensor, the cause and the remedy.
///
/// In the message, names from the file are shortened and their invisible characters are escaped, so that a hostile
/// file can neither flood nor control a terminal.
public struct SafetensorsError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path, or another name of the bytes' source.
  public let file: String
  /// The name of the tensor concerned, if it is one.
  public let tensor: String?
  /// What is wrong.
  public let cause: Cause

  init(file: String, tensor: String? = nil, cause: Cause) {
    (self.file, self.tensor, self.cause) = (file, tensor, cause)
  }

  /// What can be wrong with a file; offsets count bytes within the header or within the data after it.
  public enum Cause: Hashable, Sendable {
    /// The system refused to open or read the file, for this reason.
    case unreadable(reason: String)
    /// The file has more bytes than the caller allows.
    case tooLarge(size: Int, limit: Int)
    /// The file is too short for the 8 bytes of the header's length.
    case tooShort(size: Int)
    /// The announced length of the header is more than any reader accepts.
    case headerTooLong(length: UInt64, limit: Int)
    /// The file ends within its header.
    case headerCutShort(length: Int, found: Int)
    /// The header is not the JSON that the format allows.
    case malformedHeader(offset: Int, expected: String, found: String)
    /// The string at this offset is not UTF-8, or its escapes stand for no character.
    case notUTF8(offset: Int)
    /// A name or a key occurs twice.
    case duplicate(key: String)
    /// A tensor has a property that the format does not define.
    case unknownKey(String)
    /// A tensor lacks a property.
    case incomplete(missing: String)
    /// A tensor's element type is unknown or has no whole bytes.
    case unknownType(String)
    /// A tensor's type and shape take more bytes than can be counted.
    case shapeTooLarge(type: SafetensorsDataType, shape: [Int])
    /// A tensor's offsets are not a begin and an end.
    case wrongOffsets([Int])
    /// A tensor's offsets enclose fewer or more bytes than its type and shape take.
    case wrongSize(type: SafetensorsDataType, shape: [Int], expected: Int, found: Int)
    /// A tensor begins before the one before it ends.
    case overlap(begin: Int, end: Int, other: String)
    /// Bytes before this tensor belong to no tensor.
    case gap(begin: Int, end: Int)
    /// The file ends before the tensor does.
    case dataCutShort(end: Int, found: Int)
    /// The file goes on after its last tensor.
    case trailingBytes(expected: Int, found: Int)
    /// No tensor has the requested name.
    case missing(present: [String])
    /// The tensor's elements do not have a requested type.
    case wrongType(expected: [SafetensorsDataType], found: SafetensorsDataType)
    /// The tensor does not have the requested shape.
    case wrongShape(expected: [Int], found: [Int])
    /// The file belongs to another value of a setting than the requested one.
    case wrongSetting(name: String, expected: String, found: String)
  }

  /// The file, the tensor, the cause and the remedy, in one line.
  public var description: String {
    (tensor.map { "\(file), tensor \(UntrustedText.quoted($0)): " } ?? "\(file): ") + cause.explanation
  }
}

extension SafetensorsError {
  /// Creates the error of a file that the system refuses to read.
  init(_ error: FileError) {
    self.init(file: error.path, cause: .unreadable(reason: error.reason))
  }
}

extension SafetensorsError.Cause {
  /// The problem and the remedy.
  var explanation: String { problem + "; " + remedy }

  private var problem: String {
    switch self {
    case .unreadable(let reason): "the file cannot be read: \(reason)"
    case .tooLarge(let size, let limit): "the file has \(size) bytes, more than the \(limit) allowed"
    case .tooShort(let size): "the file has \(size) bytes, not even the 8 that say how long its header is"
    case .headerTooLong(let length, let limit):
      "its first 8 bytes announce a header of \(length) bytes, more than the \(limit) of any such file"
    case .headerCutShort(let length, let found):
      "the file announces a header of \(length) bytes and has \(found) after that number"
    case .malformedHeader(let offset, let expected, let found):
      "its header has \(found) at byte \(offset), where it should have \(expected)"
    case .notUTF8(let offset): "the text at byte \(offset) of its header is not valid Unicode"
    case .duplicate(let key): "its header has \(UntrustedText.quoted(key)) twice"
    case .unknownKey(let key): "its header gives it a property \(UntrustedText.quoted(key)), unknown here"
    case .incomplete(let missing): "its header does not give its \(missing)"
    case .unknownType(let name): "its elements are of type \(UntrustedText.quoted(name)), unknown here"
    case .shapeTooLarge(let type, let shape):
      "\(type.rawValue) of shape \(shape) takes more bytes than can be counted"
    case .wrongOffsets(let offsets): "its offsets \(offsets) are not a begin and an end"
    case .wrongSize(let type, let shape, let expected, let found):
      "\(type.rawValue) of shape \(shape) takes \(expected) bytes, and its offsets enclose \(found)"
    case .overlap(let begin, let end, let other):
      "it begins at byte \(begin) of the data, before \(UntrustedText.quoted(other)) ends at \(end)"
    case .gap(let begin, let end):
      "it begins at byte \(begin) of the data, and the bytes from \(end) on belong to no tensor"
    case .dataCutShort(let end, let found): "it ends at byte \(end) of the data, which has only \(found)"
    case .trailingBytes(let expected, let found):
      "its tensors end at byte \(expected) of the data, which goes on to \(found)"
    case .missing: "the file has no such tensor"
    case .wrongType(let expected, let found):
      "its elements are \(found.rawValue), not \(expected.map(\.rawValue).joined(separator: ", "))"
    case .wrongShape(let expected, let found): "its shape is \(found), not \(expected)"
    case .wrongSetting(let name, let expected, let found):
      "its numbers belong to other settings: \(name) is \(UntrustedText.quoted(found)), and here it is "
        + UntrustedText.quoted(expected)
    }
  }

  private var remedy: String {
    switch self {
    case .unreadable: "check the path and its permissions"
    case .tooLarge: "allow more with limit: if it is the file you mean"
    case .headerTooLong, .malformedHeader: "check that it is a safetensors file, or fetch it again"
    case .tooShort, .headerCutShort, .dataCutShort: "it is cut short: copy or fetch it again"
    case .trailingBytes: "it is damaged, or something was appended: copy or fetch it again"
    case .notUTF8, .duplicate, .unknownKey, .incomplete, .shapeTooLarge, .wrongOffsets, .wrongSize, .overlap,
      .gap:
      "it is damaged, or its writer is at fault: fetch it again or write it anew"
    case .unknownType:
      "save it as one of " + SafetensorsDataType.allCases.map(\.rawValue).joined(separator: ", ")
    case .missing(let present): Self.suggestion(from: present)
    case .wrongType: "read it as what it is, or save it as what you need"
    case .wrongShape: "check that the file belongs to this model"
    case .wrongSetting: "load it into a model that was made and quantized alike"
    }
  }

  private static func suggestion(from present: [String]) -> String {
    let most = 8
    if present.isEmpty { return "it has none at all: check the path" }
    let names = present.prefix(most).map(UntrustedText.quoted).joined(separator: ", ")
    return "it has \(names)" + (present.count > most ? " and \(present.count - most) more" : "")
  }
}
