import Safetensors
import Support
import Testing

/// Random damage to valid files, from fixed seeds: refused with a message, or read consistently.
@Suite struct FuzzTests {
  /// Pieces of a header, to be put where they do not belong.
  private static let pieces = [
    "{", "}", "[", "]", "\"", "\\", ",", ":", "0", "1", "9", "-", "\\u0000", "\\ud83d", "\\ude42",
    "99999999999999999999",
    "9223372036854775807", "4294967296", "\"dtype\":\"F32\"", "\"shape\":[0]", "\"data_offsets\":[0,0]",
    "\"__metadata__\":{}", "\"t\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},", "U8", "F64",
    "null", "é", " ",
  ].map { Array($0.utf8) }

  private static func seeds() throws -> [[UInt8]] {
    let small = SafetensorsFile(
      [
        SafetensorsTensor("t", shape: [2, 1], values: [1, 2] as [Float]),
        SafetensorsTensor("u", shape: [3], values: [1, 2, 3] as [Int8]),
      ], metadata: ["k": "v"])
    return try [small.encoded()] + ["numpy", "torch", "foreign"].map { try AtomicFile.read(fixture($0)) }
  }

  /// One to three changes: a bit, a byte, a piece put in, bytes taken out or doubled, an end cut off.
  private static func damaged(_ valid: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = valid
    for _ in 0...generator.below(3) where !bytes.isEmpty {
      // Most often in the length and the header, where it does most harm.
      let bound = generator.below(4) > 0 ? min(bytes.count, 1500) : bytes.count
      let index = generator.below(bound)
      let end = min(bytes.count, index + 1 + generator.below(12))
      switch generator.below(8) {
      case 0: bytes[index] ^= 1 << UInt8(generator.below(8))
      case 1: bytes[index] = UInt8(generator.below(256))
      case 2: bytes.insert(contentsOf: pieces[generator.below(pieces.count)], at: index)
      case 3: bytes.replaceSubrange(index..<end, with: pieces[generator.below(pieces.count)])
      case 4: bytes.removeSubrange(index..<end)
      case 5: bytes.insert(contentsOf: bytes[index..<end], at: index)
      case 6: bytes.removeSubrange(index...)
      default: bytes[index] = bytes[generator.below(bytes.count)]
      }
    }
    if generator.below(2) == 0, bytes.count >= 8 {
      // Lets the announced length follow a header that grew or shrank: past the first check, there is more.
      let grown = Int(valid[0]) + Int(valid[1]) << 8 + bytes.count - valid.count
      for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: grown >> (8 * index)) }
    }
    return bytes
  }

  /// True if the bytes were read; both the file and the error must be consistent.
  private static func checked(_ bytes: [UInt8]) throws -> Bool {
    do throws(SafetensorsError) {
      let file = try SafetensorsFile(bytes: bytes, source: "test")
      #expect(file.tensors.reduce(0) { $0 + $1.bytes.count } <= bytes.count)
      #expect(try SafetensorsFile(bytes: file.encoded()) == file)
      return true
    } catch {
      #expect(error.description.hasPrefix("test") && error.description.utf8.count < 4000)
      return false
    }
  }

  @Test(arguments: 0..<4) func `a damaged safetensors file is refused or read consistently`(_ seed: Int)
    throws
  {
    let valid = try Self.seeds()[seed]
    var generator = SeededGenerator(seed: UInt64(seed) + 1)
    var read = 0
    let rounds = 25_000
    for _ in 0..<rounds where try Self.checked(Self.damaged(valid, using: &generator)) { read += 1 }
    // Bits that flip in the data or in a name leave the file valid: both outcomes must have been tried.
    #expect(read > rounds / 100 && read < rounds / 2, "\(read) of \(rounds) were read")
  }

  @Test func `every proper prefix of a safetensors file is refused`() throws {
    for valid in try Self.seeds() {
      #expect(failure(valid) == nil)
      for length in 0..<valid.count {
        switch failure(Array(valid[..<length]))?.cause {
        case .tooShort, .headerCutShort, .dataCutShort, .gap: continue
        case let other: Issue.record("the first \(length) bytes gave \(String(describing: other))")
        }
      }
    }
  }

  @Test func `random bytes are refused as a safetensors file`() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<10_000 {
      var bytes = (0..<generator.below(64)).map { _ in UInt8(generator.below(256)) }
      if bytes.count >= 8 {
        bytes.replaceSubrange(0..<8, with: [UInt8(bytes.count - 8), 0, 0, 0, 0, 0, 0, 0])
      }
      #expect(failure(bytes) != nil)
    }
  }
}
