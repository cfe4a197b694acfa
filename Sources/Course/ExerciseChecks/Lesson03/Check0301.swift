import Charting
import ExerciseKit

/// Checks an answer to exercise 03.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0301).Type) throws -> [Finding] {
  try Examination<Question0301, Float>(
    exercise: .fakeQuantize,
    // The last grids' zero points lie halfway between two codes, which is where clipping the number first goes wrong.
    questions: [
      (0.3, -0.5, 1, 2), (-0.4, -0.5, 1, 2), (5, -0.5, 1, 2), (-5, -0.5, 1, 2), (0, -1, 1.2, 2),
      (5, -1, 1.2, 2), (-5, -1, 1.2, 2), (2.9, 0, 6, 4), (0.4, -1, 2, 8), (-0.71, -1, 2, 8), (1e30, 0, 6, 4),
      (-1e30, -6, 0, 4), (0.6, -1, 1.2, 2), (3.3, -2, 5, 4), (-1.7, -2, 5, 4), (5, -0.5, 2.5, 2),
      (-5, -0.5, 2.5, 2), (0.7, -0.5, 2.5, 2), (9, -2.5, 4.5, 3), (-9, -2.5, 4.5, 3), (1.3, -2.5, 4.5, 3),
      (-9, -2, 1, 3), (9, -2, 1, 3),
    ],
    wording: { "fakeQuantize(\($0.x), low: \($0.low), high: \($0.high), bits: \($0.bits))" },
    right: { Grid($0).back(Grid($0).code($0.x)) },
    same: { isClose($0, $1) }, written: brief, misconceptions: aboutTheCode() + aboutTheGrid(),
    otherwise: {
      let grid = Grid($0)
      return
        "One step is \(brief(grid.scale)), so the number is \(brief($0.x / grid.scale)) steps from zero; "
        + "zero has the code \(brief(grid.zeroPoint)), and the last code is \(brief(grid.last))."
    }
  ).findings {
    try answer.fakeQuantize($0.x, low: $0.low, high: $0.high, bits: $0.bits)
  } figure: {
    try staircase($0)
  }
}

private typealias Question0301 = (x: Float, low: Float, high: Float, bits: Int)

/// The grid of a question; misconceptions change its scale or its zero point.
private struct Grid {
  let last: Float
  var scale: Float
  var zeroPoint: Float

  init(_ question: Question0301) {
    last = Float((1 << question.bits) - 1)
    scale = (question.high - question.low) / last
    zeroPoint = (-question.low / scale).rounded()
  }

  func code(_ x: Float, _ rule: FloatingPointRoundingRule = .toNearestOrEven) -> Float {
    min(max((x / scale).rounded(rule) + zeroPoint, 0), last)
  }

  func back(_ code: Float) -> Float { scale * (code - zeroPoint) }
}

private func aboutTheCode() -> [Misconception<Question0301, Float>] {
  [
    Misconception("stayed-a-code") {
      Grid($0).code($0.x)
    } because: { _ in
      "That is the code. Fake quantization comes back: what leaves is a float again, on the scale of what "
        + "came in."
    },
    Misconception("zero-point-kept") {
      Grid($0).scale * Grid($0).code($0.x)
    } because: {
      "On the way back the zero point is still in it: zero has the code \(brief(Grid($0).zeroPoint)), so "
        + "that many steps have to come off."
    },
    Misconception("no-zero-point") {
      let grid = Grid($0)
      return grid.scale * min(max(($0.x / grid.scale).rounded(), 0), grid.last)
    } because: {
      "Yours is right if the zero point is 0: you limited the number of steps from zero to 0…\(brief(Grid($0).last)). The codes have these limits, "
        + "and a code is the steps plus the zero point."
    },
    Misconception(
      "not-limited",
      givesOneOf: [
        { Grid($0).scale * ($0.x / Grid($0).scale).rounded() },
        // To the codes of a byte, whatever the bits; counted from 0, or from −128.
        { withinByte($0, -128) }, { withinByte($0, 0) },
      ],
      because: {
        "There is no code for that number: the codes end at \(brief(Grid($0).last)), and what lies beyond is "
          + "clipped."
      }),
    Misconception("truncated") {
      Grid($0).back(Grid($0).code($0.x, .towardZero))
    } because: {
      "It is \(brief($0.x / Grid($0).scale)) steps from zero. In yours the fraction was cut off, as Int(…) does it; the "
        + "nearest code was asked for."
    },
    Misconception(
      "clipped-the-number", givesOneOf: [.toNearestOrEven, .toNearestOrAwayFromZero].flatMap(clippedFirst),
      because: {
        "Yours is right if the number itself is clipped to \(brief($0.low))…\(brief($0.high)) first. The grid has moved "
          + "by a part of a step, so that 0 is one of its levels, and its ends are not quite there: limit the code."
      }),
    Misconception("result-clipped") {
      min(max(Grid($0).back(Grid($0).code($0.x)), $0.low), $0.high)
    } because: {
      "What comes back was limited to \(brief($0.low))…\(brief($0.high)). The grid has moved by a part of a step, so that "
        + "0 is one of its levels, and its end with it: what the last code stands for is what comes back."
    },
  ]
}

/// What comes back if codes end where those of a byte do, which begin at `first`.
private func withinByte(_ question: Question0301, _ first: Float) -> Float {
  let grid = Grid(question)
  let code = (question.x / grid.scale).rounded() + grid.zeroPoint
  return grid.back(min(max(code, first), first + 255))
}

/// What comes back if the number is clipped instead of the code, or as well.
private func clippedFirst(_ rule: FloatingPointRoundingRule) -> [(Question0301) -> Float?] {
  func steps(_ question: Question0301) -> Float {
    (min(max(question.x, question.low), question.high) / Grid(question).scale).rounded(rule)
  }
  return [
    { steps($0) * Grid($0).scale },
    { Grid($0).back(min(max(steps($0) + Grid($0).zeroPoint, 0), Grid($0).last)) },
  ]
}

private func aboutTheGrid() -> [Misconception<Question0301, Float>] {
  [
    Misconception("divided-by-levels", section: Exercise.scale.section) {
      var grid = Grid($0)
      grid.scale = ($0.high - $0.low) / (grid.last + 1)
      grid.zeroPoint = (-$0.low / grid.scale).rounded()
      return grid.back(grid.code($0.x))
    } because: {
      "Yours is right if the scale is the range divided by \(brief(Grid($0).last + 1)): the levels, not the steps between "
        + "them."
    },
    Misconception("zero-not-exact", section: Exercise.zeroPoint.section) {
      let grid = Grid($0)
      let steps = (($0.x - $0.low) / grid.scale).rounded()
      return min(max(steps, 0), grid.last) * grid.scale + $0.low
    } because: { _ in
      "Yours is right for a grid that starts at low exactly, of which no code falls on 0. Round the zero point to a code; the whole "
        + "grid moves by a part of a step, and its ends with it."
    },
    Misconception("zero-point-not-a-code", section: Exercise.zeroPoint.section) {
      var grid = Grid($0)
      grid.zeroPoint = -$0.low / grid.scale
      return grid.back(grid.code($0.x))
    } because: {
      "Your numbers end at low and high exactly, and 0 is one of them, as if the zero point were "
        + "\(brief(-$0.low / Grid($0).scale)). That is no code. Rounded to one, it moves the whole grid by a part of a "
        + "step, and the grid's ends with it."
    },
    Misconception("zero-point-cut", section: Exercise.zeroPoint.section) {
      var grid = Grid($0)
      grid.zeroPoint = (-$0.low / grid.scale).rounded(.down)
      return grid.back(grid.code($0.x))
    } because: {
      "Yours is right if the zero point is \(brief((-$0.low / Grid($0).scale).rounded(.down))). 0 lies "
        + "\(brief(-$0.low / Grid($0).scale)) steps above low, and the nearest code stands for it, from halfway the upper one."
    },
    Misconception("zero-point-to-even", section: Exercise.zeroPoint.section) {
      var grid = Grid($0)
      grid.zeroPoint = (-$0.low / grid.scale).rounded(.toNearestOrEven)
      return grid.back(grid.code($0.x))
    } because: {
      "0 lies \(brief(-$0.low / Grid($0).scale)) steps above low, halfway between two codes. Yours took the even one; as in "
        + "exercise 01.2, it is the upper one."
    },
  ]
}

/// The student's staircase over the right one.
private func staircase(_ answer: (Question0301) throws -> Float) throws -> Chart {
  let x = (-75...100).map { (Float($0) + 0.5) / 50 }
  let grid = Grid((0, -0.5, 1, 2))
  return Chart(
    title: "Your staircase and the one asked for: −0.5 to 1, 2 bits", x: Axis("x"),
    y: Axis("what comes back"),
    marks: [
      .line(x: x, y: x.map { grid.back(grid.code($0)) }, label: "asked for", color: .gray),
      .line(
        x: x, y: try x.map { try answer(($0, -0.5, 1, 2)) }, label: "yours",
        color: .vermilion, dash: .dashed),
    ])
}
