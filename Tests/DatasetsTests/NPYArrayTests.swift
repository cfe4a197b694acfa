import Datasets
import Foundation
import Support
import TestSupport
import Testing

/// Files of numpy, made by `Fixtures/make_npy.py`, and damaged ones.
@Suite struct NPYArrayTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: name, withExtension: "npy", subdirectory: "Fixtures")).path
  }

  /// The message with which these bytes are refused; nil if they are read.
  private func refusal(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> String? {
    let path = try folder.write(bytes, as: "x.npy")
    do throws(NPYError) {
      _ = try NPYArray(contentsOf: path, limit: limit)
      return nil
    } catch {
      #expect(error.file == path)
      return error.description.replacing("\(path): ", with: "")
    }
  }

  /// A fixture with a text of its header replaced by another; the header keeps its length.
  private func damaged(_ name: String, _ old: String, _ new: String) throws -> [UInt8] {
    var bytes = try AtomicFile.read(fixture(name))
    let place = try #require(bytes.firstRange(of: Array(old.utf8)))
    bytes.replaceSubrange(place, with: Array(new.utf8))
    let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
    for _ in 0..<max(0, new.utf8.count - old.utf8.count) { bytes.remove(at: end + 1) }
    bytes.insert(
      contentsOf: Array(repeating: 0x20, count: max(0, old.utf8.count - new.utf8.count)), at: end + 1)
    return bytes
  }

  static let numbers: [(NPYArray.ElementType, [Double])] = [
    (.int8, [-128, -1, 0, 1, 100, 127]), (.uint8, [0, 0, 1, 2, 100, 255]),
    (.int16, [-32_768, -1, 0, 1, 100, 32_767]), (.uint16, [0, 0, 1, 2, 100, 65_535]),
    (.int32, [-0x1p31, -1, 0, 1, 100, 0x1p31 - 1]), (.int64, [-0x1p63, -1, 0, 1, 100, 0x1p63]),
    (.float32, [-0x1.FFFFFEp127, Double(Float(-0.1)), 0, 0x1p-149, Double(Float(0.1)), 0x1.FFFFFEp127]),
    (.float64, [-Double.greatestFiniteMagnitude, -0.1, 0, 0x1p-1074, 0.1, .greatestFiniteMagnitude]),
  ]

  @Test(arguments: numbers)
  func `every element type is read with its numbers`(type: NPYArray.ElementType, values: [Double]) throws {
    let array = try NPYArray(contentsOf: fixture("\(type)"))
    #expect(array.type == type && array.shape == [2, 3])
    #expect(array.values == values)
  }

  @Test func `all versions of the format give the same array`() throws {
    let first = try NPYArray(contentsOf: fixture("int8"))
    for name in ["version2", "version3"] { #expect(try NPYArray(contentsOf: fixture(name)) == first) }
  }

  @Test func `a single number, a vector and an empty array have their shapes`() throws {
    let scalar = try NPYArray(contentsOf: fixture("scalar"))
    #expect(scalar.shape == [] && scalar.values == [2.5])
    let vector = try NPYArray(contentsOf: fixture("vector"))
    #expect(vector.shape == [3] && vector.values == [3, -4, 5])
    let empty = try NPYArray(contentsOf: fixture("empty"))
    #expect(empty.shape == [0, 4] && empty.values == [])
  }

  @Test(arguments: [
    ("big_endian", "its elements have type >f4; expected little-endian int8"),
    ("bool", "its elements have type |b1; expected"), ("float16", "its elements have type <f2; expected"),
    ("records", "its elements have named fields; expected numbers alone"),
    ("fortran", "its first dimension runs fastest; save numpy.ascontiguousarray(array)"),
  ]) func `what is not read is named with what to save instead`(name: String, message: String) throws {
    let found = try refusal(try AtomicFile.read(fixture(name)))
    #expect(found?.hasPrefix(message) == true, "\(found ?? "none")")
  }

  @Test func `a file that ends anywhere, or goes on, is refused`() throws {
    let bytes = try AtomicFile.read(fixture("int8"))
    #expect(bytes.count == 134)
    for count in 0..<bytes.count {
      let message = try refusal(Array(bytes.prefix(count))) ?? "none"
      let expected =
        count < 10
        ? "it is no .npy file; write it with numpy.save"
        : count < 128
          ? "it ends within its header; write it anew"
          : "int8 of shape [2, 3] takes 6 bytes, and the file has \(count - 128); "
      #expect(message.hasPrefix(expected), "\(count): \(message)")
    }
    #expect(try refusal(bytes + [0])?.contains("takes 6 bytes, and the file has 7") == true)
  }

  @Test(arguments: [
    ("(2, 3)", "(2, -3)", "its header does not give"), ("(2, 3)", "(2, x)", "its header does not give"),
    ("(2, 3)", "(2, 3", "its header does not give"), ("'shape'", "'form'", "its header does not give"),
    ("'descr'", "'type'", "its header does not give"), ("fortran_order", "order", "its header does not give"),
    ("(2, 3)", "(9223372036854775807, 3)", "int8 of shape [9223372036854775807, 3] takes more bytes than"),
    ("(2, 3)", "(4294967296, 4294967296)", "int8 of shape [4294967296, 4294967296] takes more bytes than"),
    ("|i1", "|i9", "its elements have type |i9"), ("'|i1'", "''", "its elements have type ;"),
  ]) func `a damaged header is refused`(old: String, new: String, message: String) throws {
    let bytes = try damaged("int8", old, new)
    #expect(bytes.count == 134)
    let found = try refusal(bytes)
    #expect(found?.hasPrefix(message) == true, "\(found ?? "none")")
  }

  @Test func `a header that is no text, and the version of a later format, are refused`() throws {
    var bytes = try AtomicFile.read(fixture("int8"))
    bytes.replaceSubrange(10..<127, with: repeatElement(0xFF, count: 117))
    #expect(try refusal(bytes)?.hasPrefix("its header does not give") == true)
    bytes = try AtomicFile.read(fixture("int8"))
    bytes[6] = 4
    #expect(try refusal(bytes)?.hasPrefix("it is no .npy file") == true)
  }

  @Test func `a missing file, a folder and a file above the limit say what the system or the caller says`()
    throws
  {
    for (path, reason) in [
      ("\(folder.path)/none.npy", "No such file"), (folder.path, "not an ordinary file"),
    ] {
      let error = #expect(throws: NPYError.self) { try NPYArray(contentsOf: path) }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
    let message = try refusal(try AtomicFile.read(fixture("int8")), limit: 133)
    #expect(message?.contains("133") == true, "\(message ?? "none")")
  }
}
