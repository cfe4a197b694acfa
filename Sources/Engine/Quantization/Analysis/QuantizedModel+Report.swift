import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

extension QuantizedModel {
  /// What quantization costs, operation by operation, on a batch: `inputs` has a tensor for each input of
  /// the model, and `loss` judges the model's outputs.
  ///
  /// The float model is this one with its quantizers off. Sensitivity takes two runs for each operation:
  /// it alone quantized, and all but it. Nothing is learned or changed.
  public func report(
    on inputs: [Tensor], loss: (_ outputs: Tensor) -> Float
  ) -> QuantizationReport {
    let operations = operations
    let inside = withPhase(.off) {
      Model(inputs: self.inputs, outputs: operations.map { output(of: $0.layers[$0.layers.count - 1]) })
    }
    let float = withPhase(.off) { inside.allOutputs(inputs) }
    let quantized = withPhase(.frozen) { inside.allOutputs(inputs) }
    func lossNow() -> Double { Double(loss(allOutputs(inputs)[0])) }
    let (floatLoss, fullLoss) = (withPhase(.off, lossNow), withPhase(.frozen, lossNow))
    var layers: [LayerReport] = []
    for (number, operation) in operations.enumerated() where operation.quantizesSomething {
      let own = [operation.kernelQuantizer, operation.output].compactMap { $0 }
      let alone = withPhase(.off) {
        for quantizer in own { quantizer.phase = .frozen }
        return lossNow()
      }
      let without = withPhase(.frozen) {
        for quantizer in own { quantizer.phase = .off }
        return lossNow()
      }
      layers.append(
        LayerReport(
          operation, float: float[number], quantized: quantized[number], lossAlone: alone - floatLoss,
          lossWithout: fullLoss - without))
    }
    return QuantizationReport(
      scheme: scheme.name, examples: inputs[0].shape[0], floatLoss: floatLoss, quantizedLoss: fullLoss,
      layers: layers)
  }
}

extension QuantizedOperation {
  /// Whether it has a quantizer of its own, rather than passing on what another one rounded.
  var quantizesSomething: Bool {
    kernelQuantizer != nil || (output != nil && !layer.preservesQuantization)
  }
}

extension LayerReport {
  init(
    _ operation: QuantizedOperation, float: Tensor, quantized: Tensor, lossAlone: Double,
    lossWithout: Double
  ) {
    let (reference, values) = (float.values, quantized.values)
    let output = Similarity(reference, values)
    let weights = operation.kernel.flatMap { kernel in
      operation.quantizedKernel.flatMap { Similarity(kernel.values, $0.values).sqnr }
    }
    let grids = operation.output.flatMap { try? $0.affineQuantizers() } ?? []
    let grid = grids.count == 1 ? grids[0] : nil
    let used = grid.map { grid in Set(values.map(grid.quantize)).count } ?? 0
    let clipped = grid.map { grid in
      Double(reference.count { grid.saturates($0) }) / Double(reference.count)
    }
    self.init(
      name: operation.name, weightSQNR: weights, sqnr: output.sqnr,
      meanSquaredError: output.meanSquaredError, cosine: output.cosine, clippedShare: clipped,
      codesUsed: used, codes: grid.map { $0.steps + 1 } ?? 0, lossAlone: lossAlone,
      lossWithout: lossWithout)
  }
}
