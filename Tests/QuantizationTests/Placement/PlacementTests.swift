import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// The tensors that have quantizers, and their explanations, for every layer with a kernel.
@Suite struct PlacementTests {
  @Test(arguments: LayerCombination.sound)
  func `every layer with a kernel has its quantizers where they belong`(_ combination: LayerCombination)
    throws
  {
    let model = combination.model
    let before = model.weightBits
    let quantized = try quantizeModel(model, calibratingOn: [Models.batch(combination.inputShape)])
    #expect(quantized.quantizerPaths == combination.quantizerPaths)
    #expect(model.weightBits == before)
    #expect(quantized.warnings == [])
    // The last activation is the output, or logits before a fixed grid: affine, 8 bits; kernels are symmetric.
    let kernel = try #require(quantized.quantizer(combination.kernelPath))
    #expect(kernel.format.symmetric && kernel.format.narrowRange)
    let axes = [.conv: [-1], .depthwise: [-2, -1], .dense: [-1], .separable: [-1]][combination.kernel]
    #expect(kernel.format.axes == axes)
    if let fixed = combination.fixed, let layer = combination.activationLayer {
      let range = fixed == .tanh ? ValueRange(-1, 127 / 128) : ValueRange(0, 255 / 256)
      #expect(quantized.quantizer("\(layer)/output")?.range == range)
    }
  }

  @Test(arguments: LayerCombination.sound) func `explanations name the rule behind every quantizer`(
    _ combination: LayerCombination
  ) throws {
    let decisions = try quantizeModel(combination.model).decisions
    let (body, kernel) = (combination.body, combination.kernelPath.split(separator: "/")[1])
    #expect(decisions.contains("\(body): \(kernel) placed by registry"))
    #expect(decisions.contains("\(body): output moved by ReLU fusion") == combination.isReLU)
    #expect(decisions.contains("\(body): layer rewritten by batch-norm folding") == combination.isNormalized)
    let split = "layer rewritten by separable convolution as two"
    for layer in ["quant_w_depthwise", body] {
      #expect(decisions.contains("\(layer): \(split)") == (combination.kernel == .separable))
    }
    if case .argument(let function) = combination.tail, function != .linear {
      #expect(decisions.contains("\(body): layer rewritten by activation as a layer"))
      #expect(decisions.contains("quant_w_\(function): output placed by registry"))
    }
    #expect(decisions.contains("quantize_input_layer: output placed by input of quantized layers"))
  }

  /// The last decision on an output or weight is what the model has, for every combination, also if the layer with
  /// the kernel has its own configuration.
  @Test(arguments: LayerCombination.sound) func `explanations match the quantizers of the model`(
    _ combination: LayerCombination
  )
    throws
  {
    for scheme in [QuantizeScheme.tflite8Bit, .onnxRuntime8Bit, .tfmot8Bit] {
      expectExplanationsToMatch(try quantizeModel(combination.model, scheme: scheme))
    }
    let outputs = [QuantizeConfig.Output.quantized(MovingAverageQuantizer()), .unchanged, .sharedWithInput]
    for output in outputs {
      let weights: KeyValuePairs<String, Quantizer> =
        switch combination.kernel {
        case .separable: ["pointwise_kernel": LastValueQuantizer()]
        case .depthwise: ["depthwise_kernel": LastValueQuantizer()]
        default: ["kernel": LastValueQuantizer()]
        }
      var layers = combination.layers
      layers[0] = quantizeAnnotate(layers[0], config: QuantizeConfig(weights: weights, output: output))
      let model = Models.sequential(layers, combination.inputShape)
      expectExplanationsToMatch(try quantizeModel(model))
    }
  }

  @Test(arguments: LayerCombination.unsound) func `a normalization behind an activation is refused`(
    _ combination: LayerCombination
  ) {
    #expect(throws: QuantizationError.self) { try quantizeModel(combination.model) }
  }

  /// The effective kernel is on the quantizer's grid, whatever follows the layer: every float kernel within half a
  /// step of it gives the same outputs, to the bit, and one a step away gives others.
  @Test(arguments: LayerCombination.sound) func `the fake quantization of a kernel is never lost`(
    _ combination: LayerCombination
  )
    throws
  {
    let batch = Models.batch(combination.inputShape)
    let quantized = try quantizeModel(combination.model, calibratingOn: [batch])
    for wrapper in quantized.layers.compactMap({ $0 as? QuantizeWrapper }) {
      let found = quantized.quantizers.first {
        $0.path.hasPrefix("\(wrapper.name)/") && $0.path.hasSuffix("kernel")
      }
      guard let (path, quantizer) = found else { continue }
      let folded = wrapper.layer as? FoldedBatchNorm
      let name = String(path.dropFirst(wrapper.name.count + 1))
      let kernel = (folded?.layer ?? wrapper.layer).weight(name)
      let factor =
        folded.map { ($0.foldedKernel / kernel.value).detached() } ?? .filled(1, shape: kernel.shape)
      let used = folded?.foldedKernel ?? kernel.value
      let scales = try quantizer.affineQuantizers().map(\.scale)
      kernel.value = quantizer.fakeQuantized(used.detached()) / factor
      quantizer.phase = .frozen  // else the range would follow the kernel
      let center = quantized(batch).values
      var generator = SeededGenerator(seed: 3)
      let within = 0.4 * (scales.min() ?? 0)
      let nudge = Tensor.uniform(-within, within, shape: kernel.shape, using: &generator)
      let onGrid = kernel.value.detached()
      kernel.value = onGrid + nudge / factor
      #expect(quantized(batch).values == center, "\(path)")
      let step = Tensor.filled(-1.5 * (scales.max() ?? 0), shape: kernel.shape)
      kernel.value = onGrid + step / factor
      #expect(quantized(batch).values != center, "\(path)")
      kernel.value = onGrid
      quantizer.phase = .learning
    }
  }
}
