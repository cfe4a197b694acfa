import Support
import Tensors
import Testing

@testable import Layers

/// A model that is prepared for inference computes what its layers compute, but for rounding.
@Suite struct PreparedModelTests {
  /// Models that between them have every layer that is prepared.
  static let models: [(name: String, make: @Sendable () -> Model)] = [
    ("convolutions", { Sequential(convolutions, inputShape: [13, 11, 3], seed: 1) }),
    ("mobile", { mobile }),
    ("dense", { Sequential(dense, inputShape: [37], seed: 3) }),
    ("channels", { Sequential(channels, inputShape: [6, 7, 5], seed: 4) }),
    (
      "sequence",
      { Sequential([Dense(units: 9, activation: .tanh), Dense(units: 4)], inputShape: [5, 8], seed: 5) }
    ),
    ("two outputs", { twoOutputs }),
    ("shared", { shared }),
    ("edges", { Sequential(edges, inputShape: [9, 8, 2], seed: 8) }),
    ("pooled", { Sequential(pooled, inputShape: [20, 12, 3], seed: 9) }),
    ("sums", { sums }),
  ]

  private static var convolutions: [Layer] {
    [
      Conv2D(filters: 6, kernelSize: 3, padding: .same), BatchNormalization(), ReLU(), MaxPooling2D(),
      Conv2D(filters: 10, kernelSize: Size2D(2, 3), strides: 2, activation: .relu6, useBias: false),
      AveragePooling2D(poolSize: 2, strides: 1, padding: .same), Dropout(rate: 0.5),
      Conv2D(filters: 20, kernelSize: 1, useBias: false), BatchNormalization(scale: false), LeakyReLU(),
      Flatten(), Dense(units: 17, activation: .relu), Dense(units: 10, activation: .softmax),
    ]
  }

  /// Poolings behind convolutions: of even sizes and odd ones, in the image and beyond, rectified and not.
  private static var pooled: [Layer] {
    [
      Conv2D(filters: 6, kernelSize: 3, padding: .same, activation: .relu), MaxPooling2D(padding: .same),
      Conv2D(filters: 40, kernelSize: 3, padding: .same, useBias: false), BatchNormalization(),
      MaxPooling2D(),
      Conv2D(filters: 5, kernelSize: 2, padding: .same, activation: .relu6), MaxPooling2D(padding: .same),
      Conv2D(filters: 7, kernelSize: 3, padding: .same, activation: .sigmoid), MaxPooling2D(strides: 1),
      Flatten(),
      Dense(units: 3),
    ]
  }

  private static var mobile: Model {
    let x = Input([12, 12, 3])
    var y = ReLU(maxValue: 4)(
      BatchNormalization()(Conv2D(filters: 8, kernelSize: 3, strides: 2, padding: .same)(x)))
    for (multiplier, strides) in [(1, 1), (2, 2), (3, 1)] as [(Int, Size2D)] {
      y = BatchNormalization()(
        DepthwiseConv2D(kernelSize: 3, strides: strides, padding: .same, depthMultiplier: multiplier)(y))
      y = Conv2D(filters: 16, kernelSize: 1, activation: .relu)(ReLU()(y))
    }
    let other = Conv2D(filters: 16, kernelSize: 3, padding: .same)(y)
    let sum = ReLU()(Add()([y, other, y]))
    let joined = Concatenate()([sum, other])
    return Model(inputs: x, outputs: Dense(units: 5)(GlobalAveragePooling2D()(joined)), seed: 2)
  }

  private static var dense: [Layer] {
    [
      Dense(units: 70), BatchNormalization(), ReLU(), Dense(units: 8, activation: .sigmoid),
      BatchNormalization(),
      Reshape(targetShape: [4, 2]), Flatten(), Dense(units: 3),
    ]
  }

  /// A layer that is called twice, and a value that is an output and is read.
  private static var shared: Model {
    let x = Input([5, 4, 6])
    let (convolution, normalization) = (
      Conv2D(filters: 6, kernelSize: 3, padding: .same), BatchNormalization()
    )
    let y = normalization(convolution(x))
    let z = ReLU()(normalization(convolution(y)))
    let pooled = MaxPooling2D(poolSize: 2, strides: 1)(z)
    let joined = Concatenate(axis: 1)([y, z])
    return Model(inputs: [x], outputs: [z, pooled, GlobalAveragePooling2D(keepDims: true)(joined)], seed: 7)
  }

  /// Sums so large that threads share them, with other functions behind, and one that is an output and is read.
  private static var sums: Model {
    let x = Input([32, 31, 9])
    let (left, right) = (Conv2D(filters: 9, kernelSize: 1)(x), DepthwiseConv2D(kernelSize: 1)(x))
    let (both, all) = (Add()([x, left]), Add()([left, right, x]))
    return Model(
      inputs: [x], outputs: [both, ReLU()(both), Softmax()(Add()([left, right])), LeakyReLU()(all)], seed: 10)
  }

  private static var edges: [Layer] {
    [
      ZeroPadding2D(padding: ((1, 2), (0, 3))), Conv2D(filters: 5, kernelSize: 3, strides: 2), ReLU(),
      MaxPooling2D(poolSize: 3, strides: 2, padding: .same), HardSwish(),
      Dense(units: 4, activation: .hardSwish),
      Normalization(axis: nil, mean: [0.3], variance: [2], invert: true), Softmax(),
    ]
  }

  private static var channels: [Layer] {
    [
      BatchNormalization(), Normalization(mean: [0.1, 0.2, 0.3, 0.4, 0.5], variance: [1, 2, 3, 4, 5]), ReLU(),
      Rescaling(scale: 0.5, offset: 1), Dense(units: 6), GlobalMaxPooling2D(),
    ]
  }

  private static var twoOutputs: Model {
    let x = Input([9, 9, 4])
    let y = Conv2D(filters: 5, kernelSize: 3, activation: .relu)(x)
    let head = Dense(units: 2)(Flatten()(y))
    return Model(inputs: [x], outputs: [MaxPooling2D()(y), head], seed: 6)
  }

  /// A model whose weights and moving statistics are not those of the beginning, and some examples.
  private func trained(_ make: () -> Model, count: Int) -> (Model, Tensor) {
    let model = make()
    var generator = SeededGenerator(seed: 9)
    for variable in model.namedWeights.map(\.variable) {
      let noise = Tensor.uniform(0.5, 1.5, shape: variable.value.shape, using: &generator)
      variable.value = variable.value * noise + noise * 0.1
    }
    return (model, .normal(shape: [count] + model.inputs[0].shape, using: &generator))
  }

  @Test(arguments: models.indices, [1, 2, 17, 40])
  func `outputs are those of the layers, but for rounding`(_ index: Int, _ count: Int) throws {
    let (model, examples) = trained(Self.models[index].make, count: count)
    for backend in [Backend.standard, .portable] {
      let prepared = try #require(PreparedModel(model, backend: backend), "\(Self.models[index].name)")
      let outputs = try #require(prepared([examples.on(backend)]))
      let expected = model.allOutputs([examples.on(backend)])
      #expect(outputs.map(\.shape) == expected.map(\.shape))
      for (output, expected) in zip(outputs, expected) {
        let scale = expected.values.reduce(0) { max($0, abs($1)) }
        #expect(scale > 0)
        let error = zip(output.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(error <= 2e-6 * scale, "\(error / scale)")
      }
    }
  }

  @Test(arguments: models.indices, [1, 150])
  func `the number of threads changes no bit`(_ index: Int, _ count: Int) throws {
    let (model, examples) = trained(Self.models[index].make, count: count)
    for kernels in [Backend.standard.kernels, .portable] {
      var outputs: [[[Float]]] = []
      for workers in [1, 2, 3] {
        let backend = Backend(kernels: kernels, workers: workers)
        let prepared = try #require(PreparedModel(model, backend: backend))
        outputs.append(try #require(prepared([examples.on(backend)])).map(\.values))
      }
      #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
    }
  }

  @Test func `a model is prepared anew when a weight has changed, and only then`() throws {
    let (model, examples) = trained(Self.models[0].make, count: 3)
    let before = try #require(model.prepared([examples]))[0].values
    let first = try #require(model.preparation?.model)
    _ = model.prepared([examples])
    #expect(model.preparation?.model === first)
    for variable in [model.namedWeights[0].variable, try #require(model.nonTrainableWeights.last)] {
      variable.value = variable.value * 1.5
      let after = try #require(model.prepared([examples]))[0].values
      let expected = model(examples).values
      #expect(after != before)
      #expect(zip(after, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test func `what cannot be prepared runs its layers`() {
    final class Doubled: Layer {
      override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * 2 }
      override var semantics: LayerSemantics { .dataMovement(.identity) }
    }
    let examples = Tensor([1, 2, 3], shape: [1, 3])
    #expect(Sequential([Doubled()], inputShape: [3]).prepared([examples]) == nil)
    #expect(Sequential([Dense(units: 2)], inputShape: [4]).prepared([examples]) == nil)
    // An output that is an input has no step that gives it.
    #expect(Sequential([Flatten()], inputShape: [3]).prepared([examples]) == nil)
  }

  @Test func `a model that is not built is built, and every call gives the same bits`() throws {
    let model = Sequential([Dense(units: 3), ReLU(), Dense(units: 2)], seed: 1)
    let examples = Tensor.filled(0.3, shape: [5, 4])
    let first = try #require(model.prepared([examples]))
    let second = try #require(model.prepared([examples]))
    #expect(model.isBuilt && first[0].values == second[0].values)
  }

  @Test func `several inputs are taken in their order`() throws {
    let (x, y) = (Input([3, 3, 2]), Input([2]))
    let model = Model(
      inputs: [x, y], outputs: Dense(units: 3)(Concatenate()([Flatten()(x), Dense(units: 2)(y)])), seed: 1)
    var generator = SeededGenerator(seed: 4)
    let inputs = [[3, 3, 2], [2]].map { Tensor.normal(shape: [21] + $0, using: &generator) }
    let outputs = try #require(model.prepared(inputs))[0].values
    let expected = model.allOutputs(inputs)[0].values
    #expect(zip(outputs, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(model.prepared([inputs[0], .zeros([1, 2])]) == nil)
  }

  /// Where channels lie far from 0, the product with the factor and the offset nearly cancel.
  @Test func `a normalization that stands alone is as exact as its layer`() throws {
    for (mean, variance, x) in [(1.3, 0, 1.3), (1e6, 2, 1e6 + 0.5), (-3e4, 1e-4, -3e4 + 0.25)]
      as [(Float, Float, Float)]
    {
      let model = Sequential([Normalization(mean: [mean], variance: [variance])], inputShape: [1])
      let examples = Tensor([x], shape: [1, 1])
      let (output, expected) = (try #require(model.prepared([examples]))[0].scalar, model(examples).scalar)
      #expect(abs(output - expected) <= 1e-6 * abs(expected), "\(output), \(expected)")
    }
    let scaled = Sequential(
      [Rescaling(scale: 2), Reshape(targetShape: [1]), Dense(units: 1)], inputShape: [])
    #expect(
      scaled.prepared([Tensor([1, 2], shape: [2])])?[0].values == scaled(Tensor([1, 2], shape: [2])).values)
  }

  @Test func `the mean of a large image is as exact as its layer`() throws {
    let model = Sequential([GlobalAveragePooling2D()], inputShape: [700, 900, 1])
    let mean = try #require(model.prepared([.filled(0.1, shape: [1, 700, 900, 1])]))[0].scalar
    #expect(abs(mean - 0.1) < 1e-8)
  }

  @Test func `after the first call no memory is fetched from the system`() throws {
    let (model, examples) = trained(Self.models[1].make, count: 1)
    _ = model.prepared([examples])
    // Other tests use the same pool, so that one of several calls has to do without.
    let fetched = (0..<50).map { _ in
      let before = BufferStatistics.now.allocated
      _ = model.prepared([examples])
      return BufferStatistics.now.allocated - before
    }
    #expect(fetched.contains(0))
  }

  @Test func `what is not a number stays so`() throws {
    let (model, examples) = trained(Self.models[0].make, count: 2)
    let kernel = try #require(model.namedWeights.first { $0.path.hasSuffix("kernel") }).variable
    kernel.value = kernel.value * .nan
    #expect(try #require(model.prepared([examples]))[0].values.allSatisfy(\.isNaN))
  }
}
