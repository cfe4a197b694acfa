import ExerciseKit

/// Checks an answer to exercise 04.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0402).Type) throws -> [Finding] {
  try Examination<Stack, [Int]>(
    exercise: .parameters,
    questions: [(5, [8, 1]), (784, [32, 10]), (4, [3, 2, 6]), (1, [1]), (7, []), (3, [5, 5, 2])],
    wording: { "parameters(features: \($0.features), units: \($0.units))" },
    right: { counts($0) { $0 * $1 + $1 } }, same: ==, written: { "\($0)" },
    misconceptions: misconceptions0402(),
    otherwise: { stack in
      let shapes = layers(stack).map { "[\($0.inputs), \($0.units)]" }.joined(separator: ", ")
      return shapes.isEmpty
        ? "There are no layers, so there is nothing to list."
        : "The kernels have the shapes \(shapes); to each belongs a bias with one number a unit."
    }
  ).findings { try answer.parameters(features: $0.features, units: $0.units) }
}

private typealias Stack = (features: Int, units: [Int])

/// The number of inputs of each layer, and its units.
private func layers(_ stack: Stack) -> [(inputs: Int, units: Int)] {
  zip([stack.features] + stack.units, stack.units).map { ($0, $1) }
}

private func counts(_ stack: Stack, _ count: (_ inputs: Int, _ units: Int) -> Int) -> [Int] {
  layers(stack).map { count($0.inputs, $0.units) }
}

private func misconceptions0402() -> [Misconception<Stack, [Int]>] {
  [
    Misconception("bias-forgotten") {
      counts($0) { $0 * $1 }
    } because: { _ in
      "These are the kernels alone. Each layer has a bias as well, with a number for each unit."
    },
    Misconception("one-bias-a-layer") {
      counts($0) { $0 * $1 + 1 }
    } because: { _ in
      "You gave each layer a single bias. Every unit adds one of its own."
    },
    Misconception("bias-for-the-inputs") {
      counts($0) { $0 * $1 + $0 }
    } because: { _ in
      "Your biases are as many as numbers go in. A bias is added to what comes out, so there is one a unit."
    },
    Misconception("added-for-multiplied") {
      counts($0) { $0 + $1 }
    } because: { _ in
      "You added what goes in and what comes out. Each unit has a weight for every number that goes in."
    },
    Misconception("features-for-every-layer") { stack in
      stack.units.map { stack.features * $0 + $0 }
    } because: {
      "Only the first layer gets the \($0.features) features. Each later one gets what the layer before it "
        + "returns: as many numbers as that has units."
    },
    Misconception(
      "summed-up",
      givesOneOf: [
        { stack in
          let all = counts(stack) { $0 * $1 + $1 }
          return all.indices.map { all[...$0].reduce(0, +) }
        },
        { [counts($0) { $0 * $1 + $1 }.reduce(0, +)] },
      ],
      because: { _ in
        "You added up the layers. The column has each layer's own number; the total stands below it."
      }),
  ]
}
