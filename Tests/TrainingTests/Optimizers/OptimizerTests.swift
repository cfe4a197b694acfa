import Layers
import Tensors
import TestSupport
import Testing
import Training

/// Ten steps of each optimizer, against tf_keras.
@Suite struct OptimizerTests {
  private static let names = ["sgd", "momentum", "nesterov", "adam", "adam-other"]

  /// The optimizers of the fixtures' `made`.
  private static func optimizer(_ name: String) -> Optimizer {
    switch name {
    case "sgd": SGD(learningRate: 0.1)
    case "momentum": SGD(learningRate: 0.05, momentum: 0.9)
    case "nesterov": SGD(learningRate: 0.05, momentum: 0.8, nesterov: true)
    case "adam": Adam()
    case "adam-other": Adam(learningRate: 0.02, beta1: 0.7, beta2: 0.9, epsilon: 1e-3)
    default: Adam(learningRate: .cosine(initial: 0.05, steps: 8))
    }
  }

  /// The gradients hold zeros, 10⁻³⁰ and 3·10¹⁸.
  @Test(arguments: names + ["adam-cosine"]) func `ten steps of each optimizer equal those of Keras`(
    _ name: String
  ) throws {
    let fixture = try KerasFixture("step-\(name)", in: .module)
    let variable = Variable("weight", try fixture.one("weight"))
    let optimizer = Self.optimizer(name)
    let steps = zip(fixture.all("gradient"), fixture.all("after"))
    for (index, (gradient, after)) in steps.enumerated() {
      optimizer.apply([gradient], to: [variable])
      expectNear(variable.value, after, tolerance: 4e-6, absolute: 1e-6, "\(name), step \(index)")
    }
    #expect(optimizer.step == 10)
  }

  /// Convolution, normalization, ReLU and dense layer trained end to end.
  @Test(arguments: names, [Backend.standard, .portable])
  func `a network trains as in Keras`(_ name: String, _ backend: Backend) throws {
    let fixture = try KerasFixture("fit-\(name)", in: .module)
    let model = Sequential(
      [
        Conv2D(filters: 2, kernelSize: 3, padding: .same, useBias: false, name: "conv"),
        BatchNormalization(momentum: 0.9, name: "norm"), ReLU(), Flatten(), Dense(units: 3, name: "dense"),
      ], inputShape: [4, 4, 1])
    let weights = Dictionary(uniqueKeysWithValues: model.namedWeights.map { ($0.path, $0.variable) })
    for (path, value) in fixture.named("weight:") { try #require(weights[path]).value = value }
    let trainer = Trainer(
      model, optimizer: Self.optimizer(name), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    let (inputs, targets, losses) = (fixture.all("input"), fixture.all("target"), fixture.all("loss"))
    let after = fixture.named("after:")
    try #require(after.count == 10 * weights.count)
    for step in 0..<10 {
      let classes = Targets.classes(targets[step].values.map { Int($0) })
      let loss = trainer.step(inputs: inputs[step].on(backend), targets: classes).loss
      expectNear(Tensor(loss), losses[step], tolerance: 1e-5, "\(name), step \(step)")
      for (path, value) in after[step * weights.count..<(step + 1) * weights.count] {
        let ours = try #require(weights[path]).value
        // Adam divides by the gradient's own size, and so makes much of the rounding of a small one.
        expectNear(ours, value, tolerance: 2e-5, absolute: 2e-5, "\(name), step \(step), \(path)")
      }
    }
  }

  @Test func `the slots of an optimizer begin at zero and belong to one variable`() {
    let optimizer = SGD(learningRate: 1, momentum: 0.5)
    let (a, b) = (Variable("a", Tensor(0)), Variable("b", Tensor([0, 0], shape: [2])))
    #expect(optimizer.values(of: b).map(\.values) == [[0, 0]])
    optimizer.apply([Tensor(1)], to: [a])
    #expect(optimizer.values(of: a).map(\.values) == [[-1]])
    optimizer.apply([Tensor(1), Tensor([1, 2], shape: [2])], to: [a, b])
    #expect(a.value.scalar == -1 - 1.5)
    #expect(b.value.values == [-1, -2])
  }

  @Test func `a custom optimizer says how a weight changes`() {
    final class SignDescent: Optimizer {
      override func updated(
        _ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float
      ) -> Tensor {
        Tensor(zip(value.values, gradient.values).map { $0 - rate * ($1 > 0 ? 1 : -1) }, shape: value.shape)
      }
    }
    let variable = Variable("weight", Tensor([1, 1], shape: [2]))
    SignDescent(learningRate: 0.25).apply([Tensor([3, -3], shape: [2])], to: [variable])
    #expect(variable.value.values == [0.75, 1.25])
    #expect("\(SignDescent(learningRate: 0.25))" == "SignDescent(learningRate: 0.25)")
  }

  @Test func `an optimizer prints its settings in one line`() {
    #expect("\(SGD())" == "SGD(learningRate: 0.01)")
    #expect(
      "\(SGD(learningRate: 0.1, momentum: 0.9, nesterov: true))"
        == "SGD(learningRate: 0.1, momentum: 0.9, nesterov: true)")
    #expect("\(Adam())" == "Adam(learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-07)")
  }
}
