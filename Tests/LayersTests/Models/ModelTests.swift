import Layers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct ModelTests {
  private var batch: Tensor { examples([[4]], batch: 3)[0] }

  private func small(seed: UInt64 = 0, _ extra: [Layer] = []) -> Sequential {
    Sequential(
      extra + [Dense(units: 5, activation: .relu), Dense(units: 2)], inputShape: [4], seed: seed)
  }

  @Test func `layer names are unique in a model and the same in every model`() {
    #expect(small().layers.map(\.name) == ["dense", "dense_1"])
    #expect(small().layers.map(\.name) == ["dense", "dense_1"], "no counter outlives a model")
    #expect(
      small().namedWeights.map(\.path) == ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"])
    #expect(small().weights.map(\.name) == small().namedWeights.map(\.path))
  }

  @Test func `a model keeps the names that the user gave`() {
    let model = Sequential(
      [Dense(units: 1), Dense(units: 1, name: "dense"), Dense(units: 1)], inputShape: [1])
    #expect(model.layers.map(\.name) == ["dense_1", "dense", "dense_2"])
  }

  @Test func `a layer added elsewhere changes no other layer's initial weights`() {
    let plain = small(seed: 3)
    let longer = small(seed: 3, [Dropout(rate: 0.5), Dense(units: 4, name: "first"), ReLU()])
    #expect(longer.layer("dense").weight("kernel").value.values == plain.weights[0].value.values)
    #expect(longer.layer("dense_1").weight("kernel").value.values == plain.weights[2].value.values)
  }

  @Test func `a model's seed decides its initial weights`() {
    func kernels(_ seed: UInt64) -> [[Float]] { small(seed: seed).weights.map(\.value.values) }
    #expect(kernels(1) == kernels(1))
    #expect(kernels(1)[0] != kernels(2)[0] && kernels(1)[2] != kernels(2)[2])
  }

  @Test func `a sequential and a functional model of the same layers compute the same`() {
    let input = Input([4])
    let hidden = Dense(units: 5, activation: .relu)(input)
    let functional = Model(inputs: input, outputs: Dense(units: 2)(hidden), seed: 3)
    #expect(functional(batch).values == small(seed: 3)(batch).values)
  }

  @Test func `the first call builds a model without an input shape`() {
    let late = Sequential([Dense(units: 5, activation: .relu), Dense(units: 2)], seed: 3)
    #expect(!late.isBuilt && late.weights.isEmpty)
    #expect(late(batch).values == small(seed: 3)(batch).values)
    #expect(late.isBuilt && late.weights.count == 4)
  }

  @Test func `a model's branches join in additions and concatenations`() {
    let x = Input([2])
    let double = Dense(units: 2, useBias: false, kernelInitializer: .ones)(x)
    let sum = Add()([x, double, x])
    let model = Model(inputs: x, outputs: Concatenate()([sum, ReLU()(x)]))
    // x = [1, −3]: both units give −2; 2x + (−2) = [0, −8]; relu x = [1, 0].
    #expect(model(Tensor([1, -3], shape: [1, 2])).values == [0, -8, 1, 0])
  }

  @Test func `several inputs and outputs keep their order`() {
    let (a, b) = (Input([2], name: "a"), Input([1], name: "b"))
    let joined = Concatenate()([a, b])
    let model = Model(inputs: [b, a], outputs: [joined, ReLU()(a)])
    let (one, two) = (Tensor([9], shape: [1, 1]), Tensor([1, -2], shape: [1, 2]))
    #expect(model.inputShapes == [[1], [2]])
    #expect(model.allOutputs([one, two]).map(\.values) == [[1, -2, 9], [1, 0]])
  }

  @Test func `a shared layer adds the gradients of its calls`() {
    let shared = Dense(units: 1, useBias: false, kernelInitializer: .ones)
    let (a, b) = (Input([1]), Input([1]))
    let model = Model(inputs: [a, b], outputs: Add()([shared(a), shared(b)]))
    #expect(model.weights.count == 1 && model.layers.map(\.name) == ["dense", "add"])
    let result = model([Tensor([2], shape: [1, 1]), Tensor([5], shape: [1, 1])])
    #expect(result.values == [7])
    #expect(result.sum().gradients(of: model.trainableWeights)[0].values == [7])
  }

  @Test func `models nest and keep their weights`() {
    let inner = small(seed: 8)
    let x = Input([4])
    let outer = Model(inputs: x, outputs: Softmax()(inner(x)))
    #expect(outer(batch).values == inner(batch).softmax().values)
    #expect(outer.namedWeights.map(\.path).first == "sequential/dense/kernel")
    #expect(outer.allLayers.map(\.name) == ["sequential", "dense", "dense_1", "softmax"])
    #expect(outer.weights[0] === inner.weights[0])
  }

  @Test func `unbuilt models inside a model get different initial weights`() {
    let x = Input([4])
    let towers = (0..<2).map { _ in Sequential([Dense(units: 3)])(x) }
    let model = Model(inputs: x, outputs: Add()(towers))
    #expect(model.layers.map(\.name) == ["sequential", "sequential_1", "add"])
    #expect(model.weights[0].value.values != model.weights[2].value.values)
  }

  @Test func `built models without a name are numbered inside a model, as in Keras`() {
    let towers = (0..<2).map { Sequential([Dense(units: 3)], inputShape: [4], seed: UInt64($0)) }
    let x = Input([4])
    let model = Model(inputs: x, outputs: Add()(towers.map { $0(x) }))
    #expect(model.layers.map(\.name) == ["sequential", "sequential_1", "add"])
    #expect(model.namedWeights.map(\.path).contains("sequential_1/dense/kernel"))
    // A chosen name, and one that another model gave, stay; the free layer is numbered around them.
    let named = Sequential([Dense(units: 3)], inputShape: [4], name: "sequential_2")
    let both = Model(
      inputs: x,
      outputs: Add()([named, Sequential([Dense(units: 3)], inputShape: [4]), towers[0]].map { $0(x) }))
    #expect(both.layers.map(\.name) == ["sequential_2", "sequential_1", "sequential", "add"])
    #expect(model.layers.map(\.name) == ["sequential", "sequential_1", "add"])
    // Layers that were built by a call are numbered too.
    let free = (0..<2).map { _ in Dense(units: 3) }
    for layer in free { _ = layer(batch) }
    #expect(
      Model(inputs: x, outputs: Add()(free.map { $0(x) })).layers.map(\.name) == ["dense", "dense_1", "add"])
  }

  @Test func `a model of inner layers returns the values between them`() {
    let model = small(seed: 2)
    let inside = Model(inputs: model.inputs, outputs: model.output(of: "dense"))
    #expect(inside(batch).values == model.layers[0](batch).values)
    #expect(model.layers.map(\.name) == ["dense", "dense_1"])
  }

  @Test func `nodes describe the graph of a model`() {
    let x = Input([4])
    let hidden = Dense(units: 4)(x)
    let model = Model(inputs: x, outputs: Add()([hidden, x]))
    #expect(model.nodes.map(\.layer.name) == ["input_layer", "dense", "add"])
    #expect(model.nodes.map(\.inputs) == [[], [0], [1, 0]])
    #expect(model.nodes.map(\.outputShape) == [[4], [4], [4]])
  }

  @Test func `a model of 2000 layers does not overflow the stack`() {
    let model = Sequential((0..<2000).map { _ in Activation(.linear) }, inputShape: [4])
    #expect(model(batch).values == batch.values)
  }

  /// Records whether the result of an earlier layer is still in memory.
  private final class Witness: Layer {
    weak var result: Tensor?
    var wasFree: Bool?
    var earlier: Witness?
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      wasFree = earlier.map { $0.result == nil }
      let sum = inputs + 1
      result = sum
      return sum
    }
  }

  @Test func `inference frees results that no layer needs any more`() {
    let (first, last) = (Witness(), Witness())
    last.earlier = first
    let model = Sequential([first, ReLU(), last], inputShape: [4])
    _ = model(batch)
    #expect(last.wasFree == true)
  }

  @Test func `a model learns by gradient descent`() {
    // Ten steps of gradient descent on one batch lower the loss each time.
    let model = small(seed: 1)
    var losses: [Float] = []
    for _ in 0..<10 {
      let loss = model(batch, training: true).softmaxCrossEntropy(labels: [0, 1, 1])
      losses.append(loss.scalar)
      let gradients = loss.gradients(of: model.trainableWeights)
      for (weight, gradient) in zip(model.trainableWeights, gradients) {
        weight.value = weight.value - gradient * 0.1
      }
    }
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(losses)")
  }

  @Test func `a copy of a model has the same graph and independent weights`() throws {
    let x = Input([6])
    let shared = Dense(units: 6, activation: .tanh)
    let frozen = Dense(units: 6)
    frozen.trainable = false
    let inner = Sequential([Dense(units: 6), ReLU()], inputShape: [6], name: "inner", seed: 7)
    let y = Add()([shared(shared(x)), inner(frozen(x))])
    let model = Model(inputs: [x], outputs: [y, shared(x)], name: "whole", seed: 3)
    let copy = try model.copied()
    copy.copyWeights(from: model)
    var generator = SeededGenerator(seed: 1)
    let batch = Tensor.normal(shape: [4, 6], using: &generator)
    let copied = copy as? Model
    #expect(copied?.summary() == model.summary())
    #expect(copied?.allOutputs([batch]).map(\.values) == model.allOutputs([batch]).map(\.values))
    #expect(copied?.layer("dense_1").trainable == false && copied?.layer("dense").trainable == true)
    for weight in copy.weights { weight.value = weight.value * 2 }
    #expect(copied?.allOutputs([batch]).map(\.values) != model.allOutputs([batch]).map(\.values))
  }

  private final class Doubling: Layer {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * 2 }
  }

  @Test func `copying a model with a layer that cannot be copied is refused`() {
    let sequential = Sequential([Doubling(name: "twice")], inputShape: [2])
    let input = Input([2])
    let nested = Model(inputs: input, outputs: Wrapper(sequential)(input))
    for model in [sequential, nested] {
      let error = #expect(throws: LayerCopyError.self) { try model.copied() }
      #expect(
        error?.description
          == "twice (Doubling) cannot be copied: it does not say how: override copied() to return a new, unbuilt one"
      )
    }
  }
}
