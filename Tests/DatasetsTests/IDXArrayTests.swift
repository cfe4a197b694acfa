import Datasets
import Foundation
import Support
import TestSupport
import Testing

@Suite struct IDXArrayTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The error of reading these bytes as a file, or nil if they are read.
  private func failure(_ bytes: [UInt8], rank: Int = 3, limit: Int = 1 << 20) throws -> DatasetError? {
    let path = try folder.write(bytes)
    do throws(DatasetError) {
      _ = try IDXArray(contentsOf: path, rank: rank, limit: limit)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [Fixture.images, Fixture.compressedImages])
  func `plain and compressed IDX files give the same array`(_ bytes: [UInt8]) throws {
    // The kind of file is recognized by its bytes: the name has no extension.
    let array = try IDXArray(contentsOf: try folder.write(bytes), rank: 3)
    #expect(array.dimensions == [3, 4, 5])
    #expect(Array(array.bytes) == Fixture.pixels)
  }

  @Test func `IDX files of any rank can be read`() throws {
    let labels = try IDXArray(contentsOf: try folder.write(Fixture.labelFile), rank: 1)
    #expect(labels.dimensions == [3])
    #expect(Array(labels.bytes) == [7, 0, 9])
  }

  @Test func `gzip members in a row are one stream`() throws {
    // The second member is an empty one: header, an empty final block, checksum 0, length 0.
    let empty: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    for bytes in [Fixture.compressedImages + empty, empty + Fixture.compressedImages] {
      let array = try IDXArray(contentsOf: try folder.write(bytes), rank: 3)
      #expect(Array(array.bytes) == Fixture.pixels)
    }
    // A whole second copy is data behind the end.
    #expect(
      try failure(Fixture.compressedImages + Fixture.compressedImages)
        == .trailingBytes(path: folder.path + "/file", expected: 76))
  }

  @Test func `every proper prefix of an IDX file is refused`() throws {
    for bytes in [Fixture.images, Fixture.compressedImages] {
      for length in 0..<bytes.count {
        let error = try failure(Array(bytes[..<length]))
        switch error {
        case .truncated, .corruptGzip, .wrongMagic: continue
        default: Issue.record("the first \(length) bytes gave \(String(describing: error))")
        }
      }
    }
  }

  @Test(arguments: [[0], [0x1F], [0x1F, 0x8B], [1, 2, 3, 4]] as [[UInt8]])
  func `bytes after the end of an IDX file are refused`(_ extra: [UInt8]) throws {
    #expect(try failure(Fixture.images + extra) == .trailingBytes(path: folder.path + "/file", expected: 76))
    guard case .corruptGzip(_, let reason) = try failure(Fixture.compressedImages + extra) else {
      Issue.record("bytes behind gzip data were accepted")
      return
    }
    // Bytes that begin like a further member are read as one.
    #expect(
      reason == (extra[0] == 0x1F ? "it ends before its data do" : "other bytes follow the end of its data"))
  }

  @Test func `every flipped bit of gzip data is refused or harmless`() throws {
    // Bits of the header's time, system and level, and of reserved fields, carry no data; all others do.
    var harmless = 0
    for index in Fixture.compressedImages.indices {
      for bit in 0..<8 {
        var bytes = Fixture.compressedImages
        bytes[index] ^= 1 << bit
        let path = try folder.write(bytes)
        guard let array = try? IDXArray(contentsOf: path, rank: 3) else { continue }
        #expect(Array(array.bytes) == Fixture.pixels, "byte \(index), bit \(bit)")
        harmless += 1
      }
    }
    #expect(harmless <= 8 * 7)
  }

  @Test func `a false IDX header is refused before its array is allocated`() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      var bytes = Fixture.images
      for _ in 0...generator.below(3) { bytes[generator.below(16)] = UInt8(generator.below(256)) }
      guard bytes[..<16] != Fixture.images[..<16] else { continue }
      let extents = bytes[4..<16].split(by: 4).map { $0.reduce(0.0) { 256 * $0 + Double($1) } }
      let isStillTrue = Array(bytes[..<4]) == [0, 0, 8, 3] && extents.reduce(1, *) == 60
      // No limit on the array: the size of the file must be the limit.
      let error = try failure(bytes, limit: .max)
      #expect((error == nil) == isStillTrue, "\(bytes[..<16])")
    }
  }

  @Test func `an IDX file whose dimensions overflow is too large`() throws {
    let huge: [UInt8] = [0, 0, 8, 3] + [UInt8](repeating: 0xFF, count: 12)
    let extent = Int(UInt32.max)
    #expect(
      try failure(huge, limit: .max)
        == .tooLarge(path: folder.path + "/file", dimensions: [extent, extent, extent], limit: .max))
    #expect(
      try failure(Fixture.images, limit: 59)
        == .tooLarge(path: folder.path + "/file", dimensions: [3, 4, 5], limit: 59))
    #expect(try failure(Fixture.images, limit: 60) == nil)
  }

  @Test func `an IDX file with a dimension of 0 is an empty array`() throws {
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
    let array = try IDXArray(contentsOf: try folder.write(header), rank: 3)
    #expect(array.bytes.isEmpty)
  }

  @Test func `a decompression bomb is not decompressed`() throws {
    #expect(try failure(Fixture.bomb) == .trailingBytes(path: folder.path + "/file", expected: 20))
  }

  @Test func `an IDX file cannot announce more bytes than it can hold`() throws {
    // 95 bytes hold 95 · 1032 at most; the plain file is refused with its true length.
    var bytes = Fixture.images
    bytes[5] = 1
    #expect(
      try failure(bytes, limit: .max)
        == .truncated(path: folder.path + "/file", expected: 16 + (65_536 + 3) * 20, found: 76))
  }

  @Test func `folders, pipes, devices and missing files are refused as IDX files`() throws {
    // A pipe without a writer must not be waited for.
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe, "/dev/null"] {
      #expect(throws: DatasetError.unreadable(path: path, reason: "it is not an ordinary file")) {
        try IDXArray(contentsOf: path, rank: 3)
      }
    }
    let missing = DatasetError.unreadable(path: "nothing/here", reason: "No such file or directory")
    #expect(throws: missing) { try IDXArray(contentsOf: "nothing/here", rank: 3) }
  }

  @Test func `an IDX file of another rank is refused with its magic number`() throws {
    let error = try failure(Fixture.labelFile + Fixture.labelFile)
    #expect(error == .wrongMagic(path: folder.path + "/file", expected: 0x803, found: 0x801))
    #expect(error?.description.contains("0x00000801, not 0x00000803") == true)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func split(by count: Int) -> [ArraySlice<UInt8>] {
    stride(from: startIndex, to: endIndex, by: count).map { self[$0..<$0 + count] }
  }
}
