import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// Custom layers whose semantics their weights and shapes contradict are refused, by name and with a remedy.
@Suite struct SemanticsTests {
  /// A layer that states what a test gives it; it has the weights of these shapes, and multiplies by 2.
  private final class Stated: Layer {
    let statement: () -> LayerSemantics
    let shapes: KeyValuePairs<String, [Int]>

    init(
      _ statement: @escaping @autoclosure () -> LayerSemantics, _ shapes: KeyValuePairs<String, [Int]> = [:]
    ) {
      (self.statement, self.shapes) = (statement, shapes)
      super.init(name: "custom")
    }
    override func build(inputShape: [Int]) { for (name, shape) in shapes { addWeight(name, shape: shape) } }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * 2 }
    override var semantics: LayerSemantics { statement() }
    override func copied() -> Layer { Stated(self.statement(), shapes) }
  }

  private static func dense(_ kernel: String, bias: Bool, _ activation: ActivationFunction = .linear)
    -> LayerSemantics
  {
    .linear(
      LinearSemantics(.dense, kernelName: kernel, hasBias: bias, activation: activation) { Dense(units: 3) })
  }

  private func expectRefusal(
    of layer: Layer, on shape: [Int] = [3], _ text: String, _ location: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: QuantizationError.self, sourceLocation: location) {
      try quantizeModel(Sequential([layer], inputShape: shape))
    }
    #expect(
      error?.description == "custom (Stated) cannot be quantized as it is: its semantics do not fit it: "
        + text,
      sourceLocation: location)
  }

  @Test func `a product with other weights than stated is refused`() {
    for (bias, stated) in [(true, "kernel, bias"), (false, "kernel")] {
      expectRefusal(
        of: Stated(Self.dense("kernel", bias: bias), ["kernel": [3, 3], "offset": [3]]),
        "it states a product with the weights \(stated), and has kernel, offset: name the kernel by kernelName:, "
          + "and call the bias \"bias\"")
    }
    expectRefusal(
      of: Stated(Self.dense("matrix", bias: false), ["kernel": [3, 3]]),
      "it states a product with the weights matrix, and has kernel: name the kernel by kernelName:, and call the "
        + "bias \"bias\"")
    expectRefusal(
      of: Stated(Self.dense("kernel", bias: true), ["kernel": [3, 3], "bias": [1]]),
      "it has a bias of shape [1], and its kernel makes 3 channels: make it [3]")
  }

  @Test func `a product whose kernel, window or outputs do not fit is refused`() {
    expectRefusal(
      of: Stated(Self.dense("kernel", bias: false), ["kernel": [4, 3]]),
      "it states a dense product, whose kernel of shape [4, 3] does not fit inputs of shape [3]")
    expectRefusal(
      of: Stated(Self.dense("kernel", bias: false), ["kernel": [3, 2]]),
      "it states a dense product, which makes [2] of [3], and its outputs have the shape [3]")
    let window = ImageWindow(size: 3, strides: 1, padding: .same)
    for (product, name) in [
      (LinearSemantics.Product.convolution(window), "convolution"),
      (.depthwise(window), "depthwise convolution"),
      (.transposedConvolution(window), "transposed convolution"),
    ] {
      expectRefusal(
        of: Stated(
          .linear(LinearSemantics(product, hasBias: false) { Flatten() }), ["kernel": [3, 3, 1, 1]]),
        "it states a \(name), whose kernel of shape [3, 3, 1, 1] does not fit inputs of shape [3]")
    }
  }

  @Test func `a product that keeps the activation it promises to drop is refused`() {
    let stubborn = LayerSemantics.linear(
      LinearSemantics(.dense, hasBias: false, activation: .relu) {
        Stated(Self.dense("kernel", bias: false, .relu), ["kernel": [3, 3]])
      })
    expectRefusal(
      of: Stated(stubborn, ["kernel": [3, 3]]),
      "what its semantics make as withoutActivation is no unbuilt linear layer of the same product and weights "
        + "without an activation: return one")
  }

  @Test func `functions and movements that cannot be are refused`() {
    for maximum in [-1, 0, Float.nan] {
      expectRefusal(
        of: Stated(.activation(.relu(maximum: maximum))),
        "it states .relu with the maximum \(maximum): a maximum is above 0")
    }
    expectRefusal(
      of: Stated(.activation(.leakyReLU(slope: .infinity))),
      "it states .leakyReLU with the slope inf: a slope is finite and not below 0")
    expectRefusal(
      of: Stated(.activation(.sigmoid), ["slope": [3]]),
      "it states a computation without weights, and has slope: state .opaque")
    expectRefusal(
      of: Stated(.input), "only an input of a model states .input: state what the layer computes, or .opaque")
    expectRefusal(
      of: Stated(.addition), "it states .addition, of two or more inputs of one shape, and has [3]")
    expectRefusal(
      of: Stated(.multiplication),
      "it states .multiplication, of two or more inputs that fit each other, and has [3]")
    expectRefusal(
      of: Stated(.subtraction), "it states .subtraction, of two inputs that fit each other, and has [3]")
    for (statement, name) in Self.onVectors {
      expectRefusal(
        of: Stated(statement), "it states \(name), of one image [height, width, channels], and has [3]")
    }
    let window = ImageWindow(size: 2, strides: 2, padding: .valid)
    expectRefusal(
      of: Stated(.averagePooling(window)), on: [4, 4, 1],
      "it states .averagePooling, which makes [2, 2, 1] of [4, 4, 1], and its outputs have the shape [4, 4, 1]"
    )
  }

  private static var onVectors: [(LayerSemantics, String)] {
    let window = ImageWindow(size: 2, strides: 2, padding: .same)
    return [
      (.averagePooling(window), ".averagePooling"),
      (.dataMovement(.maxPooling(window)), ".dataMovement(.maxPooling)"),
      (.globalAveragePooling(keepsDimensions: false), ".globalAveragePooling"),
      (
        .dataMovement(.zeroPadding(ImageEdges(top: 0, bottom: 0, left: 0, right: 0))),
        ".dataMovement(.zeroPadding)"
      ),
      (
        .dataMovement(.cropping(ImageEdges(top: 0, bottom: 0, left: 0, right: 0))),
        ".dataMovement(.cropping)"
      ),
      (.dataMovement(.globalMaxPooling(keepsDimensions: false)), ".dataMovement(.globalMaxPooling)"),
      (.dataMovement(.repeatedPixels(2)), ".dataMovement(.repeatedPixels)"),
      (.bilinearUpsampling(2), ".bilinearUpsampling"),
    ]
  }

  @Test func `a window of size 0 stops with its numbers`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ImageWindow(size: Size2D(2, 0), strides: 1, padding: .same)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      text.contains("the size and the steps of a window are 1 or more; got size 2×0, steps 1×1"), "\(text)")
  }

  @Test func `a composite without layers, or with wrong weights, is refused`() {
    func composite(_ weights: [(String, Int, String)], _ layers: @escaping () -> [Layer]) -> Stated {
      Stated(
        .composite(
          CompositeSemantics(weights: weights.map { (name: $0, layer: $1, target: $2) }) { _ in layers() }),
        ["first": [3, 3]])
    }
    let parts: () -> [Layer] = { [ReLU(), Dense(units: 3, useBias: false, name: "second")] }
    expectRefusal(
      of: composite([]) { [] },
      "it states .composite: such a layer has one input, and stands for one layer or more")
    expectRefusal(
      of: composite([], parts), "it states .composite without a place for first: name one for each weight")
    expectRefusal(
      of: composite([("other", 1, "kernel")], parts),
      "it states .composite with a weight \"other\", which it does not have")
    expectRefusal(
      of: composite([("first", 2, "kernel")], parts),
      "it states .composite of 2 layers, and layer 2 for \"first\": count from 0")
    expectRefusal(
      of: composite([("first", 0, "kernel")], parts),
      "it states that \"first\", of shape [3, 3], is \"kernel\" of re_lu (ReLU), which has no such weight of that "
        + "shape")
    expectRefusal(
      of: composite([("first", 1, "kernel"), ("first", 1, "kernel")], parts),
      "it states .composite with two places for its weight \"first\": name one")
    expectRefusal(
      of: composite([("first", 0, "first")]) { [composite([], { [] })] },
      "custom (Stated), of which it is composed, states .composite itself: list the layers that it stands for"
    )
  }

  @Test func `a composite with a layer without weights is quantized as its layers`() throws {
    let layer = Stated(
      .composite(
        CompositeSemantics(weights: [(name: "first", layer: 1, target: "kernel")]) { name in
          [ReLU(name: name("a")), Dense(units: 3, useBias: false, name: name("b"))]
        }), ["first": [3, 3]])
    let float = Sequential([layer], inputShape: [3])
    Models.draw(float, seed: 1)
    let quantized = try quantizeModel(float, calibratingOn: [Models.batch([3])])
    #expect(quantized.quantizerPaths.contains("quant_b/kernel"))
    #expect(removeQuantization(quantized).weights[0].value.values == float.weights[0].value.values)
  }

  @Test(arguments: [ActivationFunction.linear, .relu], [true, false])
  func `separable convolutions of every form are quantized`(_ activation: ActivationFunction, _ hasBias: Bool)
    throws
  {
    let layer = SeparableConv2D(
      filters: 3, kernelSize: 3, activation: activation, useBias: hasBias, name: "s")
    let float = Models.sequential([layer, Flatten(), Dense(units: 2)], [6, 6, 2])
    let quantized = try quantizeModel(float, calibratingOn: [Models.batch([6, 6, 2])])
    #expect(quantized.quantizerPaths.contains("quant_s_depthwise/depthwise_kernel"))
  }

  /// A dense layer that counts its calls in a weight, and holds its kernel where a test says.
  private final class Bookkeeping: Layer {
    let inner = Dense(units: 3, useBias: false, name: "d")
    override var sublayers: [Layer] { [inner] }
    override func build(inputShape: [Int]) {
      inner.buildOnce(inputShape: inputShape)
      addWeight("calls", shape: [], initializer: .zeros, trainable: false)
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inner(inputs) }
    override var semantics: LayerSemantics {
      .linear(LinearSemantics(.dense, kernelName: "d/kernel", hasBias: false) { Flatten() })
    }
    override func copied() -> Layer { Bookkeeping(name: name) }
  }

  @Test(arguments: [true, false])
  func `a product of a layer inside, with a count beside, is quantized and folded`(
    _ isFolded: Bool
  ) throws {
    let layers = [Bookkeeping(name: "b")] + (isFolded ? [BatchNormalization(momentum: 0.5)] : []) + [ReLU()]
    let quantized = try quantizeModel(Models.sequential(layers, [3]), calibratingOn: [Models.batch([3])])
    #expect(quantized.quantizerPaths.contains { $0.hasSuffix("d/kernel") })
    _ = quantized(Models.batch([3]), training: true)
    #expect(quantized(Models.batch([3])).values.allSatisfy { $0.isFinite })
  }

  /// A ReLU that counts its calls.
  private final class Counting: Layer {
    var calls = 0
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      calls += 1
      return inputs.relu()
    }
    override var semantics: LayerSemantics { .activation(.relu(maximum: nil)) }
    override func copied() -> Layer { Counting(name: name) }
  }

  @Test func `a float model calls a custom layer, whatever it states`() {
    let counting = Counting(name: "counting")
    let model = Sequential([Conv2D(filters: 2, kernelSize: 3), counting], inputShape: [6, 6, 1])
    let before = counting.calls
    _ = model(Models.batch([6, 6, 1]), training: true)
    #expect(counting.calls == before + 1)
  }
}
