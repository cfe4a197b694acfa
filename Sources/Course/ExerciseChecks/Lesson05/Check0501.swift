import Charting
import ExerciseKit

/// Checks an answer to exercise 05.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0501).Type) throws -> [Finding] {
  try Examination<Question0501, [Float]>(
    exercise: .composed,
    questions: [
      ((-6, 6), (-1, 8)), ((-1, 8), (-6, 6)), ((-6, 6), (-1, 1)), ((-1, 1), (-6, 6)), ((0, 6), (-6, 3)),
      ((2, 6), (-1, 1)), ((-1, 1), (2, 6)), ((-6, -2), (0, 1)), ((0, 0), (-1, 1)),
    ],
    wording: { "composed(outer: (\(written($0.outer))), inner: (\(written($0.inner))))" },
    right: { ends($0.outer, clippedTo: $0.inner) }, same: { $0 == $1 }, written: brief,
    misconceptions: misconceptions(),
    otherwise: {
      let right = ends($0.outer, clippedTo: $0.inner)
      return "Send −100 in, and \(brief(right[0])) comes out; send 100 in, and \(brief(right[1])) does."
    }
  ).findings {
    let given = try answer.composed(outer: $0.outer, inner: $0.inner)
    return [given.low, given.high]
  } figure: {
    try ramps($0)
  }
}

private typealias Ends = (low: Float, high: Float)
private typealias Question0501 = (outer: Ends, inner: Ends)

private func written(_ range: Ends) -> String { "\(brief(range.low)), \(brief(range.high))" }

private func clip(_ x: Float, _ range: Ends) -> Float { min(max(x, range.low), range.high) }

private func ends(_ range: Ends, clippedTo other: Ends) -> [Float] {
  [clip(range.low, other), clip(range.high, other)]
}

private func misconceptions() -> [Misconception<Question0501, [Float]>] {
  [
    Misconception("inner-alone") {
      [$0.inner.low, $0.inner.high]
    } because: { _ in
      "Those are the inner ends. The inner clip has the last word, but it never sees what the outer one has "
        + "cut off."
    },
    Misconception("outer-alone") {
      [$0.outer.low, $0.outer.high]
    } because: { _ in
      "Those are the outer ends. What they let through still meets the inner clip."
    },
    Misconception("union") {
      [min($0.outer.low, $0.inner.low), max($0.outer.high, $0.inner.high)]
    } because: { _ in
      "You took the wider end on each side. A number must get past both clips, so the narrower one decides."
    },
    Misconception("intersection") {
      [max($0.outer.low, $0.inner.low), min($0.outer.high, $0.inner.high)]
    } because: { _ in
      "You took what the two ranges have in common. These two lie apart and have nothing in common: every "
        + "number comes out at the inner end that is nearer to the outer range."
    },
    Misconception("order-exchanged") {
      ends($0.inner, clippedTo: $0.outer)
    } because: { _ in
      "You clipped to the inner range first. The outer wrapper sees a number first, and hands what it has "
        + "clipped to the layer inside."
    },
    Misconception("sides-exchanged") {
      ends($0.outer, clippedTo: $0.inner).reversed()
    } because: { _ in
      "The two ends are exchanged: low is the smallest number that can come out."
    },
  ]
}

/// The student's clip over the two clips, for ranges that overlap.
private func ramps(_ answer: (Question0501) throws -> [Float]) throws -> Chart {
  let x = (-40...40).map { Float($0) / 4 }
  let (outer, inner): (Ends, Ends) = ((-6, 6), (-1, 8))
  let ends = try answer((outer, inner))
  let given: Ends = (ends[0], ends[1])
  return Chart(
    title: "Your clip and the two: −6 to 6 around −1 to 8", x: Axis("what goes in"),
    y: Axis("what comes out"),
    marks: [
      .line(x: x, y: x.map { clip(clip($0, outer), inner) }, label: "the two clips", color: .gray),
      .line(x: x, y: x.map { clip($0, given) }, label: "yours", color: .vermilion, dash: .dashed),
    ])
}
