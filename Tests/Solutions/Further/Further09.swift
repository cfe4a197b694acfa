import ExerciseKit

// MARK: - 09.1

/// A way to round a product, and the finding that it leads to; nil if it has no name.
private struct Rule: Sendable {
  let name: String?
  let round: @Sendable (_ real: Double) -> Double
  init(_ name: String?, _ round: @escaping @Sendable (Double) -> Double) {
    (self.name, self.round) = (name, round)
  }
}

private let wrongRules = [
  Rule("ties-upwards") { ($0 + 0.5).rounded(.down) },
  Rule("ties-to-zero") { $0 < 0 ? ($0 + 0.5).rounded(.down) : ($0 - 0.5).rounded(.up) },
  Rule("rounded-down") { $0.rounded(.down) },
  Rule("fraction-cut") { $0.rounded(.towardZero) },
  Rule("half-added-below-zero") { ($0 + 0.5).rounded(.towardZero) },
  Rule(nil) { ($0 - 0.5).rounded(.up) },
  Rule(nil) { $0.rounded(.up) },
  Rule(nil) { $0.rounded(.awayFromZero) },
  Rule("even-everywhere") { 2 * ($0 / 2).rounded() },
  Rule(nil) { -$0.rounded() },
]

/// Every pair of rules of which one at least is neither of the two right ones.
let further0901: [FurtherAnswer] = {
  let away = Rule(nil) { $0.rounded() }
  let even = Rule(nil) { $0.rounded(.toNearestOrEven) }
  let ofXNNPACK = [
    Rule("odd-for-even") { $0 - $0.rounded(.down) == 0.5 ? 2 * ($0 / 2).rounded(.down) + 1 : $0.rounded() },
    Rule("even-everywhere") { 2 * ($0 / 2).rounded(.toNearestOrEven) },
  ]
  func answer(_ first: (Int, Rule), _ second: (Int, Rule)) -> FurtherAnswer {
    FurtherAnswer(
      [first.1.name, second.1.name].compactMap { $0 }, "rules \(first.0) and \(second.0)",
      ObservedAnswer(.ties) { (product: Int, shift: Int) in
        let real = Double(product) / Double(1 << shift)
        return Values(Int(first.1.round(real)), Int(second.1.round(real)))
      })
  }
  let wrong = Array(wrongRules.enumerated()).map { ($0.offset, $0.element) }
  let all = wrong + [(10, away), (11, even)]
  return wrong.flatMap { first in all.map { answer(first, $0) } }
    + [(10, away), (11, even)].flatMap { first in wrong.map { answer(first, $0) } }
    + (wrong + [(11, even)]).flatMap { first in
      ofXNNPACK.enumerated().map { answer(first, ($0.offset + 12, $0.element)) }
    }
}()

// MARK: - 09.2

private struct Comparing: Sendable {
  var choose: @Sendable (_ all: [[Int]]) -> Int? = { $0.firstIndex { differing($0) > 0 } }
  var offset = 0
  var codes: @Sendable (_ all: [[Int]], _ index: Int) -> Int = { differing($0[$1]) }
  var farthest: @Sendable (_ all: [[Int]], _ index: Int) -> Int = { largest($0[$1]) }
  var nothing: Parting?

  func parting(_ one: [[Int8]], _ other: [[Int8]]) -> Parting? {
    let all = zip(one, other).map { zip($0, $1).map { Int($0) - Int($1) } }
    guard all.contains(where: { differing($0) > 0 }), let index = choose(all) else { return nothing }
    return Parting(operation: index + offset, codes: codes(all, index), farthest: farthest(all, index))
  }
}

private func differing(_ differences: [Int]) -> Int { differences.count { $0 != 0 } }
private func largest(_ differences: [Int]) -> Int { differences.map { abs($0) }.max() ?? 0 }
private func total(_ differences: [Int]) -> Int { differences.reduce(0) { $0 + abs($1) } }

let further0902 = pairs(
  of: [
    Edit("last-for-first") { $0.choose = { $0.lastIndex { differing($0) > 0 } } },
    Edit("most-for-first") { settings in
      settings.choose = { all in
        all.indices.filter { differing(all[$0]) > 0 }.max { differing(all[$0]) < differing(all[$1]) }
      }
    },
    Edit(unnamed: "the farthest") { settings in
      settings.choose = { all in all.indices.max { largest(all[$0]) < largest(all[$1]) } }
    },
    Edit(unnamed: "the last of all") { $0.choose = { $0.count - 1 } },
    Edit("counted-from-one") { $0.offset = 1 },
    Edit(unnamed: "the one before") { $0.offset = -1 },
    Edit("operations-counted") { settings in settings.codes = { all, _ in all.count { differing($0) > 0 } } },
    Edit("codes-of-all") { settings in settings.codes = { all, _ in all.reduce(0) { $0 + differing($1) } } },
    Edit("size-counted") { $0.codes = { $0[$1].count } },
    Edit("equal-counted") { $0.codes = { $0[$1].count { $0 == 0 } } },
    Edit("distances-added") { $0.codes = { total($0[$1]) } },
    Edit(unnamed: "one code more") { $0.codes = { differing($0[$1]) + 1 } },
    Edit("sign-kept") { $0.farthest = { $0[$1].max() ?? 0 } },
    Edit("farthest-of-all") { settings in settings.farthest = { all, _ in all.map(largest).max() ?? 0 } },
    Edit("distances-added-for-farthest") { $0.farthest = { total($0[$1]) } },
    Edit("wrapped") { settings in
      settings.farthest = { all, index in
        all[index].map { Int(Int8(truncatingIfNeeded: $0).magnitude) }.max() ?? 0
      }
    },
    Edit(unnamed: "the nearest") { $0.farthest = { $0[$1].map { abs($0) }.min() ?? 0 } },
    Edit("first-for-farthest") { $0.farthest = { $0[$1].first { $0 != 0 }.map { abs($0) } ?? 0 } },
    Edit("nothing-is-a-place") { $0.nothing = Parting(operation: 0, codes: 0, farthest: 0) },
  ], from: Comparing(),
  without: [
    ["last-for-first", "most-for-first", "the farthest", "the last of all"],
    ["counted-from-one", "the one before"],
    [
      "operations-counted", "codes-of-all", "size-counted", "equal-counted", "distances-added",
      "one code more",
    ],
    [
      "sign-kept", "farthest-of-all", "distances-added-for-farthest", "wrapped", "the nearest",
      "first-for-farthest",
    ],
  ]
) { settings in
  ObservedAnswer(.parting) { (one: [[Int8]], other: [[Int8]]) in settings.parting(one, other) }
}

// MARK: - 09.3

private struct Shifting: Sendable {
  var exponent: @Sendable (_ largest: Float) -> Int = { reaching($0, 127) }
  var sign = 1
  var shift: @Sendable (_ input: Int, _ kernel: Int, _ output: Int) -> Int = { $2 - $0 - $1 }

  func scales(_ largest: [Float]) -> [Int] {
    let exponents = largest.map { sign * exponent($0) }
    return exponents + [shift(exponents[0], exponents[1], exponents[2])]
  }
}

/// The smallest exponent at which a code reaches the largest number.
private func reaching(_ largest: Float, _ code: Float) -> Int {
  var (exponent, scale) = (-60, Float(sign: .plus, exponent: -60, significand: 1))
  while code * scale < largest { (exponent, scale) = (exponent + 1, 2 * scale) }
  return exponent
}

let further0903 = pairs(
  of: [
    Edit("nearest-power") { settings in
      settings.exponent = { largest in
        let (low, ratio) = (Int((largest / 127).exponent), (largest / 127).significand)
        return ratio * ratio >= 2 ? low + 1 : low
      }
    },
    Edit("too-short") { $0.exponent = { Int(($0 / 127).exponent) } },
    Edit("a-code-too-many") { $0.exponent = { reaching($0, 128) } },
    Edit("all-steps-on-one-side") { $0.exponent = { reaching($0, 255) } },
    Edit("exact-fit-refused") { $0.exponent = { Int(($0 / 127).exponent) + 1 } },
    Edit("range-for-scale") { $0.exponent = { reaching($0, 1) } },
    Edit(unnamed: "one more") { $0.exponent = { reaching($0, 127) + 1 } },
    Edit(unnamed: "one less") { $0.exponent = { reaching($0, 127) - 1 } },
    Edit(unnamed: "seven bits") { $0.exponent = { reaching($0, 63) } },
    Edit(unnamed: "126") { $0.exponent = { reaching($0, 126) } },
    Edit("sign-of-the-exponent") { $0.sign = -1 },
    Edit("shift-reversed") { $0.shift = { $0 + $1 - $2 } },
    Edit("output-multiplied") { $0.shift = { -$0 - $1 - $2 } },
    Edit("kernel-forgotten") { settings in settings.shift = { input, _, output in output - input } },
    Edit("output-forgotten") { settings in settings.shift = { input, kernel, _ in -input - kernel } },
    Edit(unnamed: "input forgotten") { settings in settings.shift = { _, kernel, output in output - kernel }
    },
    Edit(unnamed: "one further") { $0.shift = { $2 - $0 - $1 + 1 } },
    Edit(unnamed: "kernel divided by") { $0.shift = { $2 - $0 + $1 } },
  ], from: Shifting(),
  without: [
    [
      "nearest-power", "too-short", "a-code-too-many", "all-steps-on-one-side", "exact-fit-refused",
      "range-for-scale", "one more", "one less", "seven bits", "126",
    ],
    [
      "shift-reversed", "output-multiplied", "kernel-forgotten", "output-forgotten", "input forgotten",
      "one further", "kernel divided by",
    ],
  ]
) { settings in
  ObservedAnswer(.powersOfTwo) { (input: Float, kernel: Float, output: Float) in
    let scales = settings.scales([input, kernel, output])
    return Values(scales[0], scales[1], scales[2], scales[3])
  }
}
