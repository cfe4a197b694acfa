import CKerasFiles
import CProcess
import Foundation
import Support

/// The most that is read of one file; a bound that a file passes is an error.
struct KerasBounds: Sendable {
  /// The bytes of the members of a zip together.
  var unpacked: Int
  /// The bytes of all arrays together.
  var values: Int
  /// The bytes of the configuration and of all attributes together.
  var texts = 64 << 20
  /// The groups, arrays and links.
  var objects = 1 << 16
  /// The groups inside groups.
  var depth = 32

  /// The bounds of a file of `size` bytes: it unpacks to at most 64 times its size and 1 MiB, and not beyond `limit`.
  init(size: Int, limit: Int) {
    let most = min(limit, 64 * size + (1 << 20))
    (unpacked, values) = (most, most)
  }

  /// The bytes that the parser may take: a member grows by doubling, and an array is read whole.
  var memory: UInt { UInt(3 * unpacked + values + (256 << 20)) }

  /// The bounds for the parser.
  var settings: qat_keras_bounds {
    qat_keras_bounds(
      unpacked: UInt64(unpacked), values: UInt64(values), texts: UInt64(texts), objects: UInt32(objects),
      depth: UInt32(depth))
  }
}

extension KerasFile {
  /// Whether the package was built with HDF5 and libzip; without them no file is read.
  package static var isAvailable: Bool { qat_keras_is_available() != 0 }

  /// Reads a file of at most `limit` bytes and trusts nothing that it says.
  ///
  /// HDF5 and libzip run in a child process that can neither open files or connections nor take memory without end;
  /// what it reports is checked again here. Members of a zip and arrays unpack to at most `limit` bytes, and to at most
  /// 64 times the size of the file.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - limit: The most bytes that the file and what it unpacks to may have.
  /// - Throws: ``KerasFileError``, which names the file, the place, the cause and the remedy.
  package init(contentsOf path: String, limit: Int = defaultLimit) throws(KerasFileError) {
    try self.init(contentsOf: path, limit: limit, available: Self.isAvailable)
  }

  /// Reads a file with other bounds, or as if the libraries were not there, for tests.
  init(
    contentsOf path: String, limit: Int = defaultLimit, available: Bool, bounds: KerasBounds? = nil
  ) throws(KerasFileError) {
    guard available else { throw KerasFileError(file: path, cause: .noLibraries) }
    let (file, head) = try Self.opened(path, limit: limit)
    let isZip = head.starts(with: [0x50, 0x4B])
    guard isZip || head == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] else {
      throw KerasFileError(file: path, cause: .notKeras(size: file.size))
    }
    let records = try KerasRecords(
      of: file, isZip: isZip, bounds: bounds ?? KerasBounds(size: file.size, limit: limit))
    let root = records.attributes[""] ?? [:]
    let configuration = isZip ? records.members["config.json"] : root["model_config"]?.first
    self.init(
      source: path, kind: isZip ? .archive : configuration == nil ? .weightsHDF5 : .wholeHDF5,
      configuration: configuration,
      kerasVersion: records.members["metadata.json"].flatMap(Self.version) ?? root["keras_version"]?.first,
      arrays: records.arrays, attributes: records.attributes, skipped: records.skipped)
  }

  /// An open file of at most `limit` bytes, and its first 8 bytes.
  private static func opened(
    _ path: String, limit: Int
  ) throws(KerasFileError) -> (file: OrdinaryFile, head: [UInt8]) {
    func read<Value>(_ read: () throws(FileError) -> Value) throws(KerasFileError) -> Value {
      do throws(FileError) { return try read() } catch {
        throw KerasFileError(file: path, cause: .system(error))
      }
    }
    let file = try read { () throws(FileError) in try OrdinaryFile(path: path) }
    guard file.size <= limit else {
      throw KerasFileError(file: path, cause: .tooLarge(size: file.size, limit: limit))
    }
    return (file, try read { () throws(FileError) in try file.read(0..<min(8, file.size)) })
  }

  /// The version in the text of `metadata.json`; nil if it has none.
  private static func version(in metadata: String) -> String? {
    struct Metadata: Decodable { let keras_version: String? }
    return try? JSONDecoder().decode(Metadata.self, from: Data(metadata.utf8)).keras_version
  }
}
