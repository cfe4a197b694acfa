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
    try staircase(answer)
  }
}

private func code(_ question: Question0103, _ rule: FloatingPointRoundingRule) -> Int {
  Int(min(max((question.x / question.scale).rounded(rule) + Float(question.zeroPoint), -128), 127))
}

/// The code without int8's limits; nil where even an Int is too narrow.
private func unlimited(_ question: Question0103) -> Int? {
  Int(exactly: (question.x / question.scale).rounded(.toNearestOrEven)).map { $0 + question.zeroPoint }
}

private func misconceptions0103() -> [Misconception<Question0103, Int>] {
  [
    Misconception("truncated") {
      code($0, .towardZero)
    } because: { _ in
      "Int8(…) drops the fraction. Round to the nearest code first."
    },
    Misconception("ties-away") {
      code($0, .toNearestOrAwayFromZero)
    } because: {
      "\(brief($0.x / $0.scale)) lies halfway between two codes. .rounded() takes ties away from zero; "
        + "a tie to the even one was asked for."
    },
    Misconception("wrapped") {
      unlimited($0).map { Int(Int8(truncatingIfNeeded: $0)) }
    } because: {
      "The number's code would be \(unlimited($0) ?? 0), beyond int8, and its low byte is what you "
        + "returned: a large number came back with the wrong sign. Limit the code to −128…127 instead."
    },
    Misconception("rounded-after-zero-point") {
      code(($0.x + Float($0.zeroPoint) * $0.scale, $0.scale, 0), .toNearestOrEven)
    } because: {
      "You added the zero point, \($0.zeroPoint), before rounding. It moves a tie onto the other of its two codes: "
        + "round the steps from zero, \(brief($0.x / $0.scale)), and add the zero point then."
    },
    Misconception("zero-point-forgotten") {
      code(($0.x, $0.scale, 0), .toNearestOrEven)
    } because: {
      "That is the number of steps from zero. Zero itself has the code \($0.zeroPoint)."
    },
  ]
}

/// The student's staircase over the right one, at scale 0.1.
private func staircase(_ answer: (some Exercise0103).Type) throws -> Chart {
  let x = (-160...160).map { Float($0) / 10 + 0.05 }
  let given = try x.map { Int(try answer.quantize($0, scale: 0.1, zeroPoint: 0)) }
  let right = x.map { Int(min(max(($0 / 0.1).rounded(.toNearestOrEven), -128), 127)) }
  return Chart(
    title: "Your staircase and the one asked for", x: Axis("x"), y: Axis("code"),
    marks: [
      .line(x: x, y: right, label: "asked for", color: .gray),
      .line(x: x, y: given, label: "yours", color: .vermilion, dash: .dashed),
    ])
}
