import ExerciseKit

/// Checks an answer to exercise 09.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0902).Type) throws -> [Finding] {
  try Examination<Question0902, Parting?>(
    exercise: .parting,
    questions: [
      ([[5, 7], [1, 2, 3], [9]], [[5, 7], [1, 4, 2], [0]]), ([[1, 2], [3]], [[1, 2], [3]]),
      ([[3, 3, 3]], [[3, -1, 3]]),
      ([[0], [0, 0], [7, 8, 9], [1, 1, 1, 1]], [[0], [0, 0], [7, 8, 10], [2, 2, 3, 1]]),
      ([[9]], [[9]]), ([[1, 2, 3, 4], [10, 20], [5, 5, 5]], [[1, 2, 3, 4], [13, 19], [5, 4, 2]]),
      ([[2, 2], [2, 2, 4], [2, 2]], [[2, 2], [2, 9, 4], [5, -6]]),
      ([[100, -100, 4], [1, 1, 1]], [[-100, 100, 4], [1, 2, 1]]),
      ([[-128, 5], [6, 6, 6]], [[127, 5], [6, 6, 5]]),
      ([[0, 0], [0], [4, 4]], [[0, 0], [0], [4, 4]]),
      ([[1, 2, 7], [3, 4], [5]], [[1, 3, 2], [3, 9], [5]]),
      ([[4, 4], [0, 0, 0]], [[4, 4], [1, -6, 0]]),
    ],
    wording: { "parting(of: \($0.one), and: \($0.other))" },
    right: { right($0) }, same: { $0 == $1 },
    written: { parting in
      parting.map { "operation \($0.operation), codes \($0.codes), farthest \($0.farthest)" } ?? "nil"
    },
    misconceptions: aboutTheOperation() + aboutItsCodes(),
    otherwise: { question in
      let counts = differences(question).map { distances in "\(distances.count { $0 != 0 })" }
      return "The codes that differ are, operation by operation, \(counts.joined(separator: ", ")) in number."
    }
  ).findings {
    try answer.parting(of: $0.one, and: $0.other)
  }
}

private typealias Question0902 = (one: [[Int8]], other: [[Int8]])

/// The differences of the codes, operation by operation.
private func differences(_ question: Question0902) -> [[Int]] {
  zip(question.one, question.other).map { one, other in zip(one, other).map { Int($0) - Int($1) } }
}

private func count(_ differences: [Int]) -> Int { differences.count { $0 != 0 } }
private func farthest(_ differences: [Int]) -> Int { differences.map { abs($0) }.max() ?? 0 }

/// The place where two runtimes part, with one of its parts made otherwise.
private func right(
  _ question: Question0902, operation choose: ([[Int]]) -> Int? = { $0.firstIndex { count($0) > 0 } },
  codes: (_ all: [[Int]], _ index: Int) -> Int = { count($0[$1]) },
  farthest far: (_ all: [[Int]], _ index: Int) -> Int = { farthest($0[$1]) }
) -> Parting? {
  let all = differences(question)
  guard let index = choose(all) else { return nil }
  return Parting(operation: index, codes: codes(all, index), farthest: far(all, index))
}

private func aboutTheOperation() -> [Misconception<Question0902, Parting?>] {
  [
    Misconception("last-for-first") { question in
      .some(right(question, operation: { $0.lastIndex { count($0) > 0 } }))
    } because: { _ in
      "Yours is the last operation that differs. Differences are handed on: where they come from is the first."
    },
    Misconception("most-for-first") { question in
      .some(
        right(
          question,
          operation: { all in
            all.indices.filter { count(all[$0]) > 0 }.max { count(all[$0]) < count(all[$1]) }
          }))
    } because: { _ in
      "Yours is the operation with the most differing codes. That is where differences have piled up; asked for is the "
        + "first."
    },
    Misconception("counted-from-one") { question in
      .some(
        right(question).map { Parting(operation: $0.operation + 1, codes: $0.codes, farthest: $0.farthest) })
    } because: { _ in
      "The operation is one too high. They are counted from 0, as the elements of a list."
    },
    Misconception(
      "nothing-is-a-place",
      givesOneOf: [
        { .some(right($0) ?? Parting(operation: 0, codes: 0, farthest: 0)) },
        { .some(right($0) ?? Parting(operation: -1, codes: 0, farthest: 0)) },
        { .some(right($0) ?? Parting(operation: $0.one.count, codes: 0, farthest: 0)) },
        { .some(right($0) ?? Parting(operation: $0.one.count - 1, codes: 0, farthest: 0)) },
      ],
      because: { _ in "No code differs, so there is no place where they part: the answer is nil." }),
  ]
}

private func aboutItsCodes() -> [Misconception<Question0902, Parting?>] {
  [
    Misconception("operations-counted") { question in
      .some(right(question, codes: { all, _ in all.count { count($0) > 0 } }))
    } because: { _ in
      "You counted the operations that differ. Asked for is in how many codes the first of them does."
    },
    Misconception("codes-of-all") { question in
      .some(right(question, codes: { all, _ in all.reduce(0) { $0 + count($1) } }))
    } because: { _ in
      "You counted the differing codes of all operations. Only those of the first one that differs are asked for."
    },
    Misconception("size-counted") { question in
      .some(right(question, codes: { $0[$1].count }))
    } because: { _ in
      "You counted all codes of the operation. Only those that differ are asked for."
    },
    Misconception("equal-counted") { question in
      .some(right(question, codes: { $0[$1].count - count($0[$1]) }))
    } because: { _ in
      "You counted the codes that are equal, not those that differ."
    },
    Misconception("distances-added") { question in
      .some(right(question, codes: { $0[$1].reduce(0) { $0 + abs($1) } }))
    } because: { _ in
      "You added the distances up. A code that differs counts as one, however far off it is."
    },
    Misconception(
      "sign-kept",
      givesOneOf: [1, -1].flatMap { sign in
        [
          { .some(right($0, farthest: { $0[$1].map { sign * $0 }.max() ?? 0 })) },
          { .some(right($0, farthest: { $0[$1].filter { $0 != 0 }.map { sign * $0 }.max() ?? 0 })) },
        ] as [(Question0902) -> Parting??]
      },
      because: { _ in
        "You took the largest difference, of which a negative one is small. How far apart two codes are has no sign."
      }),
    Misconception("farthest-of-all") { question in
      .some(right(question, farthest: { all, _ in farthest(all.flatMap { $0 }) }))
    } because: { _ in
      "You looked for the farthest codes in all operations. Those of the first one that differs are asked for."
    },
    Misconception("distances-added-for-farthest") { question in
      .some(right(question, farthest: { $0[$1].reduce(0) { $0 + abs($1) } }))
    } because: { _ in
      "You added the distances up. Asked for is the largest of them."
    },
    Misconception("first-for-farthest") { question in
      .some(right(question, farthest: { $0[$1].first { $0 != 0 }.map { abs($0) } ?? 0 }))
    } because: { _ in
      "Yours is how far apart the first pair is that differs. Another pair of this operation is further apart."
    },
    Misconception("wrapped") { question in
      .some(
        right(question, farthest: { $0[$1].map { Int(Int8(truncatingIfNeeded: $0).magnitude) }.max() ?? 0 }))
    } because: { _ in
      "The difference of two Int8 does not fit an Int8, and has come out at its other end. Make each an Int first."
    },
  ]
}
