import FixedPoint
import IntegerInference
import Layers
import Quantization
import Quantizers
import Tensors
import Training

/// Converts a quantized model to integers, and reports on each operation.
///
/// The integers compute what training simulated: codes of weights and activations, ReLUs as ranges of codes,
/// normalizations in kernels and biases, biases in 32 bits.
///
///     let (integers, report) = try convert(quantized)
///     print(report)
///     let classes = IntegerSession(integers).classes(pixels)
///
/// - Parameters:
///   - model: The quantized model, calibrated or trained.
///   - arithmetic: The runtime whose rounding the integers follow. The default is what the model's scheme simulates,
///     or `tflite` if it simulates none; with another arithmetic a few codes differ.
/// - Returns: The integer model, and the report on its operations.
/// - Throws: ``/Quantization/ConversionError``, which names the layer that would stay in float or could overflow, the
///   cause and the remedy.
public func convert(
  _ model: QuantizedModel, arithmetic: IntegerArithmetic? = nil
) throws(ConversionError) -> (model: IntegerModel, report: ConversionReport) {
  var converter = Converter(model, arithmetic ?? model.scheme.arithmetic ?? .tflite)
  let integers = try converter.convert()
  return (integers, ConversionReport(of: integers, simulating: model.scheme.name, converter))
}

/// Converts a float model to integers without training (post-training quantization).
///
/// The model is quantized, calibrated and converted, as one that is trained with quantization.
///
/// - Parameters:
///   - model: The float model, which stays as it is.
///   - batches: The calibration batches, `[batch, …]` each.
///   - method: How the ranges of activations are found; nil for each quantizer's own rule.
///   - scheme: The runtime to simulate.
///   - arithmetic: The runtime whose rounding the integers follow; by default what the scheme simulates.
/// - Returns: The integer model, and the report on its operations.
/// - Throws: ``/Quantization/ConversionError``, which names the layer, the cause and the remedy.
public func convert(
  _ model: Model, calibratingOn batches: [Tensor], by method: CalibrationMethod? = nil,
  scheme: QuantizeScheme = .tflite8Bit, arithmetic: IntegerArithmetic? = nil
) throws(ConversionError) -> (model: IntegerModel, report: ConversionReport) {
  let quantized: QuantizedModel
  do {
    quantized = try quantizeModel(model, calibratingOn: batches, by: method, scheme: scheme)
  } catch { throw .notQuantized(error) }
  return try convert(quantized, arithmetic: arithmetic)
}

/// Converts a float model to integers without training, calibrated on examples as `Trainer.fit` takes them.
///
/// - Parameters:
///   - model: The float model, which stays as it is.
///   - examples: The calibration data: all of them are used, in their order; targets are not.
///   - batchSize: The number of examples computed at a time, which no range depends on.
///   - method: How the ranges of activations are found; nil for each quantizer's own rule.
///   - scheme: The runtime to simulate.
///   - arithmetic: The runtime whose rounding the integers follow; by default what the scheme simulates.
/// - Returns: The integer model, and the report on its operations.
/// - Throws: ``/Quantization/ConversionError``, which names the layer, the cause and the remedy.
public func convert(
  _ model: Model, calibratingOn examples: some Examples, batchSize: Int = 32,
  by method: CalibrationMethod? = nil, scheme: QuantizeScheme = .tflite8Bit,
  arithmetic: IntegerArithmetic? = nil
) throws(ConversionError) -> (model: IntegerModel, report: ConversionReport) {
  let quantized: QuantizedModel
  do {
    quantized = try quantizeModel(
      model, calibratingOn: examples, batchSize: batchSize, by: method, scheme: scheme)
  } catch { throw .notQuantized(error) }
  return try convert(quantized, arithmetic: arithmetic)
}

extension IntegerModel {
  /// Converts a quantized model to integers, without a report; see `convert(_:arithmetic:)`.
  ///
  ///     let classes = IntegerSession(try IntegerModel(converting: quantized)).classes(pixels)
  ///
  /// - Parameters:
  ///   - model: The quantized model, calibrated or trained.
  ///   - arithmetic: The runtime whose rounding the integers follow; by default what the model's scheme simulates.
  /// - Throws: ``/Quantization/ConversionError``, which names the layer, the cause and the remedy.
  public init(
    converting model: QuantizedModel, arithmetic: IntegerArithmetic? = nil
  ) throws(ConversionError) {
    self = try convert(model, arithmetic: arithmetic).model
  }
}
