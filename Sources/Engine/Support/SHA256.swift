/// The SHA-256 digest: it names the source and the data from which a figure was made.
///
/// It tells versions apart and keeps no secrets: its running time may depend on the bytes.
///
/// Source: NIST, 2015, FIPS 180-4, sections 5 and 6.2.
public struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var block: [UInt8] = []
  private var length: UInt64 = 0
  private var schedule = [UInt32](repeating: 0, count: 64)

  /// Creates the digest of no bytes.
  public init() { block.reserveCapacity(64) }

  /// The digest of bytes, as 64 lowercase hexadecimal digits.
  public static func hex(_ bytes: some Sequence<UInt8>) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.finalizedHex()
  }

  /// The digest of what a function reads, in hexadecimal digits; it reads chunk by chunk, until a chunk is empty.
  package static func hex(
    reading next: (_ chunk: inout [UInt8]) throws(FileError) -> Int
  ) throws(FileError) -> String {
    var digest = SHA256()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try next(&chunk)
      if count == 0 { return digest.finalizedHex() }
      digest.update(chunk[..<count])
    }
  }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    // One concrete loop does the work: a generic one would be slow when called from another module.
    let isDone: Void? = bytes.withContiguousStorageIfAvailable { absorb($0) }
    if isDone == nil { ContiguousArray(bytes).withUnsafeBufferPointer { absorb($0) } }
  }

  private mutating func absorb(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      block.append(byte)
      if block.count == 64 {
        compress()
        block.removeAll(keepingCapacity: true)
      }
    }
    length += 8 * UInt64(bytes.count)
  }

  /// The digest of all bytes so far, as 64 lowercase hexadecimal digits; more can be appended afterwards.
  public func finalizedHex() -> String {
    var final = self
    let bits = length
    final.block.append(0x80)
    if final.block.count > 56 {
      final.block += [UInt8](repeating: 0, count: 64 - final.block.count)
      final.compress()
      final.block.removeAll(keepingCapacity: true)
    }
    final.block += [UInt8](repeating: 0, count: 56 - final.block.count)
    for shift in stride(from: 56, through: 0, by: -8) {
      final.block.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    final.compress()
    let digits = Array("0123456789abcdef".utf8)
    var hex: [UInt8] = []
    for word in final.state {
      for shift in stride(from: 28, through: 0, by: -4) {
        hex.append(digits[Int(word >> UInt32(shift) & 15)])
      }
    }
    return String(decoding: hex, as: UTF8.self)
  }

  private mutating func compress() {
    // Kept between blocks: an allocation for each would take longer than its arithmetic.
    for i in 0..<16 {
      let first = UInt32(block[4 * i]) << 24 | UInt32(block[4 * i + 1]) << 16
      schedule[i] = first | UInt32(block[4 * i + 2]) << 8 | UInt32(block[4 * i + 3])
    }
    for i in 16..<64 {
      let a = schedule[i - 15]
      let b = schedule[i - 2]
      let sigma0 = Self.rotate(a, 7) ^ Self.rotate(a, 18) ^ (a >> 3)
      let sigma1 = Self.rotate(b, 17) ^ Self.rotate(b, 19) ^ (b >> 10)
      schedule[i] = schedule[i - 16] &+ sigma0 &+ schedule[i - 7] &+ sigma1
    }
    let constants = Self.constants
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in 0..<64 {
      let sum1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ sum1 &+ choice &+ constants[i] &+ schedule[i]
      let sum0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ sum0 &+ majority)
    }
    for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= word }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    (word &>> count) | (word &<< (32 &- count))
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
