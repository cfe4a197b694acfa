import CKerasFiles
import CProcess
import Platform
import Support

/// What the parser in the child process reported, with every number checked.
///
/// The parser may have been taken over by the file that it parsed: nothing that it says is believed.
struct KerasRecords {
  /// The texts in a zip, by the names of the members.
  private(set) var members: [String: String] = [:]
  /// The texts of groups, by path and name.
  private(set) var attributes: [String: [String: [String]]] = [:]
  /// The arrays, by path.
  private(set) var arrays: [String: KerasFile.Array] = [:]
  /// What was not read, by path.
  private(set) var skipped: [String: String] = [:]

  private let path: String
  private let bounds: KerasBounds
  /// The bytes that the stream may still have.
  private var left: Int
  /// Whether the stream ended before its last record.
  private var endedEarly = false

  /// The longest name of a record: a path of 4096 bytes, and a name.
  private static let longestName = 8192
  /// The seconds after which a parser counts as stuck that had all the processor time it may take.
  private static let patience: UInt32 = 120
  /// The seconds that the parser may take in all, and when it began.
  private let deadline: UInt32
  private let begin = ContinuousClock.now

  /// Parses a file in a child process.
  init(of file: OrdinaryFile, isZip: Bool, bounds: KerasBounds) throws(KerasFileError) {
    (path, self.bounds) = (file.path, bounds)
    left = bounds.values + 2 * bounds.texts + bounds.objects * 256
    var settings = bounds.settings
    var parse = qat_parse()
    let seconds = UInt32(5 + file.size / 20_000_000)
    deadline = seconds + Self.patience
    let parser: qat_parser = if isZip { qat_parse_keras_zip } else { qat_parse_keras_hdf5 }
    let code = qat_start_parse(
      file.descriptor, file.size, bounds.memory, seconds, parser, &settings, &parse)
    guard code == 0 else {
      throw KerasFileError(
        file: path, cause: .system(FileError("start a process to parse", path, code: code)))
    }
    var end = qat_parse_end()
    do throws(KerasFileError) {
      while try readRecord(&parse) {}
    } catch {
      qat_end_parse(&parse, endedEarly ? 0 : 1, &end)
      throw endedEarly ? ended(Self.reason(end, seconds: seconds)) : error
    }
    qat_end_parse(&parse, 1, &end)
  }

  // MARK: - Records

  /// Reads a record; false if it was the last one.
  private mutating func readRecord(_ parse: inout qat_parse) throws(KerasFileError) -> Bool {
    var head = qat_keras_head()
    let bytes: [UInt8] = try read(&parse, count: MemoryLayout<qat_keras_head>.size)
    withUnsafeMutableBytes(of: &head) { $0.copyBytes(from: bytes) }
    guard head.name_size <= Self.longestName else { throw malformed("names of \(head.name_size) bytes") }
    let name = String(decoding: try read(&parse, count: Int(head.name_size)), as: UTF8.self)
    guard let size = Int(exactly: head.size), size <= left else {
      throw malformed("\(head.size) bytes at once")
    }
    switch Int(head.kind) {
    case QAT_KERAS_ARRAY: try addArray(name, head, size: size, &parse)
    case QAT_KERAS_ATTRIBUTE: try addAttribute(name, try read(&parse, count: size))
    case QAT_KERAS_MEMBER: members[name] = String(decoding: try read(&parse, count: size), as: UTF8.self)
    case QAT_KERAS_SKIPPED: skipped[name] = String(decoding: try read(&parse, count: size), as: UTF8.self)
    case QAT_KERAS_ERROR: throw failure(name, head.type, try read(&parse, count: size))
    case QAT_KERAS_END: return false
    default: throw malformed("a record of kind \(head.kind)")
    }
    return true
  }

  /// Reads the dimensions and the elements of an array, `size` bytes.
  private mutating func addArray(
    _ name: String, _ head: qat_keras_head, size: Int, _ parse: inout qat_parse
  ) throws(KerasFileError) {
    let rank = Int(head.rank)
    guard let type = KerasElementType(record: head.type), rank <= 32, size >= rank * 8 else {
      throw malformed("an array of type \(head.type) and \(head.rank) dimensions")
    }
    let dimensions: [UInt64] = try read(&parse, count: rank)
    var shape: [Int] = []
    var expected = type.size
    for extent in dimensions {
      guard let extent = Int(exactly: extent) else { throw malformed("an array of impossible size") }
      let (product, overflows) = expected.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw malformed("an array of impossible size") }
      (expected, shape) = (product, shape + [extent])
    }
    guard expected == size - rank * 8 else {
      throw malformed("\(size - rank * 8) bytes for an array of \(expected)")
    }
    let values: [Float] =
      type == .float32
      ? try read(&parse, count: expected / 4) : type.floats(of: try read(&parse, count: expected))
    arrays[name] = KerasFile.Array(path: name, shape: shape, type: type, values: values)
  }

  /// Adds the texts of an attribute; a part of a list that was cut is appended.
  private mutating func addAttribute(_ label: String, _ bytes: [UInt8]) throws(KerasFileError) {
    let parts = label.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw malformed("an attribute without a name") }
    var texts: [String] = []
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= 4 else { throw malformed("a text without a length") }
      let length = bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
      offset += 4
      guard length <= bytes.count - offset else { throw malformed("a text of \(length) bytes") }
      texts.append(String(decoding: bytes[offset..<offset + length], as: UTF8.self))
      offset += length
    }
    attributes[parts[0], default: [:]][parts[1], default: []] += texts
  }

  // MARK: - Reading

  /// Reads elements whose bytes are numbers.
  private mutating func read<Element: BitwiseCopyable>(
    _ parse: inout qat_parse, count: Int
  ) throws(KerasFileError) -> [Element] {
    let size = count * MemoryLayout<Element>.stride
    guard size <= left else { throw malformed("more than the file can give") }
    left -= size
    var found = 0
    let taken = (ContinuousClock.now - begin).components.seconds
    let rest = UInt32(max(0, Int64(deadline) - taken))
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      found = qat_read_results(&parse, buffer.baseAddress, size, rest)
      filled = max(found, 0) / MemoryLayout<Element>.stride
    }
    if found == size { return elements }
    endedEarly = found >= 0
    throw ended(found == -2 ? "was not done after \(deadline) seconds" : "could not be read from")
  }

  // MARK: - Failures

  /// How a parser ended that did not say why.
  private static func reason(_ end: qat_parse_end, seconds: UInt32) -> String {
    if end.is_unknown != 0 { return "ended" }
    switch end.signal {
    case 0 where end.status == 126: return "could not be given its limits"
    case 0: return "ended too early"
    case SIGXCPU, SIGKILL: return "took more than \(seconds) seconds of processor time"
    default: return "was ended by signal \(end.signal)"
    }
  }

  private func ended(_ reason: String) -> KerasFileError {
    KerasFileError(file: path, cause: .parserEnded(reason: reason))
  }

  private func malformed(_ what: String) -> KerasFileError {
    ended("reported \(what)")
  }

  /// The failure that the parser reported.
  private func failure(_ place: String, _ type: UInt32, _ content: [UInt8]) -> KerasFileError {
    let number = content.count == 8 ? content.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } : 0
    let bound = Int(clamping: number)
    func error(_ cause: KerasFileError.Cause) -> KerasFileError {
      KerasFileError(file: path, place: place.isEmpty ? nil : UntrustedText.quoted(place), cause: cause)
    }
    switch qat_keras_error(type) {
    case QAT_KERAS_DAMAGED: return error(.damaged)
    case QAT_KERAS_NO_MEMBER: return KerasFileError(file: path, cause: .noMember(UntrustedText.shown(place)))
    case QAT_KERAS_ENCRYPTED: return error(.unknownPacking)
    case QAT_KERAS_UNPACKED: return error(.beyondBound(of: "bytes when it is unpacked", bound: bound))
    case QAT_KERAS_VALUES: return error(.beyondBound(of: "bytes of arrays", bound: bound))
    case QAT_KERAS_TEXTS: return error(.beyondBound(of: "bytes of texts", bound: bound))
    case QAT_KERAS_OBJECTS: return error(.beyondBound(of: "groups and arrays", bound: bound))
    case QAT_KERAS_DEPTH: return error(.beyondBound(of: "groups inside one another", bound: bound))
    case QAT_KERAS_NOT_STORED: return error(.notStored)
    case QAT_KERAS_MEMORY: return error(.beyondBound(of: "bytes of memory", bound: Int(bounds.memory)))
    default: return malformed("an error of kind \(type)")
    }
  }
}
