import Charting
import ExerciseKit

private typealias Question0103 = (x: Float, scale: Float, zeroPoint: Int)

/// Checks an answer to exercise 01.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0103).Type) throws -> [Finding] {
  let numbers: [(x: Float, scale: Float)] = [
    (0, 0.1), (0.32, 0.1), (-0.27, 0.1), (0.25, 0.5), (-0.25, 0.5), (0.75, 0.5), (5, 0.1), (11.7, 0.1),
    (11.8, 0.1), (-13.8, 0.1), (100, 0.1), (-100, 0.1), (3e38, 0.1), (.infinity, 0.1), (-.infinity, 0.1),
  ]
  return try Examination<Question0103, Int>(
    exercise: .quantize,
    questions: [10, 0, -3, -128].flatMap { zeroPoint in numbers.map { ($0.x, $0.scale, zeroPoint) } },
    wording: { "quantize(\($0.x), scale: \($0.scale), zeroPoint: \($0.zeroPoint))" },
    right: { code($0, .toNearestOrEven) },
    same: { $0 == $1 }, written: { "\($0)" }, misconceptions: misconceptions0103(),
    otherwise: { "It is \(brief($0.x / $0.scale)) steps from zero, and zero has the code \($0.zeroPoint)." }
  ).findings { question in
    Int(try answer.quantize(question.x, scale: question.scale, zeroPoint: question.zeroPoint))
  } figure: {
    try staircase($0)
  }
}

private func limited(_ code: Float) -> Int { Int(min(max(code, -128), 127)) }

private func steps(_ question: Question0103) -> Float {
  (question.x / question.scale).rounded(.toNearestOrEven)
}

private func code(_ question: Question0103, _ rule: FloatingPointRoundingRule) -> Int {
  limited((question.x / question.scale).rounded(rule) + Float(question.zeroPoint))
}

/// The code without int8's limits; nil where even an Int is too narrow.
private func unlimited(_ question: Question0103) -> Int? {
  Int(exactly: (question.x / question.scale).rounded(.toNearestOrEven)).map { $0 + question.zeroPoint }
}

private func misconceptions0103() -> [Misconception<Question0103, Int>] {
  [
    Misconception("truncated") {
      code($0, .towardZero)
    } because: {
      "It is \(brief($0.x / $0.scale)) steps from zero. In yours the fraction was dropped, as Int8(…) does it. Round to "
        + "the nearest code first."
    },
    Misconception("rounded-down") {
      code($0, .down)
    } because: {
      "It is \(brief($0.x / $0.scale)) steps from zero. Yours is the code below, whatever the fraction. Round to the "
        + "nearest code."
    },
    Misconception("ties-away") {
      code($0, .toNearestOrAwayFromZero)
    } because: {
      "\(brief($0.x / $0.scale)) lies halfway between two codes. Yours took the one away from zero, as .rounded() does; "
        + "the even number of steps was asked for."
    },
    Misconception("wrapped") {
      unlimited($0).map { Int(Int8(truncatingIfNeeded: $0)) }
    } because: {
      "The number's code would be \(unlimited($0) ?? 0), beyond int8, and its low byte is what you "
        + "returned: a large number came back with the wrong sign. Limit the code to −128…127 instead."
    },
    Misconception(
      "rounded-after-zero-point",
      givesOneOf: [
        { limited(($0.x / $0.scale + Float($0.zeroPoint)).rounded(.toNearestOrEven)) },
        { limited((($0.x + Float($0.zeroPoint) * $0.scale) / $0.scale).rounded(.toNearestOrEven)) },
      ],
      because: {
        "The zero point, \($0.zeroPoint), was added before rounding. From halfway between two codes that leads to the other one: "
          + "round the steps from zero, \(brief($0.x / $0.scale)), and add the zero point then."
      }),
    Misconception("zero-point-forgotten") {
      limited(steps($0))
    } because: {
      "That is the number of steps from zero. Zero itself has the code \($0.zeroPoint)."
    },
    Misconception("zero-point-taken-off") {
      limited(steps($0) - Float($0.zeroPoint))
    } because: {
      "The zero point was taken off. Zero has the code \($0.zeroPoint), so the steps from zero are counted from there."
    },
    Misconception("limited-too-early") {
      limited(Float(limited(steps($0)) + $0.zeroPoint))
    } because: { _ in
      "The limits came before the zero point. They are codes, so the zero point is added first."
    },
  ]
}

/// The student's staircase over the right one, at scale 0.1.
private func staircase(_ answer: (Question0103) throws -> Int) throws -> Chart {
  let x = (-160...160).map { Float($0) / 10 + 0.05 }
  let given = try x.map { try answer(($0, 0.1, 0)) }
  let right = x.map { Int(min(max(($0 / 0.1).rounded(.toNearestOrEven), -128), 127)) }
  return Chart(
    title: "Your staircase and the one asked for", x: Axis("x"), y: Axis("code"),
    marks: [
      .line(x: x, y: right, label: "asked for", color: .gray),
      .line(x: x, y: given, label: "yours", color: .vermilion, dash: .dashed),
    ])
}
