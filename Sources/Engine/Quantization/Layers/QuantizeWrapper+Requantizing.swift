import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

// Inference as integers compute it.
//
// In training a layer's outputs are floats, rounded to the nearest code. In inference they come from an int32
// accumulator: the bias is a whole number of inputScale · weightScale, and the runtime's own arithmetic makes a
// code of the sum. Convolving codes instead of the real numbers they stand for makes sums of whole numbers, which
// floats hold exactly up to 2²⁴, in whatever order they are added.

/// What surrounds a kernel in integer inference: the grids on both sides, and the rule that leads from one to the
/// other.
struct RequantizationContext {
  let rule: RequantizationRule
  /// The quantizer of what the layer reads.
  let input: Quantizer
  /// The quantizer that what the layer gives comes to, behind a ReLU perhaps.
  let output: Quantizer
}

extension QuantizeWrapper {
  /// The outputs in inference, on the output's grid but not limited to its range; nil where integers are not
  /// simulated: without a rule, or where a quantizer is off, without range, or none of integers.
  ///
  /// Nor are they where something is not finite: as an integer it would be hidden.
  func requantized(_ inputs: [Tensor]) -> Tensor? {
    guard let requantization, inputs.count == 1 else { return nil }
    if layer is AveragePooling2D { return averaged(inputs[0], requantization) }
    guard let parts = effectiveKernel, let kernelQuantizer = parts.quantizer,
      [requantization.input, requantization.output, kernelQuantizer].allSatisfy(\.roundsToBytes)
    else { return nil }
    kernelQuantizer.refreshRange(from: parts.quantizedSource)
    guard ([inputs[0], parts.quantizedSource] + (parts.bias.map { [$0] } ?? [])).allSatisfy(\.isFinite) else {
      return nil
    }
    guard let input = try? QuantizedOperation.grids(requantization.input, of: "input", name),
      let output = try? QuantizedOperation.grids(requantization.output, of: "output", name),
      input.count == 1, output.count == 1,
      let parameters = try? IntegerParameters(parts, of: name, input: input[0], output: output[0])
    else { return nil }
    let codes = Tensor(parameters.intWeights.map { Float($0) }, shape: parameters.weightShape)
    let scale = input[0].scale
    let whole = Tensor(inputs[0].values.map { ($0 / scale).rounded() }, shape: inputs[0].shape)
    let sums = parts.layer.weight(parts.kernelName).substituting(codes) {
      guard parts.bias != nil, let bias = parts.layer.namedWeights.first(where: { $0.path == "bias" }) else {
        return parts.layer([whole])
      }
      return bias.variable.substituting(.zeros(bias.variable.shape)) { parts.layer([whole]) }
    }
    let outputs = requantization.rule.requantized(sums.values, parameters, isDense: parts.layer is Dense)
    return Tensor(outputs, shape: sums.shape)
  }

  /// An average pooling of codes that keeps their grid: the mean of whole numbers, half away from zero.
  private func averaged(_ inputs: Tensor, _ requantization: RequantizationContext) -> Tensor? {
    guard requantization.input === requantization.output, requantization.input.roundsToBytes,
      inputs.isFinite,
      let grids = try? QuantizedOperation.grids(requantization.input, of: "input", name), grids.count == 1
    else { return nil }
    let (scale, zeroPoint) = (grids[0].scale, Float(grids[0].zeroPoint))
    let codes = Tensor(inputs.values.map { ($0 / scale).rounded() + zeroPoint }, shape: inputs.shape)
    let means = layer(codes)
    return Tensor(means.values.map { ($0.rounded() - zeroPoint) * scale }, shape: means.shape)
  }

  /// The layer with a kernel inside, and its weights as inference uses them; nil if there is none.
  var effectiveKernel: EffectiveKernel? { EffectiveKernel(layer, weightQuantizers) }
}

extension Tensor {
  fileprivate var isFinite: Bool { withUnsafeBufferPointer { $0.allSatisfy { $0.isFinite } } }
}

extension Quantizer {
  /// Whether it rounds at all now, to codes that a byte can hold, with one zero point.
  fileprivate var roundsToBytes: Bool {
    learnedIsFinite && range != nil && (phase == .learning || phase == .frozen) && format.bitWidth <= 8
  }
}
