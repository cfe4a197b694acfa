import ExerciseKit

/// Checks an answer to exercise 04.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0401).Type) throws -> [Finding] {
  try Examination<[[Int]], [Moment]>(
    exercise: .moments,
    questions: [
      [[1, 5], [32, 5], [2, 7], [3, 7], [4, 5]], [[4, 28, 28, 1], [4, 14, 14, 1], [1, 28, 28, 1]],
      [[2, 12], [2, 3, 4], [3, 12]], [[6, 2], [6, 3], [6, 4], [6, 3], [1, 2]], [[8, 3]], [],
      [[1, 8, 8, 3], [2, 8, 4, 3], [2, 8, 8, 3]], [[2, 6, 2], [2, 4, 3], [1, 12], [5, 6, 2]],
      [[2, 3], [2, 3], [4, 3], [4, 3]], [[3, 4, 5], [3, 5, 4], [3, 4, 5], [3, 20]],
    ],
    wording: { "moments(of: \($0))" }, right: moments, same: ==,
    written: { "[" + $0.map(\.rawValue).joined(separator: ", ") + "]" },
    misconceptions: aboutBuilding() + aboutShapes(),
    otherwise: { batches in
      "There are \(batches.count) batches, and one answer for each. The first finds the layer unbuilt; every "
        + "later one has the examples it was built for, or others."
    }
  ).findings(of: answer.moments)
}

/// The moments of a layer that refuses a batch whose `key` is not that of the first batch.
private func moments(
  of batches: [[Int]], key: ([Int]) -> [Int]
) -> [Moment] {
  batches.enumerated().map { index, batch in
    index == 0 ? .buildAndCall : key(batch) == key(batches[0]) ? .call : .refuse
  }
}

private func moments(of batches: [[Int]]) -> [Moment] { moments(of: batches) { Array($0.dropFirst()) } }

private func example(_ batch: [Int]) -> [Int] { Array(batch.dropFirst()) }

private func aboutBuilding() -> [Misconception<[[Int]], [Moment]>] {
  [
    Misconception(
      "builds-every-time",
      givesOneOf: [
        { $0.map { _ in .buildAndCall } }, { moments(of: $0).map { $0 == .call ? .buildAndCall : $0 } },
      ],
      because: { _ in
        "You build at every call. Weights are created once: a second build would throw away what was learned."
      }),
    Misconception("never-builds") {
      moments(of: $0).map { $0 == .buildAndCall ? .call : $0 }
    } because: { _ in
      "Nobody has built the layer when the first batch comes. It has no weights to compute with."
    },
    Misconception("rebuilds") { batches in
      batches.enumerated().map { index, batch in
        index > 0 && example(batch) == example(batches[index - 1]) ? .call : .buildAndCall
      }
    } because: { _ in
      "You build anew for examples of another shape. The layer would forget what it has learned; it refuses."
    },
    Misconception("builds-for-each-shape") { batches in
      batches.enumerated().map { index, batch in
        batches[..<index].contains { example($0) == example(batch) } ? .call : .buildAndCall
      }
    } because: { _ in
      "You keep weights for every shape that has come. A layer has one set, for the shape it was built for."
    },
    Misconception("never-recovers") { batches in
      let first = moments(of: batches).firstIndex(of: .refuse) ?? batches.count
      return batches.indices.map { $0 >= first ? .refuse : moments(of: batches)[$0] }
    } because: { _ in
      "After a refusal you refuse everything. The layer stays as it was: what fitted before fits again."
    },
  ]
}

private func aboutShapes() -> [Misconception<[[Int]], [Moment]>] {
  [
    Misconception("batch-counts") {
      moments(of: $0) { $0 }
    } because: { _ in
      "You compare the whole shape. How many examples there are does not matter: no weight depends on it."
    },
    Misconception("compares-with-the-last") { batches in
      batches.enumerated().map { index, batch in
        index == 0 ? .buildAndCall : example(batch) == example(batches[index - 1]) ? .call : .refuse
      }
    } because: { _ in
      "You compare with the batch before. What counts is what the layer was built for, however long ago."
    },
    Misconception("last-dimension-only") {
      moments(of: $0) { $0.suffix(1) }
    } because: { _ in
      "You compare the last dimension alone. Here a layer is built for a whole shape, height and width too."
    },
    Misconception("counts-numbers") {
      moments(of: $0) { [$0.dropFirst().reduce(1, *)] }
    } because: { _ in
      "As many numbers are not the same shape: a row of 12 and 3 rows of 4 need different weights."
    },
  ]
}
