import Layers
import Support
import Tensors
import Testing

/// A model that fuses layers into one operation computes the same as its layers one by one.
@Suite struct FusedConvolutionTests {
  private static var images: Tensor {
    var generator = SeededGenerator(seed: 5)
    return .normal(shape: [5, 12, 12, 2], using: &generator)
  }

  private struct Outcome {
    let fused: [[Int]]
    let outputs: [Float]
    let gradients: [(name: String, values: [Float])]
    let statistics: [Float]
  }

  /// The outputs, gradients and moving statistics of one step by `run` with a fresh model of these layers.
  private func step(
    _ layers: () -> [Layer], training: Bool = true, _ run: (Sequential, Tensor) -> Tensor
  ) -> Outcome {
    let model = Sequential(layers(), inputShape: [12, 12, 2], seed: 2)
    let outputs = run(model, Self.images)
    let weights = model.trainableWeights
    let gradients = outputs.squared().sum().gradients(of: weights)
    return Outcome(
      fused: model.fusedNodes, outputs: outputs.values,
      gradients: zip(weights, gradients).map { ($0.name, $1.values) },
      statistics: model.nonTrainableWeights.flatMap(\.value.values))
  }

  /// Expects that the nodes `fused` are fused, 1 being the convolution's, and that a step by the model and a step
  /// layer by layer agree: in outputs and statistics bit for bit, in gradients but for the order of sums.
  ///
  /// A bias before a normalization has gradient 0, and exactly 0 in fused layers.
  private func compare(fused: [[Int]], training: Bool = true, _ layers: () -> [Layer]) {
    let whole = step(layers) { $0($1, training: training) }
    let single = step(layers) { model, images in
      model.layers.reduce(images) { $1($0, training: training) }
    }
    #expect(whole.fused == fused)
    #expect(whole.outputs == single.outputs)
    #expect(whole.statistics == single.statistics)
    let largest = single.gradients.flatMap(\.values).reduce(0.01) { max($0, abs($1)) }
    for (left, right) in zip(whole.gradients, single.gradients) {
      let scale = right.values.reduce(0.01 * largest) { max($0, abs($1)) }
      #expect(zip(left.values, right.values).allSatisfy { abs($0 - $1) <= 1e-4 * scale }, "\(left.name)")
    }
  }

  private func convolution(_ activation: ActivationFunction = .linear, bias: Bool = true) -> Conv2D {
    Conv2D(
      filters: 6, kernelSize: 3, padding: .same, activation: activation, useBias: bias, name: "conv2d")
  }

  @Test func `convolution, normalization, ReLU and pooling are fused`() {
    compare(fused: [[1, 2, 3, 4]]) { [convolution(), BatchNormalization(), ReLU(), MaxPooling2D()] }
    compare(fused: [[1, 2, 3]]) { [convolution(), BatchNormalization(scale: false), ReLU(maxValue: 6)] }
    compare(fused: [[1, 2, 3]]) {
      [convolution(), BatchNormalization(center: false), Activation(.relu), Flatten()]
    }
    compare(fused: [[1, 2, 3, 4]]) {
      [
        convolution(), BatchNormalization(), Activation(.relu6), MaxPooling2D(poolSize: Size2D(3, 2)),
        Softmax(),
      ]
    }
  }

  @Test func `convolution, ReLU and pooling are fused without a normalization`() {
    compare(fused: [[1, 2, 3]]) { [convolution(), ReLU(), MaxPooling2D()] }
    compare(fused: [[1, 2, 3]]) { [convolution(), Activation(.relu6), MaxPooling2D(padding: .same)] }
    compare(fused: [[1, 2]]) { [convolution(), ReLU()] }
    compare(fused: [[1, 2]]) { [convolution(.relu, bias: false), MaxPooling2D()] }
    compare(fused: [[1, 2, 3]], training: false) { [convolution(), ReLU(), MaxPooling2D()] }
  }

  @Test func `depthwise convolutions are fused as others are`() {
    func depthwise(strides: Size2D = 1, _ activation: ActivationFunction = .linear) -> DepthwiseConv2D {
      DepthwiseConv2D(
        kernelSize: 3, strides: strides, padding: .same, depthMultiplier: 3, activation: activation)
    }
    compare(fused: [[1, 2, 3]]) { [depthwise(), BatchNormalization(), ReLU(maxValue: 6)] }
    compare(fused: [[1, 2, 3, 4]]) { [depthwise(), BatchNormalization(), ReLU(), MaxPooling2D()] }
    compare(fused: [[1, 2]]) { [depthwise(strides: 2), BatchNormalization()] }
    compare(fused: [[1]]) { [depthwise(.relu)] }
  }

  @Test func `a bias before a normalization has gradient 0`() {
    let layers = { [self.convolution(), BatchNormalization(), ReLU()] }
    let bias = step(layers) { $0($1, training: true) }.gradients.first { $0.name == "conv2d/bias" }
    #expect(bias?.values == [0, 0, 0, 0, 0, 0])
  }

  @Test func `layers of other types or in another order are not fused`() {
    let apart: [() -> [Layer]] = [
      // Another function than ReLU and no normalization; another order.
      { [self.convolution(), Activation(.tanh)] },
      { [self.convolution(), MaxPooling2D(), ReLU()] },
      // A wrapper might add something.
      { [Wrapper(self.convolution(), name: "w"), BatchNormalization(), ReLU()] },
      { [self.convolution(), Wrapper(BatchNormalization()), ReLU()] },
    ]
    for layers in apart { compare(fused: [], layers) }
    // Only a part is fused: no ReLU behind the normalization, another order, overlapping windows.
    compare(fused: [[1, 2]]) { [convolution(), BatchNormalization(), Activation(.tanh)] }
    compare(fused: [[1, 2]]) { [convolution(bias: false), BatchNormalization()] }
    compare(fused: [[1, 2]]) { [convolution(), BatchNormalization(), MaxPooling2D(), ReLU()] }
    compare(fused: [[1]]) { [convolution(.relu), BatchNormalization(), ReLU()] }
    compare(fused: [[1, 2, 3]]) {
      [convolution(), BatchNormalization(), ReLU(), MaxPooling2D(poolSize: 3, strides: 2)]
    }
  }

  @Test(arguments: [nil, 6 as Float])
  func `the branches of a residual block are added and rectified as one operation`(_ ceiling: Float?) {
    func step(_ run: (Model, Tensor) -> Tensor) -> (fused: [[Int]], values: [Float], gradients: [[Float]]) {
      let image = Input([12, 12, 2])
      let first = convolution()(image)
      let second = BatchNormalization()(
        Conv2D(filters: 6, kernelSize: 3, padding: .same, name: "second")(first))
      let sum = Add(name: "sum")([first, second])
      let model = Model(inputs: image, outputs: ReLU(maxValue: ceiling, name: "end")(sum), seed: 2)
      let outputs = run(model, Self.images)
      let gradients = (outputs * 40).squared().sum().gradients(of: model.trainableWeights)
      return (model.fusedNodes, outputs.values, gradients.map(\.values))
    }
    let whole = step { $0($1, training: true) }
    let single = step { model, images in
      let layers = model.layers
      let first = layers[0](images, training: true)
      let second = layers[2](layers[1](first, training: true), training: true)
      return layers[4](layers[3]([first, second], training: true), training: true)
    }
    #expect(whole.fused == [[2, 3], [4, 5]])
    #expect(whole.values == single.values && whole.values.contains { $0 > 0 })
    // The convolution's bias has no gradient, and its kernel's gradient is a sum in the same order.
    let largest = single.gradients.joined().reduce(0) { max($0, abs($1)) }
    let differences = zip(whole.gradients.joined(), single.gradients.joined()).map { abs($0 - $1) }
    #expect(differences.allSatisfy { $0 <= 1e-4 * largest })
  }

  @Test func `a fused but frozen normalization uses its moving statistics`() {
    func layers() -> [Layer] {
      let frozen = BatchNormalization()
      frozen.trainable = false
      return [convolution(), frozen, ReLU(), MaxPooling2D()]
    }
    // Layers that are fused in training are called one by one.
    compare(fused: [[1, 2, 3, 4]], layers)
    compare(fused: [[1, 2, 3]], training: false) { [convolution(), BatchNormalization(), ReLU()] }
  }

  @Test func `values that another layer reads are computed and kept`() {
    let x = Input([12, 12, 2])
    let convolved = convolution()(x)
    let normalized = BatchNormalization()(convolved)
    let positive = ReLU()(normalized)
    let model = Model(inputs: [x], outputs: [positive, normalized], seed: 2)
    let both = model.allOutputs([Self.images], training: true)
    #expect(both[0].values == both[1].relu().values)
    let branch = Model(inputs: x, outputs: Add()([positive, convolved]), seed: 2)
    let sum = branch(Self.images, training: true).values
    #expect(sum.contains { $0 < 0 }, "the convolution's own values reach the sum")
  }

  @Test func `a model that ends inside a fused operation returns the values there`() {
    let model = Sequential(
      [convolution(), BatchNormalization(), ReLU(), MaxPooling2D()], inputShape: [12, 12, 2])
    let inner = Model(inputs: model.inputs, outputs: [model.output(of: "re_lu")])
    let values = inner(Self.images, training: true).values
    #expect(values.count == 5 * 12 * 12 * 6 && values.allSatisfy { $0 >= 0 })
    #expect(model.nodes.count == 5)
  }

  @Test func `a shared convolution is computed at each of its calls`() {
    let shared = convolution()
    let (x, y) = (Input([12, 12, 2]), Input([12, 12, 2]))
    let pair = Add()([ReLU()(shared(x)), ReLU(maxValue: 6)(shared(y))])
    let model = Model(inputs: [x, y], outputs: pair)
    let values = model([Self.images, Self.images], training: true).values
    let once = shared(Self.images)
    #expect(values == (once.relu() + once.relu6()).values)
  }
}
