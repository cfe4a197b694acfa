import ExerciseKit

// MARK: - 07.1

private func multiplier(
  _ truths: String..., line: Int = #line,
  _ answer: @escaping @Sendable (_ real: Double, _ fraction: Double, _ shift: Int) -> (Double, Int)
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.multiplier) { (real: Double) in
      let (mantissa, shift) = answer(real, real.significand / 2, Int(real.exponent) + 1)
      return Values(Int32(min(max(mantissa, -0x1p31), 0x1p31 - 1)), shift)
    })
}

/// The right mantissa and shift, of which the mantissa is carried over.
private func carried(_ fraction: Double, _ shift: Int) -> (Double, Int) {
  let mantissa = (fraction * 0x1p31).rounded()
  return mantissa == 0x1p31 ? (0x1p30, shift + 1) : (mantissa, shift)
}

let further0701: [FurtherAnswer] = [
  multiplier { ($0 * 0x1p31, 31 + 0 * $2 + Int(0 * $1)) },
  multiplier { (($1 * 0x1p31).rounded() - 1 + 0 * $0, $2) },
  multiplier { (($1 * 0x1p31).rounded(.up) + 0 * $0, $2) },
  multiplier { real, fraction, shift in (-carried(fraction, shift).0, shift) },
  multiplier { real, fraction, shift in (carried(fraction, shift).0, carried(fraction, shift).1 + 1) },
  multiplier { real, fraction, shift in (carried(fraction, shift).0, carried(fraction, shift).1 - 31) },
  multiplier { real, fraction, shift in (carried(fraction, shift).0, 31 - carried(fraction, shift).1) },
  multiplier { real, fraction, shift in ((fraction * 0x1p29).rounded(), shift + 2) },
  multiplier { real, fraction, shift in (((1 - fraction) * 0x1p31).rounded(), shift) },
  multiplier { real, fraction, shift in ((1 / real * 0x1p20).rounded(), shift) },
  multiplier { real, _, _ in (real.rounded(), 31) },
  multiplier("shift-reversed", "fraction-cut") { _, fraction, shift in
    ((fraction * 0x1p31).rounded(.down), -shift)
  },
  multiplier("shift-reversed", "bit-lost") { _, fraction, shift in ((fraction * 0x1p30).rounded(), -shift - 1)
  },
  multiplier("shift-reversed", "carry-held-back") { _, fraction, shift in
    ((fraction * 0x1p31).rounded(), -shift)
  },
  multiplier("shift-of-the-significand", "fraction-cut") { _, fraction, shift in
    ((fraction * 0x1p31).rounded(.down), shift - 1)
  },
  multiplier("shift-of-the-significand", "carry-held-back") { _, fraction, shift in
    ((fraction * 0x1p31).rounded(), shift - 1)
  },
  multiplier("shift-of-the-significand", "shift-reversed") { _, fraction, shift in
    (carried(fraction, shift).0, 1 - carried(fraction, shift).1)
  },
  multiplier("bit-lost", "fraction-cut") { _, fraction, shift in
    ((fraction * 0x1p30).rounded(.down), shift + 1)
  },
  multiplier("not-normalized", "fraction-cut") { real, _, _ in ((real * 0x1p31).rounded(.down), 0) },
  multiplier("not-normalized", "bit-lost") { real, _, _ in ((real * 0x1p30).rounded(), 1) },
]

// MARK: - 07.2

private struct Requantizing: Sendable {
  enum Limits { case codes, none, byte, wrapped }
  var rule: @Sendable (_ real: Double) -> Double = { ($0 + 0.5).rounded(.down) }
  var shift: @Sendable (Int) -> Int = { $0 }
  var zeroPoint: Double = 1
  var isMultiplied = false
  var limits = Limits.codes
  var limitsEarly = false

  func code(
    _ accumulator: Int32, _ mantissa: Int32, _ shift: Int, _ zeroPoint: Int32, _ codes: ClosedRange<Int32>
  ) -> Int32 {
    let (moved, first) = (self.zeroPoint * Double(zeroPoint), Double(accumulator))
    let factor = Double(sign: .plus, exponent: self.shift(shift) - 31, significand: Double(mantissa))
    var code = rule((isMultiplied ? first + moved : first) * factor)
    func limited(_ code: Double) -> Double {
      switch limits {
      case .codes: min(max(code, Double(codes.lowerBound)), Double(codes.upperBound))
      case .byte: min(max(code, -128), 127)
      case .none: min(max(code, -0x1p31), 0x1p31 - 1)
      case .wrapped: Double(Int8(truncatingIfNeeded: Int(min(max(code, -0x1p60), 0x1p60))))
      }
    }
    if limitsEarly { code = limited(code) }
    if !isMultiplied { code += moved }
    return Int32(min(max(limitsEarly ? code : limited(code), -0x1p31), 0x1p31 - 1))
  }
}

let further0702 = pairs(
  of: [
    Edit("rounded-down") { $0.rule = { $0.rounded(.down) } },
    Edit("fraction-cut") { $0.rule = { $0.rounded(.towardZero) } },
    Edit("ties-away") { $0.rule = { $0.rounded() } },
    Edit("ties-to-even") { $0.rule = { $0.rounded(.toNearestOrEven) } },
    Edit(unnamed: "rounded up") { $0.rule = { $0.rounded(.up) } },
    Edit(unnamed: "ties down") { $0.rule = { ($0 - 0.5).rounded(.up) } },
    Edit("shift-reversed") { $0.shift = { -$0 } },
    Edit(unnamed: "a bit more") { $0.shift = { $0 + 1 } },
    Edit(unnamed: "a bit less") { $0.shift = { $0 - 1 } },
    Edit("zero-point-forgotten") { $0.zeroPoint = 0 },
    Edit("zero-point-taken-off") { $0.zeroPoint = -1 },
    Edit("zero-point-multiplied") { $0.isMultiplied = true },
    Edit("not-limited") { $0.limits = .none },
    Edit("limits-of-a-byte") { $0.limits = .byte },
    Edit("wrapped") { $0.limits = .wrapped },
    Edit("limited-too-early") { $0.limitsEarly = true },
  ], from: Requantizing(),
  without: [
    ["rounded-down", "fraction-cut", "ties-away", "ties-to-even", "rounded up", "ties down"],
    ["shift-reversed", "a bit more", "a bit less"],
    ["zero-point-forgotten", "zero-point-taken-off", "zero-point-multiplied"],
    ["not-limited", "limits-of-a-byte", "wrapped"], ["zero-point-forgotten", "limited-too-early"],
    ["zero-point-multiplied", "limited-too-early"], ["not-limited", "limited-too-early"],
  ]
) { settings in
  ObservedAnswer(.requantized) {
    (accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, codes: ClosedRange<Int32>) in
    settings.code(accumulator, mantissa, shift, zeroPoint, codes)
  }
}

// MARK: - 07.3

private struct Choosing: Sendable {
  var rise: @Sendable (_ loss: Double, _ floatLoss: Double) -> Double = { $0 - $1 }
  var tolerance: Double = 1
  var order: @Sendable (LayerCost, LayerCost) -> Bool = { $0.lossAlone > $1.lossAlone }
  var isSorted = true
  var count = Int.max
}

let further0703 = pairs(
  of: [
    Edit("loss-for-rise") { settings in settings.rise = { loss, _ in loss } },
    Edit("fall-for-rise") { $0.rise = { abs($0 - $1) } },
    Edit("share-for-rise") { $0.rise = { ($0 - $1) / $1 } },
    Edit(unnamed: "the falls") { $0.rise = { $1 - $0 } },
    Edit(unnamed: "a quotient") { $0.rise = { $0 / $1 } },
    Edit("no-tolerance") { $0.tolerance = 0 },
    Edit(unnamed: "twice the tolerance") { $0.tolerance = 2 },
    Edit("best-first") { $0.order = { $0.lossAlone < $1.lossAlone } },
    Edit("not-sorted") { $0.isSorted = false },
    Edit("by-noise") { $0.order = { $0.sqnr < $1.sqnr } },
    Edit(unnamed: "by name") { $0.order = { $0.name < $1.name } },
    Edit("only-the-worst") { $0.count = 1 },
    Edit(unnamed: "at most two") { $0.count = 2 },
  ], from: Choosing(),
  without: [
    ["loss-for-rise", "fall-for-rise", "share-for-rise", "the falls", "a quotient"],
    ["no-tolerance", "twice the tolerance"], ["best-first", "not-sorted", "by-noise", "by name"],
    ["only-the-worst", "at most two"],
  ]
) { settings in
  ObservedAnswer(.layerSensitivity) { (layers: [LayerCost], floatLoss: Double, tolerance: Double) in
    let chosen = layers.filter { settings.rise($0.lossAlone, floatLoss) > settings.tolerance * tolerance }
    let ordered = settings.isSorted ? chosen.sorted(by: settings.order) : chosen
    return ordered.prefix(settings.count).map(\.name)
  }
}
