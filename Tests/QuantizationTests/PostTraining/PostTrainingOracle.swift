import Foundation
import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// The committed numbers of `Fixtures/make_post_training.py`, which documents the format.
enum PostTrainingOracle {
  /// The floats of a name.
  static func floats(_ name: String) throws -> [Float] {
    let url = try #require(
      Bundle.module.url(forResource: "post_training", withExtension: "txt", subdirectory: "Fixtures"))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix("\(name) ") })
    let digits = Array(line.dropFirst(name.count + 1))
    return stride(from: 0, to: digits.count, by: 8).compactMap {
      UInt32(String(digits[$0..<$0 + 8]), radix: 16).map(Float.init(bitPattern:))
    }
  }

  /// The network of the script, with the weights whose names have a prefix.
  static func network(_ prefix: String = "") throws -> Model {
    let model = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3, padding: .same, name: "conv"), ReLU(),
        DepthwiseConv2D(kernelSize: 3, padding: .same, name: "depth"), ReLU(),
        Conv2D(filters: 5, kernelSize: 1, name: "point"), ReLU(),
        GlobalAveragePooling2D(), Dense(units: 3, name: "scores"),
      ], inputShape: [6, 6, 2])
    for (path, variable) in model.namedWeights {
      let parts = path.split(separator: "/")
      let kind = parts[1].hasSuffix("kernel") ? "kernel" : "bias"
      variable.value = Tensor(try floats("\(prefix)\(parts[0])_\(kind)"), shape: variable.shape)
    }
    return model
  }

  /// The batch of images of the script.
  static func images() throws -> Tensor { Tensor(try floats("images"), shape: [4, 6, 6, 2]) }

  /// Weights of some bits with one scale for a kernel; inputs and activations of 16 bits, which lose next to nothing.
  static func perTensor(weights bits: Int) -> QuantizeScheme {
    var scheme = QuantizeScheme.nBit(weights: bits, activations: 16)
    scheme.weights = { _ in
      LastValueQuantizer(QuantizerFormat(bitWidth: bits, symmetric: true, narrowRange: bits > 1))
    }
    scheme.inputs = { AllValuesQuantizer(QuantizerFormat(bitWidth: 16)) }
    scheme.outputs = { AllValuesQuantizer(QuantizerFormat(bitWidth: 16)) }
    return scheme
  }
}

/// The largest difference of two lists of numbers, relative to the largest magnitude in the second.
func apart(_ ours: [Float], _ theirs: [Float]) -> Float {
  guard ours.count == theirs.count else { return .infinity }
  let largest = theirs.map(abs).max() ?? 0
  return (zip(ours, theirs).map { abs($0 - $1) }.max() ?? 0) / max(largest, .leastNormalMagnitude)
}
