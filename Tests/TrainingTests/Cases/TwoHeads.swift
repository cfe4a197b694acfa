import Layers
import Support
import Tensors
import Training

/// A small model of two inputs and two heads, as `make_heads_fixtures.py` has it.
enum TwoHeads {
  static func model(seed: UInt64 = 3) -> Model {
    let (a, b) = (Input([4], name: "a"), Input([3], name: "b"))
    let trunk = ReLU()(Dense(units: 5, name: "trunk")(Concatenate()([a, b])))
    return Model(
      inputs: [a, b], outputs: [Dense(units: 3, name: "kind")(trunk), Dense(units: 2, name: "size")(trunk)],
      seed: seed)
  }

  /// The heads, in another order than the outputs.
  static var heads: [Head] {
    [
      Head("size", loss: .meanSquaredError, weight: 0.25, metrics: [.meanAbsoluteError]),
      Head("kind", loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy]),
    ]
  }

  static func trainer(_ model: Model = model(), heads: [Head] = heads) -> Trainer {
    Trainer(model, optimizer: Adam(learningRate: 0.02), heads: heads, seed: 5)
  }

  /// Examples whose kind and size follow from their inputs.
  static func examples(count: Int, seed: UInt64 = 1) -> NamedExamples {
    var generator = SeededGenerator(seed: seed)
    let kinds = (0..<count).map { $0 % 3 }
    let a: [Float] = kinds.flatMap { kind in (0..<4).map { generator.normal(mean: $0 == kind ? 2 : 0) } }
    let b: [Float] = (0..<3 * count).map { _ in generator.normal() }
    var sizes: [Float] = []
    for row in 0..<count { sizes += [b[3 * row] + a[4 * row], b[3 * row + 1]] }
    return NamedExamples(
      inputs: ["a": Tensor(a, shape: [count, 4]), "b": Tensor(b, shape: [count, 3])],
      targets: ["kind": .classes(kinds), "size": .values(Tensor(sizes, shape: [count, 2]))])
  }
}
