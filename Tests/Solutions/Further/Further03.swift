import ExerciseKit

// MARK: - 03.1

private struct FakeQuantizing: Sendable {
  var steps: @Sendable (Int) -> Float = { Float((1 << $0) - 1) }
  var zeroPoint: @Sendable (Float) -> Float = { $0.rounded() }
  var rule = FloatingPointRoundingRule.toNearestOrEven
  var limitsCode = true
  var clipsNumber = false
  var clipsResult = false
  /// What is taken off a code on the way back: the share of the zero point.
  var takenOff: Float = 1
  var staysACode = false
  var startsAtLow = false

  func result(_ x: Float, _ low: Float, _ high: Float, _ bits: Int) -> Float {
    let scale = (high - low) / steps(bits)
    let zeroPoint = zeroPoint(-low / scale)
    let number = clipsNumber ? min(max(x, low), high) : x
    var code =
      startsAtLow ? ((number - low) / scale).rounded(rule) : (number / scale).rounded(rule) + zeroPoint
    if limitsCode { code = min(max(code, 0), Float((1 << bits) - 1)) }
    if staysACode { return code }
    let back = startsAtLow ? low + scale * code : scale * (code - takenOff * zeroPoint)
    return clipsResult ? min(max(back, low), high) : back
  }
}

let further0301 = pairs(
  of: [
    Edit("divided-by-levels") { $0.steps = { Float(1 << $0) } },
    Edit(unnamed: "half the steps") { $0.steps = { Float((1 << ($0 - 1)) - 1) } },
    Edit("no-zero-point") { $0.zeroPoint = { _ in 0 } },
    Edit("zero-point-not-a-code") { $0.zeroPoint = { $0 } },
    Edit("zero-point-cut") { $0.zeroPoint = { $0.rounded(.down) } },
    Edit("zero-point-to-even") { $0.zeroPoint = { $0.rounded(.toNearestOrEven) } },
    Edit(unnamed: "zero point up") { $0.zeroPoint = { $0.rounded(.up) } },
    Edit(unnamed: "zero point negated") { $0.zeroPoint = { -$0.rounded() } },
    Edit("truncated") { $0.rule = .towardZero },
    Edit(unnamed: "rounded down") { $0.rule = .down },
    Edit("not-limited") { $0.limitsCode = false },
    Edit("clipped-the-number") { $0.clipsNumber = true },
    Edit("result-clipped") { $0.clipsResult = true },
    Edit("zero-point-kept") { $0.takenOff = 0 },
    Edit(unnamed: "zero point added") { $0.takenOff = -1 },
    Edit("stayed-a-code") { $0.staysACode = true },
    Edit("zero-not-exact") { $0.startsAtLow = true },
  ], from: FakeQuantizing(),
  without: [
    ["divided-by-levels", "half the steps"],
    [
      "no-zero-point", "zero-point-not-a-code", "zero-point-cut", "zero-point-to-even", "zero point up",
      "zero point negated", "zero-not-exact",
    ],
    ["truncated", "rounded down"],
    ["zero-point-kept", "zero point added", "stayed-a-code", "zero-not-exact"],
    ["stayed-a-code", "result-clipped"],
  ], equal: ["not-limited and result-clipped": "zero-point-not-a-code"]
) { settings in
  ObservedAnswer(.fakeQuantize) { (x: Float, low: Float, high: Float, bits: Int) in
    settings.result(x, low, high, bits)
  }
}

// MARK: - 03.2

private struct Passing: Sendable {
  /// The gradient of a number, from its place (−1 below, 1 above), itself, and what arrives.
  var number: @Sendable (_ side: Int, _ x: Float, _ upstream: Float) -> Float = { $0 == 0 ? $2 : 0 }
  /// Whether a number on an end counts as beyond it, for its own gradient.
  var excludesEnds = false
  var includesEnds = false
  var ends: @Sendable (_ below: Float, _ inside: Float, _ above: Float) -> (Float, Float) = { ($0, $2) }

  func gradients(_ x: [Float], _ upstream: [Float], _ low: Float, _ high: Float) -> Values<
    [Float], Float, Float
  > {
    func side(_ x: Float, _ isOutside: Bool) -> Int {
      isOutside ? (x <= low ? -1 : x >= high ? 1 : 0) : (x < low ? -1 : x > high ? 1 : 0)
    }
    func sum(_ wanted: Int) -> Float {
      zip(x, upstream).reduce(0) { $0 + (side($1.0, includesEnds) == wanted ? $1.1 : 0) }
    }
    let (ofLow, ofHigh) = ends(sum(-1), sum(0), sum(1))
    return Values(zip(x, upstream).map { number(side($0, excludesEnds), $0, $1) }, ofLow, ofHigh)
  }
}

let further0302 = pairs(
  of: [
    Edit("true-derivative") { $0.number = { _, _, _ in 0 } },
    Edit("passes-everywhere") { $0.number = { _, _, upstream in upstream } },
    Edit("upstream-forgotten") { $0.number = { side, _, _ in side == 0 ? 1 : 0 } },
    Edit("numbers-for-gradients") { $0.number = { side, x, _ in side == 0 ? x : 0 } },
    Edit("outside-for-inside") { $0.number = { side, _, upstream in side == 0 ? 0 : upstream } },
    Edit(unnamed: "products") { $0.number = { side, x, upstream in side == 0 ? x * upstream : 0 } },
    Edit(unnamed: "negated") { $0.number = { side, _, upstream in side == 0 ? -upstream : 0 } },
    Edit(unnamed: "one side") { $0.number = { side, _, upstream in side <= 0 ? upstream : 0 } },
    Edit("ends-excluded") { $0.excludesEnds = true },
    Edit("counted-twice") { $0.includesEnds = true },
    Edit("ends-forgotten") { $0.ends = { _, _, _ in (0, 0) } },
    Edit("ends-exchanged") { $0.ends = { ($2, $0) } },
    Edit("inside-for-ends") { ends in ends.ends = { _, inside, _ in (inside, inside) } },
    Edit("everything-for-ends") { $0.ends = { ($0 + $1 + $2, $0 + $1 + $2) } },
    Edit(unnamed: "all clipped") { $0.ends = { ($0 + $2, $0 + $2) } },
    Edit(unnamed: "negated ends") { $0.ends = { (-$0, -$2) } },
    Edit(unnamed: "half an end") { $0.ends = { ($0 / 2, $2 / 2) } },
  ], from: Passing(),
  without: [
    [
      "true-derivative", "passes-everywhere", "upstream-forgotten", "numbers-for-gradients",
      "outside-for-inside",
      "products", "negated", "one side",
    ], ["true-derivative", "passes-everywhere", "ends-excluded"],
    [
      "ends-forgotten", "ends-exchanged", "inside-for-ends", "everything-for-ends", "all clipped",
      "negated ends",
      "half an end",
    ], ["ends-forgotten", "everything-for-ends", "counted-twice"],
  ]
) { settings in
  ObservedAnswer(.straightThrough) { (x: [Float], upstream: [Float], low: Float, high: Float) in
    settings.gradients(x, upstream, low, high)
  }
}

// MARK: - 03.3

private struct Averaging: Sendable {
  var startsAtFirst = false
  var isExchanged = false
  var debiasesEach = false
  /// How many batches are in the share of real data, for a number of batches; nil if there is no debiasing.
  var counted: @Sendable (Int) -> Int? = { $0 }
  var multiplies = false

  func average(_ batches: [Float], _ decay: Float) -> Float {
    let kept = isExchanged ? 1 - decay : decay
    var (average, left) = (startsAtFirst ? batches[0] : 0, Float(1))
    for batch in batches {
      average = kept * average + (1 - kept) * batch
      left *= decay
      if debiasesEach { average /= 1 - left }
    }
    guard !debiasesEach, let count = counted(batches.count) else { return average }
    let share = 1 - (0..<max(count, 0)).reduce(Float(1)) { power, _ in power * decay }
    return multiplies ? average * share : average / share
  }
}

let further0303 = pairs(
  of: [
    Edit("started-at-the-first") { $0.startsAtFirst = true },
    Edit("weights-exchanged") { $0.isExchanged = true },
    Edit("debiased-in-the-loop") { $0.debiasesEach = true },
    Edit("not-debiased") { $0.counted = { _ in nil } },
    Edit("share-of-one-batch") { $0.counted = { _ in 1 } },
    Edit("batches-miscounted") { $0.counted = { $0 + 1 } },
    Edit("batches-miscounted") { $0.counted = { $0 - 1 } },
    Edit(unnamed: "two more") { $0.counted = { $0 + 2 } },
    Edit(unnamed: "twice as many") { $0.counted = { 2 * $0 } },
    Edit(unnamed: "multiplied") { $0.multiplies = true },
  ], from: Averaging(),
  without: [
    [
      "debiased-in-the-loop", "not-debiased", "share-of-one-batch", "batches-miscounted", "two more",
      "twice as many",
    ],
    ["debiased-in-the-loop", "multiplied"], ["not-debiased", "multiplied"],
  ]
) { settings in
  ObservedAnswer(.movingAverage) { (batches: [Float], decay: Float) in settings.average(batches, decay) }
}

// MARK: - 03.4

private struct Descending: Sendable {
  var rounds = true
  var rule = FloatingPointRoundingRule.toNearestOrEven
  var keepsRounded = false
  var returnsRounded = false
  var keepsScale = false
  var lastCode: @Sendable (Int) -> Float = { Float((1 << ($0 - 1)) - 1) }
  var factor: @Sendable (_ examples: Int) -> Float = { 2 / Float($0) }
  var isOneByOne = false
  var stepsMore = 0

  func rounded(_ weights: [Float], _ bits: Int, largest: Float? = nil) -> [Float] {
    let scale = (largest ?? weights.map(\.magnitude).max() ?? 1) / lastCode(bits)
    return weights.map { ($0 / scale).rounded(rule) * scale }
  }

  func trained(
    _ start: [Float], _ inputs: [[Float]], _ targets: [Float], _ bits: Int, _ rate: Float, _ steps: Int
  ) -> [Float] {
    var weights = start
    let largest = keepsScale ? start.map(\.magnitude).max() : nil
    for _ in 0..<max(steps + stepsMore, 0) {
      let rows = isOneByOne ? inputs.indices.map { [$0] } : [Array(inputs.indices)]
      for batch in rows {
        let seen = rounds ? rounded(weights, bits, largest: largest) : weights
        var gradient = [Float](repeating: 0, count: weights.count)
        for row in batch {
          let error = zip(inputs[row], seen).reduce(-targets[row]) { $0 + $1.0 * $1.1 }
          for index in gradient.indices {
            gradient[index] += factor(batch.count) * error * inputs[row][index]
          }
        }
        weights = zip(keepsRounded ? seen : weights, gradient).map { $0 - rate * $1 }
      }
    }
    return returnsRounded ? rounded(weights, bits) : weights
  }
}

let further0304 = pairs(
  of: [
    Edit("trained-in-float") { $0.rounds = false },
    Edit("rounded-weights-kept") { $0.keepsRounded = true },
    Edit("rounded-weights-returned") { $0.returnsRounded = true },
    Edit("scale-of-the-start") { $0.keepsScale = true },
    Edit("levels-for-steps") { $0.lastCode = { Float(1 << ($0 - 1)) } },
    Edit(unnamed: "all the codes") { $0.lastCode = { Float((1 << $0) - 1) } },
    Edit(unnamed: "cut") { $0.rule = .towardZero },
    Edit("not-averaged") { $0.factor = { _ in 2 } },
    Edit("factor-two-forgotten") { $0.factor = { 1 / Float($0) } },
    Edit("uphill") { $0.factor = { -2 / Float($0) } },
    Edit("one-example-at-a-time") { $0.isOneByOne = true },
    Edit(unnamed: "a step more") { $0.stepsMore = 1 },
    Edit(unnamed: "a step less") { $0.stepsMore = -1 },
  ], from: Descending(),
  without: [
    [
      "trained-in-float", "rounded-weights-kept", "scale-of-the-start", "levels-for-steps", "all the codes",
      "cut",
    ],
    ["levels-for-steps", "all the codes"], ["not-averaged", "factor-two-forgotten", "uphill"],
    ["not-averaged", "one-example-at-a-time"], ["a step more", "a step less"],
    ["scale-of-the-start", "rounded-weights-kept"],
  ]
) { settings in
  ObservedAnswer(.training) {
    (weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int) in
    settings.trained(weights, inputs, targets, bits, rate, steps)
  }
}
