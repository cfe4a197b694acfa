import Layers

/// Why a model cannot be quantized, and the remedy.
public enum QuantizationError: Error, Hashable, CustomStringConvertible, Sendable {
  /// No layer of the model is annotated.
  case nothingAnnotated(model: String)
  /// The model has no weights yet.
  case notBuilt(model: String)
  /// The model, or a layer inside it, is already quantized.
  case alreadyQuantized(layer: String)
  /// A layer does not say how it is copied.
  case notCopyable(LayerCopyError)
  /// A layer is annotated, and so is a layer or model around it.
  case annotatedTwice(layer: String)
  /// No rule says how to quantize the layer, or none applies at its position in the model.
  case unsupportedLayer(layer: String, remedy: String)
  /// The layer is called several times, and some of the calls are annotated.
  case sharedLayer(layer: String, calls: Int, annotated: Int)
  /// A configuration quantizes neither weights nor outputs.
  case configWithoutQuantizers(layer: String)
  /// A configuration names a weight that the layer does not have.
  case unknownWeight(layer: String, weight: String, known: [String])
  /// A per-channel quantizer is given for a tensor without channels.
  case noChannels(layer: String, tensor: String, shape: [Int])
  /// The list of calibration batches is empty.
  case noCalibrationData
  /// There is no data to find moving statistics from.
  case noStatisticsData
  /// A calibration batch has the wrong number of inputs, or inputs of the wrong shapes.
  ///
  /// `expected` has the shapes of one example, `found` those of the batch.
  case wrongCalibrationShape(batch: Int, expected: [[Int]], found: [[Int]])
  /// The inputs of a calibration batch have different numbers of examples.
  case unequalCalibrationInputs(batch: Int, UnequalInputs)
  /// A tensor has no range yet, which what was asked for needs.
  case noRange(tensor: String)
  /// A layer has no integer parameters.
  case noIntegers(layer: String, reason: String)
  /// A weight, or a layer's output for a calibration batch, holds infinities or NaN.
  case tensorNotFinite(tensor: String, batch: Int?)
  /// A calibration batch holds an infinity or NaN.
  case calibrationNotFinite(batch: Int, value: Float)
  /// A method that improves a model after training finds no layer that it can change.
  case nothingToAdjust(model: String, method: String, reasons: [String])
  /// The float model that a quantized one is compared with has other weights.
  case otherModel(model: String, expected: String, found: String)

  /// The message, which names the layer, the cause and the remedy.
  public var description: String {
    switch self {
    case .nothingAnnotated(let model):
      "\(model): no layer is annotated, so there is nothing to quantize: wrap layers by quantizeAnnotate(_:), "
        + "or all of them by quantizeAnnotateModel(_:)"
    case .notBuilt(let model):
      "\(model) is not built, so it has no weights to quantize: give it an inputShape:, or call it once"
    case .alreadyQuantized(let layer):
      "\(layer) is quantized already: quantize the float model instead, or get it back by "
        + "removeQuantization(_:)"
    case .notCopyable(let error): error.description
    case .annotatedTwice(let layer):
      "\(layer) is annotated twice, by itself and by a layer or model around it: annotate it once"
    case .unsupportedLayer(let layer, let remedy):
      "\(layer) cannot be quantized as it is: \(remedy)"
    case .sharedLayer(let layer, let calls, let annotated):
      "\(layer) is called \(calls) times and annotated in \(annotated) of these, and all calls have the same weights: "
        + "annotate all of the calls, or none"
    case .configWithoutQuantizers(let layer):
      "\(layer): its configuration has no quantizer, neither for weights nor for outputs: give it one, or "
        + "leave the layer out of the annotation"
    case .unknownWeight(let layer, let weight, let known):
      "\(layer) has no weight \"\(weight)\" to quantize; it has "
        + "\(known.isEmpty ? "none" : known.joined(separator: ", ")): name one of those in the configuration"
    case .noChannels(let layer, let tensor, let shape):
      "\(layer): a range for each channel is asked for \(tensor), whose shape \(shape) has no such channels: "
        + "use one range for all, axis: nil"
    case .noStatisticsData:
      "no data to find moving statistics from: give some batches of the training data, of its batch size"
    case .noCalibrationData:
      "there is no data to calibrate on, so no activation would have a range: give a batch of inputs, or "
        + "leave calibratingOn out and train before you infer"
    case .wrongCalibrationShape(let batch, let expected, let found):
      "calibration batch \(batch): expected inputs of shape \(Self.batches(expected)); got "
        + "\(Layer.listed(found)): give a tensor for each of the model's inputs, with the batch first"
    case .unequalCalibrationInputs(let batch, let inputs): "calibration batch \(batch): \(inputs)"
    case .noRange(let tensor):
      "\(tensor) has no range yet: calibrate(on:) a batch of inputs, or train, before this"
    case .noIntegers(let layer, let reason):
      "\(layer) has no integer parameters: \(reason)"
    case .tensorNotFinite(let tensor, let batch):
      "\(tensor)\(batch.map { ", in calibration batch \($0)," } ?? "") is not finite, so no range can cover it: "
        + "look for what made NaN or infinity, such as a training that diverged, or inputs too large"
    case .calibrationNotFinite(let batch, let value):
      "calibration batch \(batch) holds \(value), which no range can cover: look for what made it"
    case .nothingToAdjust(let model, let method, let reasons):
      "\(model): no layer can be \(method): "
        + (reasons.isEmpty
          ? "it has no two layers with kernels, one behind the other" : reasons.joined(separator: "; "))
    case .otherModel(let model, let expected, let found):
      "\(model) was made of a model with other weights: expected \(expected); got \(found): compare it with the float "
        + "model that it was made of, or with a copy of that"
    }
  }

  private static func batches(_ examples: [[Int]]) -> String {
    examples.map { "[" + (["batch"] + $0.map(String.init)).joined(separator: ", ") + "]" }
      .joined(separator: " and ")
  }
}
