/// A safetensors file that cannot be used: which, which tensor in it, what is wrong, and what to do.
///
/// Names out of the file are shortened in the message and their invisible characters written out, so that
/// a hostile file can neither flood nor command a terminal.
public struct SafetensorsError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path, or what else the bytes were called.
  public let file: String
  /// The tensor concerned, if it is one.
  public let tensor: String?
  /// What is wrong.
  public let cause: Cause

  init(file: String, tensor: String? = nil, cause: Cause) {
    (self.file, self.tensor, self.cause) = (file, tensor, cause)
  }

  /// What can be wrong with a file; offsets count bytes, within the header or within the data behind it.
  public enum Cause: Hashable, Sendable {
    /// The system refused to open or read the file, for this reason.
    case unreadable(reason: String)
    /// The file has more bytes than the caller allows.
    case tooLarge(size: Int, limit: Int)
    /// The file is too short for the 8 bytes that say how long its header is.
    case tooShort(size: Int)
    /// The header is said to be longer than any reader accepts.
    case headerTooLong(length: UInt64, limit: Int)
    /// The file ends within its header.
    case headerCutShort(length: Int, found: Int)
    /// The header is not the JSON that it should be.
    case malformedHeader(offset: Int, expected: String, found: String)
    /// The text that begins here is not UTF-8, or its escapes stand for no character.
    case notUTF8(offset: Int)
    /// A name or a key stands twice where it may stand once.
    case duplicate(key: String)
    /// A tensor has a property that the format does not know.
    case unknownKey(String)
    /// A tensor lacks a property.
    case incomplete(missing: String)
    /// A tensor's elements are of a type that is not known or has no whole bytes.
    case unknownType(String)
    /// A tensor's shape is one of more bytes than can be counted.
    case shapeTooLarge(type: SafetensorsDataType, shape: [Int])
    /// A tensor's offsets are not a begin and an end.
    case wrongOffsets([Int])
    /// A tensor's offsets enclose fewer or more bytes than its type and shape take.
    case wrongSize(type: SafetensorsDataType, shape: [Int], expected: Int, found: Int)
    /// A tensor begins before the one before it ends.
    case overlap(begin: Int, end: Int, other: String)
    /// Bytes that belong to no tensor lie before this one.
    case gap(begin: Int, end: Int)
    /// The file ends before the tensor does.
    case dataCutShort(end: Int, found: Int)
    /// The file goes on after its last tensor.
    case trailingBytes(expected: Int, found: Int)
    /// There is no tensor of the name asked for.
    case missing(present: [String])
    /// The tensor's elements are of another type than those asked for.
    case wrongType(expected: [SafetensorsDataType], found: SafetensorsDataType)
    /// The tensor has another shape than the one asked for.
    case wrongShape(expected: [Int], found: [Int])
    /// The file's numbers belong to other settings than those asked for.
    case wrongSetting(name: String, expected: String, found: String)
  }

  /// The file, the tensor, the cause and the remedy, in one line.
  public var description: String {
    (tensor.map { "\(file), tensor \(Self.quoted($0)): " } ?? "\(file): ") + cause.explanation
  }

  /// A text out of a file, fit to be shown, in quotation marks.
  package static func quoted(_ text: String) -> String { "\"\(shown(text))\"" }

  /// A text out of a file, fit to be shown: what could command a terminal is written out, and no more than `most`
  /// characters.
  package static func shown(_ text: String, most: Int = 80) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(most) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown + (text.unicodeScalars.dropFirst(most).isEmpty ? "" : "…")
  }
}
