import ExerciseKit

/// Checks an answer to exercise 08.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0801).Type) throws -> [Finding] {
  let (yes, no) = (true, false)
  return try Examination<[Bool], [Int]>(
    exercise: .islands,
    questions: [
      [yes], [no, yes], [yes, no, yes, yes], [yes, yes], [no, no, no], [no, yes, yes, no, yes], [yes, no],
      [yes, yes, no, no, yes, yes], [no, yes, no, yes, no, yes], [no, yes, yes, yes, no],
      [yes, no, no, yes, no, no, yes],
    ],
    wording: { "inputQuantizers(annotated: \($0))" },
    right: { marks in positions(marks) { now, before in now && before != true } }, same: { $0 == $1 },
    written: { "\($0)" }, misconceptions: misconceptions(),
    otherwise: { marks in
      let marked = marks.indices.filter { marks[$0] }
      if marked.isEmpty {
        return "No layer is marked, so nothing is quantized, and nothing needs a quantizer."
      }
      let reads = marked.map { index in
        let what = index == 0 ? "the image" : marks[index - 1] ? "rounded numbers" : "floats"
        return "layer \(index) reads \(what)"
      }
      return "Of the marked layers, \(reads.joined(separator: ", ")). Positions are counted from 0."
    }
  ).findings {
    try answer.inputQuantizers(annotated: $0)
  }
}

/// The positions that `isPlace` accepts, given the mark there and the one before, which is nil for the image.
private func positions(_ marks: [Bool], _ isPlace: (_ now: Bool, _ before: Bool?) -> Bool) -> [Int] {
  marks.indices.filter { isPlace(marks[$0], $0 == 0 ? nil : marks[$0 - 1]) }
}

private func right(_ marks: [Bool]) -> [Int] { positions(marks) { $0 && $1 != true } }

private func misconceptions() -> [Misconception<[Bool], [Int]>] {
  [
    Misconception("every-marked-layer") { marks in
      positions(marks) { now, _ in now }
    } because: { _ in
      "Yours has a quantizer before every marked layer. What comes out of a marked layer is rounded already, and the "
        + "next one reads just that."
    },
    Misconception("image-forgotten") { marks in
      positions(marks) { $0 && $1 == false }
    } because: { _ in
      "The image is floats as well: a marked layer at position 0 needs a quantizer before it."
    },
    Misconception(
      "end-of-the-island",
      givesOneOf: [
        { marks in positions(marks) { !$0 && $1 == true } },
        { marks in positions(marks) { !$0 && $1 != false } },
      ],
      because: { _ in
        "Yours stand where an island ends. A layer without a mark reads rounded numbers as it reads any floats; it is at "
          + "the beginning that floats have to be rounded."
      }),
    Misconception(
      "both-ends",
      givesOneOf: [
        { marks in positions(marks) { $0 != ($1 ?? false) } },
        { marks in positions(marks) { $1 != nil && $0 != $1 } },
      ],
      because: { _ in
        "Yours stand at every change, from floats to codes and back. Behind an island none is needed: what a marked "
          + "layer puts out are floats that happen to lie on a grid."
      }),
    Misconception(
      "layers-without-a-mark",
      givesOneOf: [
        { marks in positions(marks) { now, _ in !now } },
        { marks in positions(marks) { !$0 && $1 != nil } },
      ],
      because: { _ in
        "Yours stand before the layers that have no mark. Those are left as they are, and compute with floats."
      }),
    Misconception("only-the-first-island") { marks in
      Array(right(marks).prefix(1))
    } because: { _ in
      "The first is right, and others are missing: every island reads floats where it begins."
    },
    Misconception(
      "only-the-image",
      givesOneOf: [{ marks in marks.first == true ? [0] : [] }, { _ in [0] }],
      because: { _ in
        "Yours has a quantizer for the image alone. A marked layer behind one without a mark reads floats too."
      }),
    Misconception(
      "one-too-early",
      givesOneOf: [
        { marks in right(marks).map { $0 - 1 } }, { marks in right(marks).map { max($0 - 1, 0) } },
        { marks in right(marks).map { $0 - 1 }.filter { $0 >= 0 } },
      ],
      because: { _ in
        "Yours are one too low: the positions of the layers whose floats are read. Asked for are the layers that read "
          + "them."
      }),
    Misconception("counted-from-one") { marks in
      right(marks).map { $0 + 1 }
    } because: { _ in
      "Yours are one too high. Positions are counted from 0, as those of a list."
    },
  ]
}
