import Layers
import Support
import Tensors
import Testing

/// Copies of models whose layers are called in several places, and layers that are copied wrongly.
@Suite struct CopiedModelTests {
  private func expectEqualCopy(of model: Model, _ location: SourceLocation = #_sourceLocation) throws {
    for (index, weight) in model.weights.enumerated() {
      weight.value = weight.value + Float(index + 1) / 16
    }
    let copy = try #require(try model.copied() as? Model)
    copy.copyWeights(from: model)
    var generator = SeededGenerator(seed: 1)
    let batch = Tensor.normal(shape: [4] + model.inputs[0].shape, using: &generator)
    #expect(copy(batch).values == model(batch).values, sourceLocation: location)
    #expect(copy.weights.count == model.weights.count, sourceLocation: location)
    // A shared weight is still one: a change of it changes every call.
    let (last, own) = (try #require(copy.weights.first), try #require(model.weights.first))
    last.value = last.value * 2
    own.value = own.value * 2
    #expect(copy(batch).values == model(batch).values, sourceLocation: location)
  }

  @Test func `a layer inside a model and beside it stays one layer in a copy`() throws {
    let (x, shared) = (Input([3]), Dense(units: 3, name: "shared"))
    let inner = Sequential([shared, ReLU()], inputShape: [3], name: "inner")
    try expectEqualCopy(of: Model(inputs: x, outputs: Add()([inner(x), shared(x)])))
  }

  @Test func `a layer of two models side by side stays one layer in a copy`() throws {
    let (x, shared) = (Input([3]), Dense(units: 3, name: "shared"))
    let first = Sequential([shared, ReLU()], inputShape: [3], name: "first")
    let second = Sequential([ReLU(), shared], inputShape: [3], name: "second")
    try expectEqualCopy(of: Model(inputs: x, outputs: Add()([first(x), second(x)])))
  }

  @Test func `a model called in two models stays one model in a copy`() throws {
    let (x, y) = (Input([3]), Input([3]))
    let core = Sequential([Dense(units: 3)], inputShape: [3], name: "core")
    let outer = Model(inputs: y, outputs: ReLU()(core(y)), name: "outer")
    try expectEqualCopy(of: Model(inputs: x, outputs: Add()([outer(x), core(x)])))
  }

  @Test(arguments: [true, false]) func `a layer twice in a row stays twice in a copy`(_ isBuilt: Bool) throws
  {
    let shared = Dense(units: 3, name: "shared")
    let model = Sequential([shared, ReLU(), shared], inputShape: isBuilt ? [3] : nil)
    let copy = try #require(try model.copied() as? Sequential)
    if !isBuilt {
      model.buildOnce(inputShape: [3])
      copy.buildOnce(inputShape: [3])
    }
    copy.copyWeights(from: model)
    let batch = Tensor.filled(1, shape: [1, 3])
    #expect(copy(batch).values == model(batch).values && copy.nodes.count == 4)
  }

  /// A wrapper copies the layer inside, and does not know who else calls it.
  @Test func `a layer inside a wrapper that is called elsewhere too is refused`() {
    let (x, shared) = (Input([3]), Dense(units: 3, name: "shared"))
    let around = Wrapper(shared, name: "around")
    for outputs in [Add()([around(x), shared(x)]), Add()([shared(x), around(x)])] {
      let error = #expect(throws: LayerCopyError.self) { try Model(inputs: x, outputs: outputs).copied() }
      #expect(
        error?.description
          == "shared (Dense) cannot be copied: it is called by itself and inside around (Wrapper), "
          + "and a copy of around (Wrapper) would have one of its own: call around (Wrapper) in both places, or use "
          + "two layers")
    }
    let other = Wrapper(shared, name: "other")
    let error = #expect(throws: LayerCopyError.self) {
      try Model(inputs: x, outputs: Add()([around(x), other(x)])).copied()
    }
    #expect(error?.description.contains("inside other (Wrapper) and inside around (Wrapper)") == true)
  }

  private final class Forgetful: Layer {
    var again: Layer?
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * 2 }
    override func copied() -> Layer { again ?? Forgetful() }
  }

  @Test func `a layer whose copy has no name keeps its name in a model's copy`() throws {
    let copy = try Sequential([Forgetful(name: "twice")], inputShape: [2]).copied()
    #expect((copy as? Model)?.layers.map(\.name) == ["twice"])
  }

  @Test func `a layer that returns itself or a built layer as its copy is refused`() throws {
    let built = Forgetful()
    built.buildOnce(inputShape: [2])
    for isSelf in [true, false] {
      let layer = Forgetful(name: "twice")
      layer.again = isSelf ? layer : built
      let error = #expect(throws: LayerCopyError.self) { try Sequential([layer], inputShape: [2]).copied() }
      #expect(
        error?.description
          == "twice (Forgetful) cannot be copied: copied() returns a layer that is built already: "
          + "return a new, unbuilt one")
    }
  }

  private final class Pair: Layer {
    let layersInside = [Dense(units: 2, name: "a"), Dense(units: 2, name: "b")]
    override var sublayers: [Layer] { layersInside }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layersInside[1](layersInside[0](inputs))
    }
    override func copied() -> Layer { Pair(name: name) }
  }

  @Test func `a copy has the same trainable layers, also inside of layers`() throws {
    let pair = Pair(name: "pair")
    pair.layersInside[0].trainable = false
    let model = Sequential([pair, Dense(units: 1)], inputShape: [2])
    let copy = try model.copied()
    #expect(copy.trainableWeights.map(\.name) == model.trainableWeights.map(\.name))
    #expect(copy.allLayers.map(\.trainable) == [true, false, true, true])
  }

  private final class Counter: Layer {
    var steps = 0
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs }
    override func weightsChanged() { steps += 1 }
  }

  @Test func `a model tells every layer once that the weights changed`() {
    let (x, counter, outer) = (Input([3]), Counter(name: "inside"), Counter(name: "outside"))
    let inner = Sequential([counter, counter], inputShape: [3], name: "inner")
    let model = Model(inputs: x, outputs: Wrapper(outer)(inner(inner(x))))
    model.weightsChanged()
    #expect(counter.steps == 1 && outer.steps == 1)
  }
}
