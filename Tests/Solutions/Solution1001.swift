import ExerciseKit

/// The reference solution of exercise 10.1.
public enum Solution1001: Exercise1001 {
  /// The answer.
  public static func unpacked(_ bytes: [UInt8], count: Int) throws -> [Int8] {
    (0..<count).map { index in
      let half = Int8(bytes[index / 2] >> UInt8(4 * (index % 2)) & 15)
      return half < 8 ? half : half - 16
    }
  }
}

/// Wrong answers to exercise 10.1, each named for its misunderstanding.
public enum Wrong1001 {
  /// The answers.
  public static let all: [WrongAnswer] =
    Unpacking.edits.filter { !$0.truths.isEmpty }.map { edit in
      var settings = Unpacking()
      edit.change(&settings)
      return WrongAnswer(edit.name, settings.observed)
    } + [WrongAnswer("wrong-value", ObservedAnswer(.unpacked) { (_: [UInt8], _: Int) in [Int8]() })]
}

/// A way to unpack codes, of which parts may be wrong.
struct Unpacking: Sendable {
  var halves: @Sendable ([UInt8]) -> [UInt8] = { $0.flatMap { [$0 & 15, $0 >> 4] } }
  var code: @Sendable (UInt8) -> Int = { Int($0) - ($0 >= 8 ? 16 : 0) }
  var keepsAll = false

  var observed: ObservedAnswer {
    ObservedAnswer(.unpacked) { (bytes: [UInt8], count: Int) in
      let all = halves(bytes)
      return (keepsAll ? all : Array(all.prefix(count))).map { Int8(code($0)) }
    }
  }

  static let edits: [Edit<Unpacking>] = [
    Edit("high-half-first") { $0.halves = { $0.flatMap { [$0 >> 4, $0 & 15] } } },
    Edit("all-low-halves-first") { $0.halves = { bytes in bytes.map { $0 & 15 } + bytes.map { $0 >> 4 } } },
    Edit("one-code-a-byte") { $0.halves = { $0.map { $0 & 15 } } },
    Edit(unnamed: "from the end") { $0.halves = { $0.reversed().flatMap { [$0 & 15, $0 >> 4] } } },
    Edit(unnamed: "three bits") { $0.halves = { $0.flatMap { [$0 & 7, $0 >> 5] } } },
    Edit("empty-half-kept") { $0.keepsAll = true },
    Edit("sign-forgotten") { $0.code = { Int($0) } },
    Edit("offset-by-eight") { $0.code = { Int($0) - 8 } },
    Edit("sign-and-size") { $0.code = { ($0 >= 8 ? -1 : 1) * Int($0 & 7) } },
    Edit("off-by-one-below-zero") { $0.code = { Int($0) - ($0 >= 8 ? 15 : 0) } },
    Edit(unnamed: "eight less below zero") { $0.code = { Int($0) - ($0 >= 8 ? 8 : 0) } },
  ]
}
