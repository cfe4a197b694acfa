import FixedPoint
import Quantizers
import Support
import Tensors

/// Every kind of quantizer, for properties that all must have.
enum Zoo {
  /// A fresh quantizer of each class and setting, of an affine or symmetric format, for one range or one a channel.
  static func fresh() -> [Quantizer] {
    let affine = [
      QuantizerFormat(), QuantizerFormat(bitWidth: 4, axis: -1),
      QuantizerFormat(bitWidth: 5, narrowRange: true),
    ]
    let symmetric = [
      QuantizerFormat(bitWidth: 4, symmetric: true), QuantizerFormat.weightsPerChannel,
      QuantizerFormat(bitWidth: 3, symmetric: true, axes: [0, 1]),
    ]
    return (affine + symmetric).flatMap(observed)
      + (affine + symmetric).flatMap {
        [LearnedStepQuantizer($0), LearnedStepQuantizer($0, isLogarithmic: true)]
      }
      + affine.flatMap { [LearnedClipQuantizer($0), LearnedClipQuantizer($0, penalty: 0.01, delay: 1)] }
  }

  private static func observed(_ format: QuantizerFormat) -> [Quantizer] {
    let rules: [HistogramRule] = [.percentile(99), .meanSquaredError, .entropy]
    return [
      LastValueQuantizer(format), LastValueQuantizer(format, startingAt: ValueRange(-6, 6), delay: 2),
      MovingAverageQuantizer(format, decay: 0.9), MovingAverageQuantizer(format, start: .tfmot),
      AllValuesQuantizer(format), FixedQuantizer(format, from: -1, to: 2),
    ]
      + rules.flatMap { rule in
        [true, false].map { HistogramQuantizer(format, rule: rule, accumulates: $0, bins: 256) }
      }
  }

  /// What a quantizer says of itself, and its class.
  static func name(_ quantizer: Quantizer) -> String { "\(type(of: quantizer)): \(quantizer.summary)" }

  /// The bits of a tensor.
  static func bits(_ x: Tensor) -> [UInt32] { x.values.map(\.bitPattern) }
}
