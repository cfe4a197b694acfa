import Conversion

/// The results of one seed: accuracies on the test images.
struct Outcome: Codable {
  /// The accuracy after float training.
  let float: Double
  /// The accuracy of the float model after as many epochs more as quantization-aware training has.
  let floatTrainedOn: Double
  /// The results for each bit width.
  let rows: [Row]

  /// The results for one bit width.
  struct Row: Codable {
    let bits: Bits
    /// The accuracy after quantization without training, with fake quantization.
    let afterTraining: Double
    /// The accuracy after quantization-aware training, with fake quantization.
    let aware: Double
    /// The accuracy of the same model in integers.
    let integer: Double
    /// The agreement of the two on the test images.
    let agreement: Agreement
  }
}
