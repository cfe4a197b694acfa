import Conversion
import IntegerInference
import Quantization
import Tensors

/// How many output codes of a quantized network differ from those of its integers.
public struct ZooAgreement {
  /// The number of output codes that were compared.
  public private(set) var codes = 0
  /// The number of codes that differ.
  public private(set) var different = 0
  /// The largest difference of two codes.
  public private(set) var largest = 0

  /// Compares a quantized model with its integers on random examples.
  ///
  /// The integers run operation after operation in plain Swift, from the model that conversion makes; the quantized
  /// model is evaluated as in training.
  ///
  /// - Parameters:
  ///   - network: The network that the model was made of.
  ///   - model: The quantized model.
  ///   - examples: The number of examples.
  /// - Throws: `ConversionError` if the model cannot be converted.
  public init(of network: ZooNetwork, _ model: QuantizedModel, examples: Int) throws {
    let integers = try IntegerModel(converting: model)
    let inputs = ZooExamples(of: network, count: examples, seed: 4).inputs
    let session = IntegerSession(integers, maximumBatch: examples, path: .reference)
    let given = zip(integers.inputs, inputs).map { integers.operations[$0].grid.quantizeToInt8($1.values) }
    let simulated = model.allOutputs(inputs)
    for (output, (codes, reals)) in zip(
      integers.outputs, zip(session.codes(given, examples: examples), simulated))
    {
      let own = integers.operations[output].grid.quantizeToInt8(reals.values)
      for (a, b) in zip(own, codes) {
        self.codes += 1
        different += a == b ? 0 : 1
        largest = max(largest, abs(Int(a) - Int(b)))
      }
    }
  }
}
