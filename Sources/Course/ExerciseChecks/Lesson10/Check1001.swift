import ExerciseKit

/// Checks an answer to exercise 10.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise1001).Type) throws -> [Finding] {
  try Examination<Question1001, [Int8]>(
    exercise: .unpacked,
    questions: [
      ([0xE1, 0x05], 3), ([0x21], 2), ([0xE1, 0xC3, 0x05], 5), ([0x98], 2), ([0xF0, 0x7F], 4), ([0x0A], 1),
      ([0x3D, 0xB4, 0x96, 0x82], 8), ([0x57, 0xAC, 0xE9, 0x06], 7),
    ],
    wording: { "unpacked([\($0.bytes.map(hexadecimal).joined(separator: ", "))], count: \($0.count))" },
    right: { unpacked($0) }, same: { $0 == $1 }, written: { "\($0)" },
    misconceptions: aboutHalves() + aboutSigns(),
    otherwise: { question in
      let halves = question.bytes.flatMap { [$0 & 15, $0 >> 4] }.prefix(question.count)
      return "The halves, in the order of their codes, are \(halves.map { "\($0)" }.joined(separator: ", "))."
    }
  ).findings { try answer.unpacked($0.bytes, count: $0.count) }
}

private typealias Question1001 = (bytes: [UInt8], count: Int)

private func hexadecimal(_ byte: UInt8) -> String {
  "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

private func lowFirst(_ bytes: [UInt8]) -> [UInt8] { bytes.flatMap { [$0 & 15, $0 >> 4] } }

private func signed(_ half: UInt8) -> Int8 { Int8(half) - (half >= 8 ? 16 : 0) }

/// The codes of the halves in some order, each read in some way.
private func unpacked(
  _ question: Question1001, order: ([UInt8]) -> [UInt8] = lowFirst, read: (UInt8) -> Int8 = signed
) -> [Int8] {
  order(question.bytes).prefix(question.count).map(read)
}

private func aboutHalves() -> [Misconception<Question1001, [Int8]>] {
  [
    Misconception("high-half-first") { question in
      unpacked(question) { $0.flatMap { [$0 >> 4, $0 & 15] } }
    } because: { _ in
      "You took the upper half of each byte first. One reads it first, but the earlier code is in the lower half."
    },
    Misconception("all-low-halves-first") { question in
      unpacked(question) { bytes in bytes.map { $0 & 15 } + bytes.map { $0 >> 4 } }
    } because: { _ in
      "You took the lower halves of all bytes, and then the upper ones. Two neighbours share a byte."
    },
    Misconception("empty-half-kept") { question in
      lowFirst(question.bytes).map(signed)
    } because: {
      "You gave two codes for each byte. There are \($0.count), and the last half holds nothing."
    },
    Misconception("one-code-a-byte") { question in
      question.bytes.map { signed($0 & 15) }
    } because: { _ in
      "You gave the lower half of each byte alone. The upper half is a code as well."
    },
  ]
}

private func aboutSigns() -> [Misconception<Question1001, [Int8]>] {
  [
    Misconception("sign-forgotten") { question in
      unpacked(question, read: { Int8($0) })
    } because: { _ in
      "Yours has codes of 8 to 15, which 4 bits do not have. A half of 8 or more stands for 16 less."
    },
    Misconception("offset-by-eight") { question in
      unpacked(question, read: { Int8($0) - 8 })
    } because: { _ in
      "You took 8 off each half. So formats do it that have a zero point of 8; here only halves of 8 or more move, by 16."
    },
    Misconception("sign-and-size") { question in
      unpacked(question, read: { ($0 >= 8 ? -1 : 1) * Int8($0 & 7) })
    } because: { _ in
      "You took the highest bit for a minus sign and the others for the size. A code below 0 is stored as 16 plus the code."
    },
    Misconception("off-by-one-below-zero") { question in
      unpacked(question, read: { Int8($0) - ($0 >= 8 ? 15 : 0) })
    } because: { _ in
      "Yours is one too high below 0: you took off 15, which is the highest half. There are 16 halves."
    },
  ]
}
