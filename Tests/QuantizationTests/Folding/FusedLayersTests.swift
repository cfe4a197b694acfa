import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// A quantized model fuses convolution, folded normalization, ReLU and pooling, and quantizes the pooled values: the
/// numbers are those of the single layers, to the last bit.
@Suite struct FusedLayersTests {
  private static var images: Tensor { Models.batch([12, 12, 2], count: 5) }

  /// One convolution with a normalization, one without; ReLU as a layer and as an activation.
  private static func layers(
    useBias: Bool = true, pooling: MaxPooling2D = MaxPooling2D(name: "first")
  ) -> [Layer] {
    [
      Conv2D(filters: 6, kernelSize: 3, padding: .same, useBias: useBias, name: "a"),
      BatchNormalization(momentum: 0.9), ReLU(), pooling,
      Conv2D(filters: 5, kernelSize: 3, padding: .same, activation: .relu6, name: "b"),
      MaxPooling2D(padding: .same, name: "second"), Flatten(), Dense(units: 3),
    ]
  }

  /// A depthwise convolution with ReLU6, and a convolution of one pixel without ReLU.
  private static func bottleneck() -> [Layer] {
    [
      DepthwiseConv2D(
        kernelSize: 3, strides: 2, padding: .same, depthMultiplier: 2, useBias: false, name: "a"),
      BatchNormalization(momentum: 0.9, name: "first"), ReLU(maxValue: 6),
      Conv2D(filters: 5, kernelSize: 1, useBias: false, name: "b"),
      BatchNormalization(momentum: 0.8, name: "second"),
      Flatten(), Dense(units: 3),
    ]
  }

  /// Without an arithmetic: integers run operation by operation, and nothing is fused in floats.
  private static func quantized(_ layers: [Layer], _ scheme: QuantizeScheme) throws -> QuantizedModel {
    var scheme = scheme
    scheme.arithmetic = nil
    return try quantizeModel(Models.sequential(layers, [12, 12, 2]), calibratingOn: [images], scheme: scheme)
  }

  private static func layerByLayer(_ model: Model, _ images: Tensor, training: Bool) -> Tensor {
    model.layers.reduce(images) { $1($0, training: training) }
  }

  /// Outputs of three calls in training and one in inference, and what they leave: ranges, statistics, counts.
  private static func calls(
    _ model: QuantizedModel, by run: (Model, Tensor, Bool) -> Tensor
  ) -> (outputs: [[Float]], state: [[UInt32]]) {
    let batches = (1...3).map { Models.batch([12, 12, 2], count: 7, seed: $0) }
    var outputs = batches.map { run(model, $0, true).values }
    outputs.append(run(model, images, false).values)
    return (outputs, model.weightBits)
  }

  private func expectFused(_ expected: [[Int]], _ scheme: QuantizeScheme, _ layers: [Layer]) throws {
    let fused = try Self.quantized(layers.map { try $0.copied() }, scheme)
    #expect(fused.fusedNodes == expected)
    let whole = Self.calls(fused) { $0($1, training: $2) }
    let single = Self.calls(try Self.quantized(layers.map { try $0.copied() }, scheme), by: Self.layerByLayer)
    #expect(whole.outputs == single.outputs)
    #expect(whole.state == single.state)
  }

  private static var schemes: [QuantizeScheme] {
    var clips = QuantizeScheme.tflite8Bit
    clips.activations = { LearnedClipQuantizer() }
    return [
      .tflite8Bit, .onnxRuntime8Bit, .powerOfTwo, .nBit(weights: 4, activations: 2),
      .nBit(weights: 4, activations: 4, learnedSteps: true), clips,
    ]
  }

  // 0 the input, 1 its fake-quant, 2 convolution and normalization, 3 ReLU, 4 pooling, 5 convolution, 6 ReLU6,
  // 7 pooling.
  private static let bothBlocks = [[2, 3, 4], [5, 6, 7]]

  @Test(arguments: schemes.indices, BatchNormFolding.allCases)
  func `fused layers give the same bits as single layers`(_ scheme: Int, _ folding: BatchNormFolding) throws {
    var scheme = Self.schemes[scheme]
    scheme.batchNormFolding = folding
    try expectFused(Self.bothBlocks, scheme, Self.layers())
    try expectFused(Self.bothBlocks, scheme, Self.layers(useBias: false))
    scheme.freezesBatchNormAfter = 2
    try expectFused(Self.bothBlocks, scheme, Self.layers())
  }

  @Test(arguments: schemes.indices, BatchNormFolding.allCases)
  func `fused depthwise and linear blocks give the same bits`(_ scheme: Int, _ folding: BatchNormFolding)
    throws
  {
    var scheme = Self.schemes[scheme]
    scheme.batchNormFolding = folding
    let layers = Self.bottleneck()
    // 2 the depthwise convolution, 3 ReLU6, 4 the convolution, whose sums are quantized themselves.
    try expectFused([[2, 3], [4]], scheme, layers)
    scheme.freezesBatchNormAfter = 2
    try expectFused([[2, 3], [4]], scheme, layers)
  }

  @Test func `quantizers that need every pixel quantize before pooling`() throws {
    let unpooled = [[2, 3], [5, 6]]
    // A histogram counts them.
    var histogram = QuantizeScheme.tflite8Bit
    histogram.activations = { HistogramQuantizer(.activations, rule: .percentile(99.9)) }
    try expectFused(unpooled, histogram, Self.layers())
    // TFMOT's gradients of ties.
    try expectFused(unpooled, .tfmot8Bit, Self.layers())
    // A range for each row of the image, which pooling mixes.
    var rows = QuantizeScheme.tflite8Bit
    rows.activations = { AllValuesQuantizer(QuantizerFormat(axis: 1)) }
    try expectFused(unpooled, rows, Self.layers())
    // Windows that overlap; windows that leave pixels over, which a range is found for too.
    for pooling in [
      MaxPooling2D(poolSize: 3, strides: 2, name: "first"),
      MaxPooling2D(poolSize: 5, name: "first"),
    ] {
      let nodes = [[2, 3], [5, 6]]
      let layers = Self.layers(pooling: pooling).filter { !($0 is MaxPooling2D) || $0 === pooling }
      try expectFused(nodes, .tflite8Bit, layers)
    }
  }

  @Test func `calibration finds the same ranges in fused and single layers`() throws {
    let fused = try Self.quantized(Self.layers(), .tflite8Bit)
    let single = try Self.quantized(Self.layers(), .tflite8Bit)
    let more = Models.batch([12, 12, 2], seed: 9)
    fused.withPhase(.calibrating) { _ = fused(more) }
    single.withPhase(.calibrating) { _ = Self.layerByLayer(single, more, training: false) }
    #expect(fused.weightBits == single.weightBits)
  }

  /// With 16 bits no two pixels of a window share a code, but for pixels of 0, which no gradient passes.
  @Test(arguments: BatchNormFolding.allCases, [false, true])
  func `fused gradients are those of single layers where no codes tie`(
    _ folding: BatchNormFolding, _ learnedSteps: Bool
  ) throws {
    // The gradient of a learned step counts all pixels, those that pooling leaves out too.
    var scheme = QuantizeScheme.nBit(weights: 8, activations: 16, learnedSteps: learnedSteps)
    scheme.batchNormFolding = folding
    // With an offset the first range is that of all values; LSQ's spreads the 16 bits over 512 times the mean.
    if learnedSteps { scheme.rectified = scheme.activations }
    let gradients = try [true, false].map { fuses in
      let model = try Self.quantized(Self.layers(), scheme)
      let outputs =
        fuses ? model(Self.images, training: true) : Self.layerByLayer(model, Self.images, training: true)
      return outputs.squared().sum().gradients(of: model.trainableWeights)
    }
    let largest = gradients[1].flatMap(\.values).reduce(0) { max($0, abs($1)) }
    for (whole, single) in zip(gradients[0], gradients[1]) {
      // Sums in another order, and a bias before a normalization, whose gradient is 0 but for rounding.
      let scale = single.values.reduce(0.01 * largest) { max($0, abs($1)) }
      #expect(zip(whole.values, single.values).allSatisfy { abs($0 - $1) <= 1e-4 * scale })
    }
  }

  /// Without pooling no pixels tie, whatever the bits; the sums of steps are in another order.
  @Test(arguments: [false, true], [LearnedOffset.none, .learned])
  func `fused gradients of learned steps are those of single layers`(
    _ isFrozen: Bool, _ offset: LearnedOffset
  ) throws {
    for (layers, nodes) in [
      (Self.layers(useBias: false).filter { !($0 is MaxPooling2D) }, [[2, 3], [4, 5]]),
      (Self.bottleneck(), [[2, 3], [4]]),
    ] {
      let models = try (0..<2).map { _ in
        try Self.quantized(layers.map { try $0.copied() }, Self.learning(offset))
      }
      #expect(models[0].fusedNodes == nodes)
      let found = zip(models, [true, false]).map { model, fuses in
        if isFrozen { for found in model.quantizers { found.quantizer.phase = .frozen } }
        let outputs =
          fuses ? model(Self.images, training: true) : Self.layerByLayer(model, Self.images, training: true)
        return (outputs.values, outputs.squared().sum().gradients(of: model.trainableWeights))
      }
      #expect(found[0].0 == found[1].0)
      for (variable, (whole, single)) in zip(models[0].trainableWeights, zip(found[0].1, found[1].1)) {
        let scale = single.values.reduce(1e-6) { max($0, abs($1)) }
        let isClose = zip(whole.values, single.values).allSatisfy { abs($0 - $1) <= 1e-4 * scale }
        #expect(isClose, "\(variable.name)")
        if variable.name.contains("logStep"), !isFrozen { #expect(scale > 1e-6, "\(variable.name)") }
      }
    }
  }

  /// Weights and activations of few bits, with learned steps.
  private static func learning(_ offset: LearnedOffset) -> QuantizeScheme {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 3, learnedSteps: true)
    scheme.rectified = {
      LearnedStepQuantizer(
        QuantizerFormat(bitWidth: 3), learnsOffset: offset == .learned, isLogarithmic: true)
    }
    return scheme
  }

  /// Large enough that threads are worth it.
  @Test func `the number of threads changes no bit of a fused learned step`() throws {
    let images = Models.batch([12, 12, 2], count: 100)
    let found = try [1, 2, 3].map { workers in
      let model = try Self.quantized(Self.layers(), Self.learning(.none))
      let backend = Backend(kernels: Backend.standard.kernels, workers: workers)
      let outputs = model(images.on(backend), training: true)
      return outputs.squared().sum().gradients(of: model.trainableWeights).map { $0.values.map(\.bitPattern) }
    }
    #expect(found[1] == found[0] && found[2] == found[0])
  }

  @Test(arguments: [0, 4], Quantizer.Phase.allCases)
  func `a residual block gives the same bits node by node`(_ scheme: Int, _ phase: Quantizer.Phase) throws {
    let image = Input([12, 12, 2])
    let first = ReLU()(Conv2D(filters: 6, kernelSize: 3, padding: .same, name: "first")(image))
    let second = BatchNormalization()(
      Conv2D(filters: 6, kernelSize: 3, padding: .same, name: "second")(first))
    let end = Dense(units: 3)(Flatten()(ReLU(name: "end")(Add(name: "sum")([first, second]))))
    let float = Model(inputs: image, outputs: end, seed: 3)
    var scheme = Self.schemes[scheme]
    scheme.arithmetic = nil
    let found = try [true, false].map { fuses in
      let model = try quantizeModel(
        float, calibratingOn: [Self.images], scheme: scheme)
      #expect(model.fusedNodes.count == 3 && model.fusedNodes.allSatisfy { $0.count <= 2 })
      for found in model.quantizers { found.quantizer.phase = phase }
      return Self.calls(model) { fuses ? $0($1, training: $2) : Self.nodeByNode($0, $1, training: $2) }
    }
    #expect(found[0].outputs == found[1].outputs)
    #expect(found[0].state == found[1].state)
  }

  private static func nodeByNode(_ model: Model, _ images: Tensor, training: Bool) -> Tensor {
    var results = [images]
    for node in model.nodes.dropFirst() {
      results.append(node.layer(node.inputs.map { results[$0] }, training: training))
    }
    return results[results.count - 1]
  }

  @Test func `a quantizer inside another wrapper is not left out`() {
    let convolution = Conv2D(filters: 2, kernelSize: 3, activation: .relu, useBias: false)
    let inner = QuantizeWrapper(convolution, output: FixedQuantizer(from: 0, to: 0.5), name: "inner")
    let outer = QuantizeWrapper(inner, output: FixedQuantizer(from: 0, to: 4), name: "outer")
    let x = Input([12, 12, 2])
    let model = Model(inputs: x, outputs: outer(x), seed: 1)
    let outputs = model(Self.images, training: true)
    #expect(outputs.values == outer(Self.images, training: true).values)
    #expect(outputs.values.allSatisfy { $0 < 0.6 } && outputs.values.contains { $0 > 0.4 })
  }

  enum LearnedOffset { case none, learned }

  @Test func `a learned step that only observes at first does so before pooling`() throws {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    scheme.rectified = {
      LearnedStepQuantizer(QuantizerFormat(bitWidth: 4), learnsOffset: false, isLogarithmic: true, delay: 2)
    }
    try expectFused(Self.bothBlocks, scheme, Self.layers())
  }

  @Test func `the largest of several pixels with one code gets the gradient`() throws {
    // Codes are multiples of 1: both 2.8 and 3.1 are 3. Layer by layer the first of them gets the gradient.
    let x = Input([1, 2, 1])
    let relu = QuantizeWrapper(ReLU(), output: FixedQuantizer(from: 0, to: 255))
    let convolution = Conv2D(filters: 1, kernelSize: 1, kernelInitializer: .ones)
    let pooled = MaxPooling2D(poolSize: Size2D(1, 2))(relu(convolution(x)))
    let model = Model(inputs: x, outputs: pooled)
    #expect(model.fusedNodes == [[1, 2, 3]])
    let image = Tensor([2.8, 3.1], shape: [1, 1, 2, 1]).tracked()
    #expect(model(image, training: true).values == [3])
    #expect(model(image, training: true).sum().gradients(of: [image])[0].values == [0, 1])
    let single = Self.layerByLayer(model, image, training: true)
    #expect(single.values == [3] && single.sum().gradients(of: [image])[0].values == [1, 0])
  }

  @Test func `the largest of several pixels with one code gives its share to the gradient of a learned step`()
  {
    let x = Input([1, 2, 1])
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 4), learnsOffset: false)
    quantizer.observe(Tensor([0, 15], shape: [2]))
    quantizer.range = ValueRange(0, 15)
    let relu = QuantizeWrapper(ReLU(), output: quantizer)
    let convolution = Conv2D(filters: 1, kernelSize: 1, kernelInitializer: .ones)
    let model = Model(inputs: x, outputs: MaxPooling2D(poolSize: Size2D(1, 2))(relu(convolution(x))))
    let image = Tensor([2.8, 3.1], shape: [1, 1, 2, 1])
    func gradient(_ outputs: Tensor) -> Float {
      outputs.sum().gradients(of: [quantizer.variable("step")])[0].scalar * Float(2 * 15).squareRoot()
    }
    // A step of 1: 3 − 3.1 with pooling first, 3 − 2.8 layer by layer; the gradient's scale is 1 / √(2 values × 15).
    #expect(abs(gradient(model(image, training: true)) + 0.1) < 1e-5)
    #expect(abs(gradient(Self.layerByLayer(model, image, training: true)) - 0.2) < 1e-5)
  }
}
