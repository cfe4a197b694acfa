import ExerciseKit

/// Checks an answer to exercise 09.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0901).Type) throws -> [Finding] {
  try Examination<Question0901, Codes0901>(
    exercise: .ties,
    questions: [
      (20, 3), (-20, 3), (21, 3), (-21, 3), (12, 3), (-12, 3), (4, 3), (-4, 3), (1, 1), (-3, 1), (7, 2),
      (-5, 2),
      (-7, 2), (6, 2), (-10, 2), (19, 3), (-24, 3), (1 << 39 + 1 << 19, 20), (-(1 << 39) - 3, 1),
    ],
    wording: { "codes(of: \($0.product), shift: \($0.shift))" },
    right: { (away($0), even($0)) }, same: { $0 == $1 },
    written: { "reference \($0.reference), XNNPACK \($0.xnnpack)" },
    misconceptions: aboutTies() + aboutNeighbours(),
    otherwise: { question in
      let (down, left, step) = (question.product >> question.shift, rest(question), 1 << question.shift)
      let place = 2 * left == step ? "at a tie" : 2 * left < step ? "below half" : "above half"
      return "\(question.product) = \(down) · \(step) + \(left): a step is \(step), so this is \(place)."
    }
  ).findings {
    try answer.codes(of: $0.product, shift: $0.shift)
  }
}

private typealias Question0901 = (product: Int, shift: Int)
private typealias Codes0901 = (reference: Int, xnnpack: Int)
private typealias Rule0901 = (Question0901) -> Int

/// What rounding down leaves out, at least 0 and less than a step.
private func rest(_ question: Question0901) -> Int {
  question.product - (question.product >> question.shift) << question.shift
}

/// The nearest integer; at a tie the one above the lower one if `up` says so.
private func nearest(_ question: Question0901, up: (_ down: Int) -> Bool) -> Int {
  let down = question.product >> question.shift
  let twice = 2 * rest(question)
  let step = 1 << question.shift
  return twice > step || twice == step && up(down) ? down + 1 : down
}

private func away(_ question: Question0901) -> Int { nearest(question) { $0 >= 0 } }
private func even(_ question: Question0901) -> Int { nearest(question) { $0 % 2 != 0 } }

/// Misconceptions in which one rule takes the place of one or both right ones.
private func confused(
  _ id: String, _ rule: @escaping Rule0901, because cause: String
) -> Misconception<Question0901, Codes0901> {
  Misconception(
    id, givesOneOf: [{ (rule($0), even($0)) }, { (away($0), rule($0)) }, { (rule($0), rule($0)) }],
    because: { _ in cause })
}

private func aboutTies() -> [Misconception<Question0901, Codes0901>] {
  [
    Misconception("swapped") {
      (even($0), away($0))
    } because: { _ in
      "The two runtimes have changed places: the reference rounds a tie away from zero, XNNPACK to the even code."
    },
    Misconception("away-for-both") {
      (away($0), away($0))
    } because: { _ in
      "Both of yours round a tie away from zero. XNNPACK and ONNX Runtime make the even code of it."
    },
    Misconception("even-for-both") {
      (even($0), even($0))
    } because: { _ in
      "Both of yours round a tie to the even code. LiteRT's reference goes away from zero."
    },
    confused(
      "ties-upwards", { nearest($0) { _ in true } },
      because:
        "Half a step was added, and the sum moved: that rounds every tie upwards, −2.5 to −2. It is neither away "
        + "from zero nor to the even code."),
    confused(
      "ties-to-zero", { nearest($0) { $0 < 0 } },
      because: "A tie went towards zero. Away from zero is the other neighbour."),
    Misconception("odd-for-even") {
      (away($0), nearest($0) { $0 % 2 == 0 })
    } because: { _ in
      "At a tie XNNPACK got the odd neighbour. Of `down` and `down + 1` the even one is asked for."
    },
  ]
}

private func aboutNeighbours() -> [Misconception<Question0901, Codes0901>] {
  [
    confused(
      "rounded-down", { $0.product >> $0.shift },
      because: "What `>>` moves out is forgotten, which rounds down. The nearest integer is asked for."),
    confused(
      "fraction-cut", { $0.product / (1 << $0.shift) },
      because: "The fraction was cut off, as `/` does it. The nearest integer is asked for."),
    confused(
      "half-added-below-zero", { ($0.product + 1 << ($0.shift - 1)) / (1 << $0.shift) },
      because:
        "Half a step was added, and the sum divided, which cuts off towards zero. Below zero the half would have to "
        + "be taken away."),
    Misconception("even-everywhere") { question in
      let next = nearest((question.product, question.shift + 1)) { $0 % 2 != 0 }
      return (away(question), 2 * next)
    } because: { _ in
      "Yours makes an even code of every number. Only a tie goes to the even one; all others go to the nearest."
    },
  ]
}
