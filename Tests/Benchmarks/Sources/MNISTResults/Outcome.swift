import Conversion

/// What one seed gives: shares of the test images that are read right.
struct Outcome: Codable {
  /// After training in float.
  let float: Double
  /// In float, trained on for as long as quantization-aware training takes.
  let floatTrainedOn: Double
  /// For each number of bits.
  let rows: [Row]

  /// One number of bits.
  struct Row: Codable {
    let bits: Bits
    /// Quantized after training, in floats on the grid.
    let afterTraining: Double
    /// After quantization-aware training, in floats on the grid.
    let aware: Double
    /// The same model in integers.
    let integer: Double
    /// How far the two agree on the test images.
    let agreement: Agreement
  }
}
