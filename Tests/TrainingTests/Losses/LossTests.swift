import Tensors
import TestSupport
import Testing
import Training

/// Losses and their gradients, against tf_keras and against each other.
@Suite struct LossTests {
  private static func loss(_ name: String) -> Loss {
    switch name {
    case "sparse-logits": .sparseCategoricalCrossEntropy(fromLogits: true)
    case "sparse-probabilities": .sparseCategoricalCrossEntropy()
    case "categorical-logits": .categoricalCrossEntropy(fromLogits: true)
    case "categorical-probabilities": .categoricalCrossEntropy()
    default: .meanSquaredError
    }
  }

  @Test(arguments: [
    "sparse-logits", "sparse-probabilities", "categorical-logits", "categorical-probabilities",
    "mean-squared",
    "mean-squared-image",
  ]) func `losses and their gradients equal those of Keras`(_ name: String) throws {
    let fixture = try KerasFixture(name, in: .module)
    let outputs = try fixture.one("output").tracked()
    let target = try fixture.one("target")
    let targets: Targets =
      name.hasPrefix("sparse") ? .classes(target.values.map { Int($0) }) : .values(target)
    let loss = Self.loss(name)(outputs, targets)
    expectNear(loss, try fixture.one("loss"), name)
    expectNear(loss.gradients(of: [outputs])[0], try fixture.one("gradient"), name)
  }

  @Test func `classes and one-hot probabilities give the same loss`() throws {
    let outputs = try KerasFixture("sparse-logits", in: .module).one("output")
    let labels = [0, 1, 2, 3, 1, 2]
    let oneHot = Tensor(
      labels.flatMap { label in (0..<4).map { $0 == label ? 1 : 0 } }, shape: [6, 4])
    let sparse = Loss.sparseCategoricalCrossEntropy(fromLogits: true)(outputs, .classes(labels))
    let dense = Loss.categoricalCrossEntropy(fromLogits: true)(outputs, .values(oneHot))
    expectNear(sparse, dense, "loss")
  }

  @Test func `a custom loss is a name and a function`() {
    let loss = Loss("sum") { outputs, _ in outputs.sum() }
    #expect(loss.name == "sum")
    #expect(loss(Tensor([1, 2], shape: [1, 2]), .classes([0])).scalar == 3)
  }

  @Test func `the names of losses are those of Keras`() {
    #expect(Loss.sparseCategoricalCrossEntropy().name == "sparse_categorical_crossentropy")
    #expect(Loss.categoricalCrossEntropy().name == "categorical_crossentropy")
    #expect(Loss.meanSquaredError.name == "mean_squared_error")
  }
}
