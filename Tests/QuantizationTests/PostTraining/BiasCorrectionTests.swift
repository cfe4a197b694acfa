import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// Corrected biases leave no mean error, and the errors are those that torch finds.
@Suite struct BiasCorrectionTests {
  @Test func `the errors are those of torch`() throws {
    let float = try PostTrainingOracle.network()
    let images = try PostTrainingOracle.images()
    // Rounded weights may lead to larger numbers than those of floats, which torch does not clip.
    let quantized = try quantizeModel(
      float, calibratingOn: [images, images * 3], scheme: PostTrainingOracle.perTensor(weights: 4))
    let before = float.weightBits
    let correction = try quantized.correctBiases(matching: float, on: [images])
    #expect(float.weightBits == before)
    #expect(correction.corrected.map(\.layer) == ["conv", "depth", "point", "scores"])
    for layer in correction.corrected {
      // Activations of 16 bits are not quite floats.
      #expect(apart(layer.error, try PostTrainingOracle.floats("error_\(layer.layer)")) < 1e-2, "\(layer)")
    }
  }

  /// Convolution, depthwise and dense, with ReLUs, and with normalizations where `normalized`.
  private func model(normalized: Bool) -> Model {
    func norm(_ name: String) -> [Layer] {
      normalized ? [BatchNormalization(name: name + "_norm")] : []
    }
    return Models.sequential(
      [Conv2D(filters: 4, kernelSize: 3, useBias: !normalized, name: "conv")] + norm("conv") + [
        ReLU(maxValue: 6), DepthwiseConv2D(kernelSize: 3, useBias: !normalized, name: "depth"),
      ] + norm("depth") + [ReLU(), Flatten(), Dense(units: 3, name: "scores")], [8, 8, 2], seed: 9)
  }

  @Test(arguments: [BatchNormFolding.singleConvolution, .unfolded], [false, true])
  func `after it the mean error of every channel is zero`(_ folding: BatchNormFolding, _ normalized: Bool)
    throws
  {
    let float = model(normalized: normalized)
    let batches = [Models.batch([8, 8, 2], count: 12), Models.batch([8, 8, 2], count: 5, seed: 8)]
    var scheme = QuantizeScheme.nBit(weights: 3, activations: 4)
    scheme.batchNormFolding = folding
    let quantized = try quantizeModel(float, calibratingOn: batches, scheme: scheme)
    let kernels = quantized.operations.compactMap { $0.quantizedKernel?.values }
    let ranges = quantized.quantizers.map(\.quantizer.range)
    let first = try quantized.correctBiases(matching: float, on: batches)
    let second = try quantized.correctBiases(matching: float, on: batches)
    #expect(first.corrected.count == 3 && first.refused == [])
    for (before, after) in zip(first.corrected, second.corrected) {
      let largest = before.error.map(abs).max() ?? 0
      #expect(largest > 1e-3, "\(before)")
      #expect(after.error.allSatisfy { abs($0) < 1e-5 }, "\(after)")
    }
    // Nothing else has changed.
    #expect(quantized.operations.compactMap { $0.quantizedKernel?.values } == kernels)
    #expect(quantized.quantizers.map(\.quantizer.range) == ranges)
  }

  @Test func `a layer without a bias is left as it is, and told`() throws {
    let float = Models.sequential(
      [Dense(units: 4, useBias: false, name: "a"), ReLU(), Dense(units: 3, name: "b")], [5], seed: 2)
    let batch = Models.batch([5], count: 32)
    let scheme = QuantizeScheme.nBit(weights: 3, activations: 8)
    let quantized = try quantizeModel(float, calibratingOn: [batch], scheme: scheme)
    let correction = try quantized.correctBiases(matching: float, on: [batch])
    #expect(correction.corrected.map(\.layer) == ["b"])
    #expect(correction.refused.map(\.layer) == ["a"])
    let none = Models.sequential([Dense(units: 4, useBias: false, name: "a")], [5])
    let alone = try quantizeModel(none, calibratingOn: [batch])
    #expect(throws: QuantizationError.self) { try alone.correctBiases(matching: none, on: [batch]) }
  }

  @Test func `what cannot be compared is refused, and nothing has changed`() throws {
    let float = model(normalized: false)
    let batch = Models.batch([8, 8, 2])
    let quantized = try quantizeModel(float, calibratingOn: [batch])
    let before = quantized.weightBits
    func refusal(_ float: Model, _ model: QuantizedModel, _ batches: [Tensor]) -> String {
      do throws(QuantizationError) { return "\(try model.correctBiases(matching: float, on: batches))" } catch
      {
        return "\(error)"
      }
    }
    #expect(refusal(float, quantized, []).hasPrefix("there is no data"))
    #expect(
      refusal(float, quantized, [Models.batch([8, 8, 1])]).hasPrefix("calibration batch 1: expected inputs"))
    let other = refusal(model(normalized: true), quantized, [batch])
    #expect(other.contains("was made of a model with other weights: expected conv/kernel [3, 3, 2, 4]"))
    #expect(refusal(float, try quantizeModel(float), [batch]).contains("has no range yet"))
    #expect(quantized.weightBits == before)
  }
}
