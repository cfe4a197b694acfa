import ExerciseKit
import Foundation

// MARK: - 02.1

private func sqnr(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable ([Float], [Float]) -> Float
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)", ObservedAnswer(.sqnr) { (signal: [Float], back: [Float]) in answer(signal, back) }
  )
}

private func power(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 } }
private func errors(_ signal: [Float], _ back: [Float]) -> [Float] { zip(signal, back).map { $0 - $1 } }
private func magnitude(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1.magnitude } }

let further0201: [FurtherAnswer] = [
  sqnr { log10(power($0) / power(errors($0, $1))) },
  sqnr { 10 * log2(power($0) / power(errors($0, $1))) },
  sqnr { 6.02 * log2(power($0) / power(errors($0, $1))) },
  sqnr { 10 * log10(power($0) / Float($0.count) / power(errors($0, $1))) },
  sqnr { 10 * log10(power($0) / power(zip($0, $1).map { $0 + $1 })) },
  sqnr { 10 * log10(power($0)) - power(errors($0, $1)) },
  sqnr { 10 * log10(power(errors($0, $1))) },
  sqnr { 10 * log10(($0.map(\.magnitude).max() ?? 0) / power(errors($0, $1))) },
  sqnr { 10 * log10(power($1) / power(errors($0, $1))) },
  sqnr { 10 * log10(1 + power($0) / power(errors($0, $1))) },
  sqnr { 10 * log10((power($0) / power(errors($0, $1))).squareRoot()) },
  sqnr("magnitudes") { 20 * log10(magnitude($0) / magnitude(errors($0, $1))) },
  sqnr("magnitudes", "inverted") { 10 * log10(magnitude(errors($0, $1)) / magnitude($0)) },
  sqnr("magnitudes", "no-logarithm") { magnitude($0) / magnitude(errors($0, $1)) },
  sqnr("amplitudes", "inverted") { 20 * log10(power(errors($0, $1)) / power($0)) },
  sqnr("natural-logarithm", "inverted") { 10 * log(power(errors($0, $1)) / power($0)) },
  sqnr("no-logarithm", "inverted") { power(errors($0, $1)) / power($0) },
  sqnr("noise-is-what-came-back", "inverted") { 10 * log10(power($1) / power($0)) },
  sqnr("noise-is-what-came-back", "amplitudes") { 20 * log10(power($0) / power($1)) },
  sqnr("natural-logarithm", "amplitudes") { 20 * log(power($0) / power(errors($0, $1))) },
  sqnr("natural-logarithm", "magnitudes") { 10 * log(magnitude($0) / magnitude(errors($0, $1))) },
]

// MARK: - 02.2

private struct Scaling: Sendable {
  enum Grouping { case columns, rows, blocks, one }
  var grouping = Grouping.columns
  var extent: @Sendable ([Float]) -> Float = { $0.map(\.magnitude).max() ?? 0 }
  var steps: Float = 127
  var ofZero: Float = 1

  func scales(_ kernel: [Float], _ channels: Int) -> [Float] {
    func stretches(_ count: Int) -> [[Float]] {
      stride(from: 0, to: kernel.count, by: count).map { Array(kernel[$0..<$0 + count]) }
    }
    let groups: [[Float]] =
      switch grouping {
      case .columns:
        (0..<channels).map { channel in
          stride(from: channel, to: kernel.count, by: channels).map { kernel[$0] }
        }
      case .rows: stretches(channels)
      case .blocks: stretches(kernel.count / channels)
      case .one: [[Float]](repeating: kernel, count: channels)
      }
    return groups.map(extent).map { $0 == 0 ? ofZero : $0 / steps }
  }
}

let further0202 = pairs(
  of: [
    Edit("rows-for-channels") { $0.grouping = .rows },
    Edit("blocks-for-channels") { $0.grouping = .blocks },
    Edit("one-for-all") { $0.grouping = .one },
    Edit("sign-forgotten") { $0.extent = { max($0.max() ?? 0, 0) } },
    Edit("range-for-largest") {
      $0.extent = { ($0.max() ?? 0) - ($0.min() ?? 0) }
      $0.steps = 255
    },
    Edit(unnamed: "mean") { $0.extent = { $0.reduce(0) { $0 + $1.magnitude } / Float($0.count) } },
    Edit(unnamed: "least") { $0.extent = { $0.map(\.magnitude).min() ?? 0 } },
    Edit("divided-by-128") { $0.steps = 128 },
    Edit("divided-by-255") { $0.steps = 255 },
    Edit(unnamed: "half a range") { $0.steps = 127.5 },
    Edit("scale-of-zero") { $0.ofZero = 0 },
    Edit(unnamed: "a small scale of zero") { $0.ofZero = 1e-7 },
  ], from: Scaling(),
  without: [
    ["rows-for-channels", "blocks-for-channels", "one-for-all"],
    ["sign-forgotten", "range-for-largest", "mean", "least"],
    ["range-for-largest", "divided-by-128", "divided-by-255", "half a range"],
    ["scale-of-zero", "a small scale of zero"], ["one-for-all", "scale-of-zero", "a small scale of zero"],
  ]
) { settings in
  ObservedAnswer(.channelScales) { (kernel: [Float], channels: Int) in settings.scales(kernel, channels) }
}

// MARK: - 02.3

private func halved(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable (Int) -> Int
) -> FurtherAnswer {
  FurtherAnswer(truths, "line \(line)", ObservedAnswer(.halving) { (sum: Int) in answer(sum) })
}

let further0203: [FurtherAnswer] = [
  halved { $0 >> 2 },
  halved { ($0 >> 2) << 1 },
  halved { ($0 / 4) * 2 },
  halved { $0 % 2 == 0 ? $0 / 2 : 0 },
  halved { ($0 >> 1) & ~1 },
  halved { ($0 &+ 1) / 2 },
  halved { ($0 &- 1) / 2 },
  halved { -($0 >> 1) },
  halved { ($0 / 2).magnitude > 1 << 62 ? 0 : abs($0 / 2) },
  halved { ($0 >> 1) &+ ($0 >> 1 & 1) },
  halved { $0 < 0 ? 0 : ($0 >> 1) + ($0 & ($0 >> 1) & 1) },
  halved { ($0 / 2) &- ($0 & ($0 / 2) & 1) },
  halved("rounds-half-up") { ($0 >> 1) &+ ($0 & 1) },
  halved("odd-for-even") { ($0 >> 1) + ($0 & ~($0 >> 1) & 1) },
  halved("negatives-cut") { $0 / 2 + ($0 % 2 != 0 && ($0 / 2) % 2 != 0 ? 1 : 0) },
  halved("negatives-cut") { $0 / 2 + ($0 % 2 == 1 && ($0 / 2) % 2 == 1 ? 1 : 0) },
  halved("remainder-of-negatives", "rounds-down") { ($0 >> 1) + ($0 % 2 == 1 && ($0 >> 1) % 2 == 1 ? 1 : 0) },
  halved("through-a-double", "truncates") { Int(exactly: (Double($0) / 2).rounded(.towardZero)) ?? 0 },
  halved("through-a-double", "rounds-down") { Int(exactly: (Double($0) / 2).rounded(.down)) ?? 0 },
  halved("through-a-double", "rounds-half-up") { Int(exactly: (Double($0) / 2 + 0.5).rounded(.down)) ?? 0 },
  halved("through-a-double", "rounds-half-away") { Int(exactly: (Double($0) / 2).rounded()) ?? 0 },
  halved("through-a-float", "truncates") { Int(exactly: (Float($0) / 2).rounded(.towardZero)) ?? 0 },
  halved("through-a-float", "rounds-half-away") { Int(exactly: (Float($0) / 2).rounded()) ?? 0 },
]

// MARK: - 02.4

private struct Searching: Sendable {
  var steps: @Sendable (Int) -> Float = { Float((1 << ($0 - 1)) - 1) }
  var last: @Sendable (Int) -> Float = { Float((1 << ($0 - 1)) - 1) }
  var rule = FloatingPointRoundingRule.toNearestOrEven
  var loss: @Sendable ([Float]) -> Float = { $0.reduce(0) { $0 + $1 * $1 } / Float($0.count) }
  var leavesOut = false
  var isWorst = false

  func best(_ values: [Float], _ bits: Int, _ candidates: [Float]) -> Float {
    let losses = candidates.map { threshold -> Float in
      let step = threshold / steps(bits)
      let used = leavesOut ? values.filter { $0.magnitude <= threshold } : values
      return loss(used.map { min(max(($0 / step).rounded(rule), -last(bits)), last(bits)) * step - $0 })
    }
    let order = losses.indices.filter { !losses[$0].isNaN }.sorted { losses[$0] < losses[$1] }
    return candidates[(isWorst ? order.last : order.first) ?? 0]
  }
}

private let searchEdits: [Edit<Searching>] = [
  Edit("levels-for-steps") { $0.steps = { Float(1 << ($0 - 1)) } },
  Edit("both-sides-over-all-codes") { $0.steps = { Float((1 << $0) - 1) / 2 } },
  Edit("one-side-for-all-codes") { $0.steps = { Float((1 << $0) - 1) } },
  Edit(unnamed: "all levels") { $0.steps = { Float(1 << $0) } },
  Edit("clipping-is-free") { $0.last = { _ in .infinity } },
  Edit(unnamed: "one code less") { $0.last = { max(Float((1 << ($0 - 1)) - 2), 1) } },
  Edit("rounded-down") { $0.rule = .down },
  Edit("rounded-down") { $0.rule = .towardZero },
  Edit(unnamed: "rounded up") { $0.rule = .up },
  Edit("magnitudes") { $0.loss = { $0.reduce(0) { $0 + $1.magnitude } } },
  Edit("errors-cancel") { $0.loss = { $0.reduce(0, +).magnitude } },
  Edit(unnamed: "signed") { $0.loss = { $0.reduce(0, +) } },
  Edit(unnamed: "largest error") { $0.loss = { $0.map(\.magnitude).max() ?? 0 } },
  Edit(unnamed: "fourth powers") { $0.loss = { $0.reduce(0) { $0 + $1 * $1 * $1 * $1 } } },
  Edit("clipping-is-free") { $0.leavesOut = true },
  Edit(unnamed: "the worst") { $0.isWorst = true },
]

// What always takes the largest threshold does just that, however it comes to it.
let further0204 = pairs(
  of: searchEdits, from: Searching(),
  without: [
    ["levels-for-steps", "both-sides-over-all-codes", "one-side-for-all-codes", "all levels"],
    ["rounded-down", "rounded up"], ["clipping-is-free", "one code less"],
    ["magnitudes", "errors-cancel", "signed", "largest error", "fourth powers"],
  ]
) { settings in
  ObservedAnswer(.bestThreshold) { (values: [Float], bits: Int, candidates: [Float]) in
    settings.best(values, bits, candidates)
  }
}.map { FurtherAnswer($0.truths.union(["nothing-clipped"]), $0.name, $0.observed) }
