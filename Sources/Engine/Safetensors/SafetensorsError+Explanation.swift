extension SafetensorsError.Cause {
  /// What is wrong and what to do about it.
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
    case .duplicate(let key): "its header has \(SafetensorsError.quoted(key)) twice"
    case .unknownKey(let key): "its header gives it a property \(SafetensorsError.quoted(key)), unknown here"
    case .incomplete(let missing): "its header does not give its \(missing)"
    case .unknownType(let name): "its elements are of type \(SafetensorsError.quoted(name)), unknown here"
    case .shapeTooLarge(let type, let shape):
      "\(type.rawValue) of shape \(shape) takes more bytes than can be counted"
    case .wrongOffsets(let offsets): "its offsets \(offsets) are not a begin and an end"
    case .wrongSize(let type, let shape, let expected, let found):
      "\(type.rawValue) of shape \(shape) takes \(expected) bytes, and its offsets enclose \(found)"
    case .overlap(let begin, let end, let other):
      "it begins at byte \(begin) of the data, before \(SafetensorsError.quoted(other)) ends at \(end)"
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
      "its numbers belong to other settings: \(name) is \(SafetensorsError.quoted(found)), and here it is "
        + SafetensorsError.quoted(expected)
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
    let names = present.prefix(most).map(SafetensorsError.quoted).joined(separator: ", ")
    return "it has \(names)" + (present.count > most ? " and \(present.count - most) more" : "")
  }
}
