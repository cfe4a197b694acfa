import IntegerInference
import Layers
import Quantization
import Tensors

/// A quantized model as integers, with a report of what became of each layer.
///
/// What training simulated is what the integers compute: codes of weights and activations, ReLUs as limits of the
/// codes, normalizations in kernels and biases, biases in 32 bits. `arithmetic` says whose rounding the integer
/// model follows: by default what the model's scheme simulates; with another one, now and then a code differs.
///
///     let (integers, report) = try convert(quantized)
///     print(report.table)
///     let classes = IntegerSession(integers).classes(pixels)
///
/// - Throws: `ConversionError` that names the layer that would stay in float or could overflow, the cause, and
///   the remedy.
public func convert(
  _ model: QuantizedModel, arithmetic: IntegerArithmetic? = nil
) throws(ConversionError) -> (model: IntegerModel, report: ConversionReport) {
  let simulated: IntegerArithmetic = model.scheme.requantization == .float ? .onnxRuntime : .tflite
  var converter = Converter(model, arithmetic ?? simulated)
  return try converter.convert()
}

/// A float model as integers, without training: its ranges are found on batches of inputs, `[batch, …]` each
/// (post-training quantization).
///
/// The road is that of a model trained with quantization: quantize, calibrate, convert.
///
/// - Throws: `ConversionError` that names the layer, the cause and the remedy.
public func convert(
  _ model: Model, calibratingOn batches: [Tensor], scheme: QuantizeScheme = .tflite8Bit,
  arithmetic: IntegerArithmetic? = nil
) throws(ConversionError) -> (model: IntegerModel, report: ConversionReport) {
  let quantized: QuantizedModel
  do {
    quantized = try quantizeModel(model, calibratingOn: batches, scheme: scheme)
  } catch { throw .notQuantized(error) }
  return try convert(quantized, arithmetic: arithmetic)
}
