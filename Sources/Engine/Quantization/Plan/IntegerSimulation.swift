import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

// Inference as integers compute it.
//
// In training a layer's outputs are floats, rounded to the nearest code. In inference they come from an int32
// accumulator: the bias is a whole number of inputScale · weightScale, and the runtime's own arithmetic turns the
// sum into a code. Convolving codes instead of their real values gives sums of whole numbers, which floats hold
// exactly up to 2²⁴, in whatever order they are added.

/// The surroundings of a kernel in integer inference: the grids of its input and output, and the arithmetic
/// between them.
struct RequantizationContext {
  let arithmetic: IntegerArithmetic
  /// The quantizer of the layer's input.
  let input: Quantizer
  /// The quantizer of the layer's output, possibly behind a ReLU.
  let output: Quantizer
}

extension InferencePlan {
  /// Tells the layers with a kernel, and average poolings that keep their input's grid, between which grids they
  /// compute; in inference they then compute as the integers of a runtime do.
  func simulateIntegers(_ arithmetic: IntegerArithmetic) {
    for operation in operations {
      guard let wrapper = operation.wrapper, operation.inputs.count == 1,
        let input = operations[operation.inputs[0]].grid
      else { continue }
      switch operation.semantics {
      case .layer(.averagePooling) where wrapper.sharesOutputQuantizer:
        wrapper.requantization = RequantizationContext(arithmetic: arithmetic, input: input, output: input)
      case .layer(.linear(let linear)) where linear.activation == .linear:
        guard let output = operation.codes else { continue }
        wrapper.requantization = RequantizationContext(arithmetic: arithmetic, input: input, output: output)
      default: continue
      }
    }
  }
}

extension QuantizeWrapper {
  /// Computes the outputs by integer arithmetic, on the output's grid but not clipped to its range.
  ///
  /// - Returns: Nil where integers are not simulated: without an arithmetic; where a quantizer is off, has no range, or
  ///   has codes that do not fit a byte; and where a value is not finite, which integers would hide.
  func requantized(_ inputs: [Tensor]) -> Tensor? {
    guard let requantization, inputs.count == 1 else { return nil }
    if case .averagePooling = layer.semantics { return averaged(inputs[0], requantization) }
    guard let effective = effectiveKernel, let kernelQuantizer = effective.quantizer,
      [requantization.input, requantization.output, kernelQuantizer].allSatisfy(\.quantizesToBytes)
    else { return nil }
    guard
      ([inputs[0], effective.quantizedSource] + (effective.bias.map { [$0] } ?? [])).allSatisfy(\.isFinite)
    else { return nil }
    guard let input = try? QuantizedOperation.grids(requantization.input, of: "input", name),
      let output = try? QuantizedOperation.grids(requantization.output, of: "output", name),
      input.count == 1, output.count == 1,
      let parameters = try? IntegerParameters(effective, of: name, input: input[0], output: output[0])
    else { return nil }
    let codes = Tensor(parameters.intWeights.map { Float($0) }, shape: parameters.weightShape)
    let scale = input[0].scale
    let whole = Tensor(inputs[0].values.map { ($0 / scale).rounded() }, shape: inputs[0].shape)
    let inner = effective.layer
    let sums = inner.weight(effective.kernelName).substituting(codes) {
      guard effective.bias != nil, let bias = inner.namedWeights.first(where: { $0.path == "bias" }) else {
        return inner([whole])
      }
      return bias.variable.substituting(.zeros(bias.variable.shape)) { inner([whole]) }
    }
    let (bias, channels) = (parameters.bias32, sums.shape.last ?? 1)
    let accumulators = sums.values.enumerated().map { index, sum in
      Int32(saturating: sum).addingSaturating(bias.isEmpty ? 0 : bias[index % channels])
    }
    let steps = Requantizer.Multipliers(
      requantization.arithmetic, input: scale, weights: parameters.weightScales, output: output[0].scale,
      isDense: inner.linearSemantics?.product == .dense
    ).steps(of: accumulators, channels: channels)
    return Tensor(steps.map { Float($0) * output[0].scale }, shape: sums.shape)
  }

  /// Averages codes of one grid to codes of the same grid: the mean of whole numbers, rounded half away from zero.
  private func averaged(_ inputs: Tensor, _ requantization: RequantizationContext) -> Tensor? {
    guard requantization.input === requantization.output, requantization.input.quantizesToBytes,
      inputs.isFinite,
      let grids = try? QuantizedOperation.grids(requantization.input, of: "input", name), grids.count == 1
    else { return nil }
    let (scale, zeroPoint) = (grids[0].scale, Float(grids[0].zeroPoint))
    let codes = Tensor(inputs.values.map { ($0 / scale).rounded() + zeroPoint }, shape: inputs.shape)
    let means = layer(codes)
    return Tensor(means.values.map { ($0.rounded() - zeroPoint) * scale }, shape: means.shape)
  }
}

extension Tensor {
  fileprivate var isFinite: Bool { withUnsafeBufferPointer { $0.allSatisfy { $0.isFinite } } }
}

extension Quantizer {
  /// Whether the quantizer quantizes now, to codes that fit a byte.
  fileprivate var quantizesToBytes: Bool {
    learnedIsFinite && range != nil && (phase == .learning || phase == .frozen) && format.bitWidth <= 8
  }
}
