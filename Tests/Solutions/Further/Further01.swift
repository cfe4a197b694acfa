import ExerciseKit

// MARK: - 01.1

private func scale(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable (Float, Float, Float) -> Float
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.scale) { (low: Float, high: Float, bits: Int) in answer(low, high, Float(bits)) })
}

private func levels(_ bits: Float) -> Float { Float(1 << Int(bits)) }

let further0101: [FurtherAnswer] = [
  scale { ($1 - $0) / (levels($2) + 1) },
  scale { ($1 - $0) / (levels($2) - 2) },
  scale { ($1 + $0) / (levels($2) - 1) },
  scale { ($0 - $1) / (levels($2) - 1) },
  scale { ($1 - $0) / (levels($2) / 2) },
  scale { ($1 - $0) / (levels($2) / 2 - 1) },
  scale { ($1 - $0) / $2 },
  scale { ($1 - $0) / ($2 - 1) },
  scale { ($1 - $0) / ($2 * $2 - 1) },
  scale { low, high, bits in high / (levels(bits) - 1) },
  scale { _, _, bits in 2 / (levels(bits) - 1) },
  scale { ($1 - $0) / levels($2) - 1 },
  scale { $1 - $0 / (levels($2) - 1) },
  scale { (($1 - $0) / (levels($2) - 1) * 100).rounded() / 100 },
  scale("largest-for-range") { max($0.magnitude, $1.magnitude) / (levels($2) / 2 - 1) },
  scale("largest-for-range", "levels-for-steps") { low, high, bits in high / (levels(bits) / 2) },
  scale("reciprocal", "levels-for-steps") { levels($2) / ($1 - $0) },
  scale("reciprocal", "double-for-power") { (2 * $2 - 1) / ($1 - $0) },
]

// MARK: - 01.2

private func zeroPoint(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable (Float, Float) -> Float
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.zeroPoint) { (low: Float, scale: Float) in Int(answer(low, scale)) })
}

let further0102: [FurtherAnswer] = [
  zeroPoint { -127 + (-$0 / $1).rounded() },
  zeroPoint { -129 + (-$0 / $1).rounded() },
  zeroPoint { 127 - (-$0 / $1).rounded() },
  zeroPoint { 128 + (-$0 / $1).rounded() },
  zeroPoint { -128 + (-$0 * $1).rounded() },
  zeroPoint { -128 + ($0 == 0 ? 0 : ($1 / -$0).rounded()) },
  zeroPoint { min(-128 + (-$0 / $1).rounded(), 0) },
  zeroPoint { -128 + (-$0).rounded() / $1 },
  zeroPoint { -128 + (-$0 / $1 + 1).rounded() },
  zeroPoint { (-128 - $0) / $1 },
  zeroPoint { ((-$0 / $1).rounded() - 128) / 2 },
  zeroPoint("wrong-sign", "truncated") { -128 + ($0 / $1).rounded(.up) },
  zeroPoint("wrong-sign", "counted-from-zero") { ($0 / $1).rounded() },
  zeroPoint("truncated", "counted-from-zero") { (-$0 / $1).rounded(.down) },
  zeroPoint("rounded-up", "counted-from-zero") { (-$0 / $1).rounded(.up) },
  zeroPoint("ties-to-even", "counted-from-zero") { (-$0 / $1).rounded(.toNearestOrEven) },
  zeroPoint("ties-to-even", "wrong-sign") { -128 + ($0 / $1).rounded(.toNearestOrEven) },
]

// MARK: - 01.3

private struct Quantizing: Sendable {
  var rule = FloatingPointRoundingRule.toNearestOrEven
  var roundsLate = false
  var zeroPoint: Float = 1
  var wraps = false
  var limitsEarly = false
  var limits: (Float, Float) = (-128, 127)
  var factor: Float = 1

  func code(_ x: Float, _ scale: Float, _ zeroPoint: Int) -> Int8 {
    let moved = Float(zeroPoint) * self.zeroPoint
    var steps = factor * x / scale
    if !roundsLate { steps = steps.rounded(rule) }
    if limitsEarly { steps = min(max(steps, -128), 127) }
    let code = roundsLate ? (steps + moved).rounded(rule) : steps + moved
    if wraps { return Int8(truncatingIfNeeded: Int(min(max(code, -1e6), 1e6))) }
    return Int8(min(max(min(max(code, limits.0), limits.1), -128), 127))
  }
}

let further0103 = pairs(
  of: [
    Edit("truncated") { $0.rule = .towardZero },
    Edit("rounded-down") { $0.rule = .down },
    Edit("ties-away") { $0.rule = .toNearestOrAwayFromZero },
    Edit(unnamed: "rounded up") { $0.rule = .up },
    Edit("rounded-after-zero-point") { $0.roundsLate = true },
    Edit("zero-point-forgotten") { $0.zeroPoint = 0 },
    Edit("zero-point-taken-off") { $0.zeroPoint = -1 },
    Edit("limited-too-early") { $0.limitsEarly = true },
    Edit("wrapped") { $0.wraps = true },
    Edit(unnamed: "narrow") { $0.limits = (-127, 127) },
    Edit(unnamed: "unsigned") { $0.limits = (0, 127) },
    Edit(unnamed: "negated") { $0.factor = -1 },
    Edit(unnamed: "twice") { $0.factor = 2 },
  ], from: Quantizing(),
  without: [
    ["truncated", "rounded-down", "ties-away", "rounded up"],
    ["zero-point-forgotten", "zero-point-taken-off"],
    ["narrow", "unsigned", "wrapped"], ["negated", "twice"],
  ]
) { settings in
  ObservedAnswer(.quantize) { (x: Float, scale: Float, zeroPoint: Int) in
    settings.code(x, scale, zeroPoint)
  }
}
