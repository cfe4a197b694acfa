import Layers
import Quantization
import Quantizers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// The quantizers that each scheme promises.
@Suite struct SchemeTests {
  private func model() -> Model {
    Models.sequential(
      [
        Conv2D(filters: 4, kernelSize: 3, activation: .relu, name: "conv"),
        DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2, name: "depthwise"),
        BatchNormalization(name: "bn"),
        ReLU(name: "relu"), Flatten(), Dense(units: 3, activation: .softmax, name: "dense"),
      ], [6, 6, 1])
  }
  private let batch = Models.batch([6, 6, 1])

  @Test func `every scale of the power-of-two scheme is a power of two`() throws {
    let quantized = try quantizeModel(model(), calibratingOn: [batch], scheme: .powerOfTwo)
    #expect(quantized.quantizerPaths.count == 8)
    for (path, quantizer) in quantized.quantizers {
      for grid in try quantizer.affineQuantizers() {
        #expect(grid.scale.significand == 1, "\(path): \(grid.scale)")
        #expect((grid.zeroPoint == 0) == (path != "quant_dense_softmax/output"), "\(path)")
      }
    }
    #expect(quantized(batch).values.allSatisfy { $0 * 256 == ($0 * 256).rounded() })
    let labels = [0, 1, 2, 0]
    let trainer = Trainer(
      quantized, optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossEntropy())
    let losses = (0..<20).map { _ in trainer.step(inputs: batch, targets: .classes(labels)).loss }
    #expect(losses[19] < losses[0])
  }

  @Test func `dense layers have a scale a unit, and one where a scheme says so`() throws {
    let schemes: [(QuantizeScheme, Int)] = [
      (.tflite8Bit, 3), (.xnnpack8Bit, 3), (.onnxRuntime8Bit, 3), (.nBit(weights: 4, activations: 8), 3),
      (.nBit(weights: 4, activations: 4, learnedSteps: true), 3), (.tfmot8Bit, 1), (.powerOfTwo, 1),
      (.nBit(weights: 4, activations: 8, scalePerUnit: false), 1),
      (.nBit(weights: 4, activations: 4, learnedSteps: true, scalePerUnit: false), 1),
    ]
    for (scheme, count) in schemes {
      let quantized = try quantizeModel(model(), calibratingOn: [batch], scheme: scheme)
      let kernel = try #require(quantized.quantizer("quant_dense/kernel"))
      #expect(kernel.range?.low.count == count, "\(scheme.name)")
      #expect(try quantized.integerParameters(of: "dense").multipliers.count == count, "\(scheme.name)")
    }
  }

  /// Three units of which one has weights a hundred times as large: with one scale the others have codes near 0.
  @Test func `a scale a unit rounds a unit of small weights as well as one of large weights`() throws {
    let float = Models.sequential([Dense(units: 3, useBias: false, name: "dense")], [8])
    let factors = Tensor([1, 1, 100], shape: [3])
    let weights = Models.batch([3], count: 8) * factors
    float.layer("dense").weight("kernel").value = weights
    func error(_ scheme: QuantizeScheme) throws -> Float {
      let quantized = try quantizeModel(float, calibratingOn: [Models.batch([8])], scheme: scheme)
      let rounded = try #require(quantized.operations.last?.quantizedKernel).values
      var largest: Float = 0
      for (index, weight) in weights.values.enumerated() where index % 3 < 2 {
        largest = max(largest, abs(rounded[index] - weight))
      }
      return largest
    }
    #expect(try error(.tflite8Bit) < 1.01 / 254)
    #expect(try error(.nBit(weights: 8, activations: 8, scalePerUnit: false)) > 20 / 254)
  }

  @Test func `learned steps have an offset everywhere but behind a ReLU, and fold only many bits`() throws {
    let scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    let float = Models.sequential(
      [
        Conv2D(filters: 2, kernelSize: 3), BatchNormalization(), ReLU(), Conv2D(filters: 2, kernelSize: 3),
        HardSwish(), Flatten(), Dense(units: 3),
      ], [6, 6, 1])
    let quantized = try quantizeModel(float, calibratingOn: [batch], scheme: scheme)
    let outputs = quantized.quantizers.compactMap { path, quantizer in
      (quantizer as? LearnedStepQuantizer).map { (path, $0.learnsOffset) }
    }.filter { $0.0.hasSuffix("output") }
    #expect(outputs.map(\.0) == ["quant_re_lu/output", "quant_conv2d_1/output", "quant_hard_swish/output"])
    #expect(outputs.map(\.1) == [false, true, true])
    for (bits, folding) in [(2, BatchNormFolding.unfolded), (4, .unfolded), (5, .singleConvolution)] {
      #expect(
        QuantizeScheme.nBit(weights: bits, activations: 8, learnedSteps: true).batchNormFolding == folding)
    }
    // A quantizer of one's own is for all activations.
    var own = scheme
    own.activations = { MovingAverageQuantizer() }
    #expect(own.rectified == nil && scheme.rectified != nil)
  }

  @Test func `learned steps are weights of the model`() throws {
    let scheme = QuantizeScheme.nBit(weights: 2, activations: 2, learnedSteps: true)
    #expect(scheme.name == "W2A2, learned steps")
    let quantized = try quantizeModel(model(), calibratingOn: [batch], scheme: scheme)
    let steps = quantized.trainableWeights.filter { $0.name.hasSuffix("_logStep") }
    #expect(
      steps.map(\.name) == [
        "quant_conv/kernel_logStep", "quant_conv_relu/output_logStep",
        "depthwise_bn/depthwise_kernel_logStep",
        "quant_relu/output_logStep", "quant_dense/kernel_logStep",
      ])
    #expect(steps.map(\.shape) == [[4], [], [8], [], [3]])
    let kernels = quantized.quantizers.filter { $0.path.hasSuffix("kernel") }
    #expect(kernels.allSatisfy { $0.quantizer.format.codeCount == 4 })  // LSQ's −2…1
    let before = steps.map(\.value.values)
    let trainer = Trainer(
      quantized, optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossEntropy())
    let losses = (0..<30).map { _ in trainer.step(inputs: batch, targets: .classes([0, 1, 2, 0])).loss }
    #expect(losses[29] < losses[0])
    for (variable, old) in zip(steps, before) { #expect(variable.value.values != old, "\(variable.name)") }
  }

  @Test(arguments: BatchNormFolding.allCases) func `learned steps work with every folding`(
    _ form: BatchNormFolding
  )
    throws
  {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    scheme.batchNormFolding = form
    let quantized = try quantizeModel(model(), calibratingOn: [batch], scheme: scheme)
    let trainer = Trainer(
      quantized, optimizer: SGD(learningRate: 0.001), loss: .sparseCategoricalCrossEntropy())
    let step = try #require(quantized.quantizer("quant_depthwise_bn/depthwise_kernel")).variable("observed")
    for _ in 0..<3 { #expect(trainer.step(inputs: batch, targets: .classes([0, 1, 2, 0])).loss.isFinite) }
    #expect(step.value.scalar == 1, "a learned step is not observed again")
  }

  @Test(arguments: [(1, 1), (2, 3), (4, 4), (8, 8), (16, 16)])
  func `weights and hidden activations have their bits, inputs and outputs 8`(
    _ weights: Int, _ activations: Int
  ) throws {
    let scheme = QuantizeScheme.nBit(weights: weights, activations: activations)
    let quantized = try quantizeModel(model(), calibratingOn: [batch], scheme: scheme)
    for (path, quantizer) in quantized.quantizers {
      let isKernel = path.hasSuffix("kernel")
      let isHidden = ["quant_conv_relu/output", "quant_relu/output"].contains(path)
      #expect(quantizer.format.bitWidth == (isKernel ? weights : isHidden ? activations : 8), "\(path)")
      if isKernel { #expect(quantizer.format.narrowRange == (weights > 1)) }
    }
    #expect(quantized(batch).values.allSatisfy { $0.isFinite })
  }

  /// As TFMOT's: inference before any training gives zeros, since the input's range is 0…0.
  @Test func `TFMOT's initial ranges give zeros before training`() throws {
    let x = Models.sequential([Dense(units: 3, useBias: false, name: "dense")], [4])
    let quantized = try quantizeModel(x, scheme: .tfmot8Bit)
    #expect(quantized(Models.batch([4])).values.allSatisfy { $0 == 0 })
    #expect(
      quantized.warnings == [
        .rangeAsAtStart(tensor: "quantize_input_layer/output", low: 0, high: 0),
        .rangeAsAtStart(tensor: "quant_dense/output", low: -6, high: 6),
      ])
  }
}
