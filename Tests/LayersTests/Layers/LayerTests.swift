import Layers
import Support
import Tensors
import Testing

@Suite struct LayerTests {
  /// A custom layer: a learned factor for each feature.
  private final class Scale: Layer {
    override func build(inputShape: [Int]) {
      addWeight("factor", shape: [inputShape[0]], initializer: .constant(2))
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      inputs * weight("factor").value
    }
  }

  /// Layers inside a layer: x + dense(relu(dense(x))).
  private final class Residual: Layer {
    private let hidden = Dense(units: 8, activation: .relu)
    private let out = Dense(units: 3)
    override var sublayers: [Layer] { [hidden, out] }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs + out(hidden(inputs)) }
  }

  /// Records the steps of its life.
  private final class Traced: Layer {
    var steps: [String] = ["init"]
    override func build(inputShape: [Int]) { steps.append("build \(inputShape)") }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      steps.append("call \(inputs.shape)" + (training ? " training" : ""))
      return inputs
    }
  }

  private let batch = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])

  @Test func `a custom layer takes seven lines`() {
    let scale = Scale()
    #expect(scale(batch).values == [2, 4, 6, 8, 10, 12])
    #expect(scale.name == "scale" && scale.weight("factor").name == "scale/factor")
    // d/dfactor Σ x·factor = Σ over the batch of x.
    #expect(scale(batch).sum().gradients(of: scale.trainableWeights)[0].values == [5, 7, 9])
  }

  @Test func `init, build and call come in order, and build comes once`() {
    let traced = Traced()
    _ = traced(batch)
    _ = traced(Tensor.zeros([5, 3]), training: true)
    #expect(traced.steps == ["init", "build [3]", "call [2, 3]", "call [5, 3] training"])
  }

  @Test func `making a model builds its layer and calls it once on zeros`() {
    let traced = Traced()
    let input = Input([3])
    let output = traced(input)
    #expect(traced.steps == ["init"], "a symbolic call computes nothing")
    _ = Model(inputs: input, outputs: output)
    #expect(traced.steps == ["init", "build [3]", "call [1, 3]"])
  }

  @Test func `the weights of layers inside a layer belong to it`() {
    let residual = Residual()
    _ = residual(batch)
    #expect(
      residual.namedWeights.map(\.path) == ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"])
    #expect(residual.allLayers.map(\.name) == ["dense", "dense_1"])
    residual.trainable = false
    #expect(residual.sublayers.allSatisfy { !$0.trainable } && residual.trainableWeights.isEmpty)
    residual.trainable = true
    residual.sublayers[0].trainable = false
    #expect(residual.trainableWeights.map(\.name) == ["dense_1/kernel", "dense_1/bias"])
    #expect(residual.nonTrainableWeights.map(\.name) == ["dense/kernel", "dense/bias"])
  }

  @Test func `initial weights depend on the names of layer and weight`() {
    func kernel(_ name: String) -> [Float] {
      let dense = Dense(
        units: 4, kernelInitializer: .randomUniform(), biasInitializer: .randomUniform(), name: name)
      _ = dense(batch)
      #expect(dense.bias.value.values != Array(dense.kernel.value.values[..<4]))
      return dense.kernel.value.values
    }
    #expect(kernel("a") == kernel("a") && kernel("a") != kernel("b"))
  }

  @Test func `a layer reads its weights when it is called`() {
    let dense = Dense(units: 1, useBias: false, kernelInitializer: .ones)
    #expect(dense(batch).values == [6, 15])
    let result = dense.kernel.substituting(.filled(2, shape: [3, 1])) { dense(batch) }
    #expect(result.values == [12, 30] && dense(batch).values == [6, 15])
  }

  @Test func `copied weights are independent of their source`() {
    let (source, target) = (Dense(units: 2, name: "a"), Dense(units: 2, name: "b"))
    #expect(source(batch).values != target(batch).values)
    target.copyWeights(from: source)
    #expect(source(batch).values == target(batch).values)
    source.bias.value = .filled(1, shape: [2])
    #expect(source(batch).values != target(batch).values)
  }

  @Test func `typed weights are the weights of their names`() {
    let image = Tensor.zeros([1, 5, 5, 2])
    let dense = Dense(units: 2)
    let convolution = Conv2D(filters: 3, kernelSize: 3)
    let depthwise = DepthwiseConv2D(kernelSize: 3)
    let separable = SeparableConv2D(filters: 3, kernelSize: 3)
    let normalization = BatchNormalization()
    _ = dense(batch)
    for layer in [convolution, depthwise, separable, normalization] { _ = layer(image) }
    let pairs: [(Layer, String, Variable)] = [
      (dense, "kernel", dense.kernel), (dense, "bias", dense.bias),
      (convolution, "kernel", convolution.kernel), (convolution, "bias", convolution.bias),
      (depthwise, "depthwise_kernel", depthwise.depthwiseKernel), (depthwise, "bias", depthwise.bias),
      (separable, "depthwise_kernel", separable.depthwiseKernel),
      (separable, "pointwise_kernel", separable.pointwiseKernel), (separable, "bias", separable.bias),
      (normalization, "gamma", normalization.gamma), (normalization, "beta", normalization.beta),
      (normalization, "moving_mean", normalization.movingMean),
      (normalization, "moving_variance", normalization.movingVariance),
    ]
    for (layer, name, weight) in pairs { #expect(weight === layer.weight(name), "\(layer) \(name)") }
  }
}

/// The sizes of windows and strides.
@Suite struct Size2DLayerTests {
  /// A requirement that a deprecated function meets, so that a test of it compiles without a warning.
  private protocol Making { static func make() -> Conv2D }
  private enum Tuples: Making {
    @available(*, deprecated)
    static func make() -> Conv2D { Conv2D(filters: 2, kernelSize: (3, 2), strides: (2, 1), padding: .same) }
  }

  @Test func `a convolution takes its sizes as tuples too`() {
    let making: any Making.Type = Tuples.self
    let convolution = making.make()
    #expect(convolution.kernelSize == Size2D(3, 2) && convolution.strides == Size2D(2, 1))
    #expect(convolution.padding == .same)
    #expect(convolution(.zeros([1, 5, 5, 1])).shape == [1, 3, 5, 2])
  }

  @Test func `one number is the side of a square window`() {
    #expect(Conv2D(filters: 1, kernelSize: 3).kernelSize == Size2D(3, 3))
    #expect(MaxPooling2D(poolSize: 3).strides == Size2D(3, 3))
    #expect(ZeroPadding2D(padding: Size2D(1, 2))(.zeros([1, 2, 2, 1])).shape == [1, 4, 6, 1])
  }
}
