import IntegerInference
import QAT
import Safetensors

/// A trained network that reads digits on the page "Draw your own digit".
package struct DigitReader: Codable, Hashable, Sendable {
  /// The name of the reader, such as `float32` or `W4A4`.
  package let name: String
  /// The bits of a weight.
  package let bits: Int
  /// Whether the steps of the grids were learned.
  package let learned: Bool
  /// The share of the lesson's test digits that the network reads.
  package let reads: Double
  /// The bytes of weights, scales and biases.
  package let bytes: Int
  /// The file of the network, in base64: a safetensors file.
  package let model: String

  /// Creates a reader of a network's file.
  init(name: String, bits: Int, learned: Bool, reads: Double, bytes: Int, file: SafetensorsFile) {
    (self.name, self.bits, self.learned) = (name, bits, learned)
    (self.reads, self.bytes, model) = (reads, bytes, Base64.text(file.encoded()))
  }

  /// The integer model in the file; nil for the network in floats.
  ///
  /// - Throws: ``SiteDataError`` if the file is damaged.
  package func integerModel() throws(SiteDataError) -> IntegerModel? {
    guard let bytes = Base64.bytes(model), let file = try? SafetensorsFile(bytes: bytes) else {
      throw SiteDataError("\(name): its network is not a safetensors file in base64; \(SiteDataError.remedy)")
    }
    if file.metadata["scheme"] == "float32" { return nil }
    do { return try IntegerModel(file) } catch {
      throw SiteDataError("\(name): \(error); \(SiteDataError.remedy)")
    }
  }
}

/// The networks of lesson 7, trained again as the lesson trains them.
///
/// With the numbers of the lesson's profile `class` and its seed they are the lesson's networks, bit for bit, on a machine
/// with the same float kernels.
package struct DigitReaders {
  /// The digits that the networks learn from, and the digits that they are tested with.
  package let digits: (training: LabeledImages, test: LabeledImages)
  private let epochs: Int
  private let seed: UInt64

  /// The plans of lesson 7 that the page shows: the bits of a weight and of an activation.
  private static let plans: [(bits: Int, learned: Bool)] = [(8, false), (4, false), (3, false), (2, true)]

  /// Prepares the digits; the numbers are those of lesson 7 in the profile `class`.
  ///
  /// - Parameters:
  ///   - training: The number of digits to learn from, at least 500.
  ///   - test: The number of digits to test with.
  ///   - epochs: The number of epochs of each training.
  ///   - seed: The seed of the digits, of the initial weights and of the order of the digits.
  package init(training: Int = 8000, test: Int = 2000, epochs: Int = 6, seed: UInt64) {
    let images = Digits.generated(count: training + test, seed: seed)
    digits = (images.selecting(0..<training), images.selecting(training..<training + test))
    (self.epochs, self.seed) = (epochs, seed)
  }

  /// Trains the network in floats, and from there one quantized network for each plan.
  ///
  /// - Parameter announce: Told the name of each network before it trains.
  /// - Returns: The network in floats, then those of integers, from 8 bits to 2.
  /// - Throws: `TrainingError`, `QuantizationError` or `ConversionError`: with these plans, a fault of the package.
  package func trained(announce: (String) -> Void) throws -> [DigitReader] {
    announce("the network in floats")
    let float = network()
    try train(float, rate: 0.003)
    let reads = share(float.predict(digits.test).argmax())
    let quantized = try Self.plans.map {
      try reader(from: float, bits: $0.bits, learned: $0.learned, announce)
    }
    guard let integers = try quantized[0].integerModel() else { return quantized }
    let network = try FloatNetwork(float, as: integers)
    let floats = DigitReader(
      name: "float32", bits: 32, learned: false, reads: reads, bytes: network.parameterBytes,
      file: network.file)
    return [floats] + quantized
  }

  private func reader(from float: Model, bits: Int, learned: Bool, _ announce: (String) -> Void) throws
    -> DigitReader
  {
    let name = "W\(bits)A\(bits)"
    announce(name + (learned ? ", with learned steps" : ""))
    let scheme = QuantizeScheme.nBit(weights: bits, activations: bits, learnedSteps: learned)
    let examples = Tensor(digits.training.floats(of: 0..<500), shape: [500, 28, 28, 1])
    let model = try quantizeModel(float, calibratingOn: [examples], scheme: scheme)
    try train(model, rate: 0.002)
    let (integers, _) = try convert(model)
    let answers = IntegerSession(integers, maximumBatch: 100).classes(digits.test.floats())
    return DigitReader(
      name: name, bits: bits, learned: learned, reads: share(answers), bytes: integers.parameterBytes,
      file: integers.safetensors)
  }

  private func network() -> Model {
    func block(_ filters: Int, _ name: String) -> [Layer] {
      [
        Conv2D(filters: filters, kernelSize: 3, padding: .same, name: name),
        BatchNormalization(momentum: 0.9), ReLU(), MaxPooling2D(),
      ]
    }
    return Sequential(
      block(8, "conv1") + block(16, "conv2") + [
        Flatten(), Dense(units: 32, name: "hidden"), ReLU(), Dense(units: 10, name: "scores"),
      ], inputShape: [28, 28, 1], seed: seed)
  }

  private func train(_ model: Model, rate: Float) throws {
    let steps = epochs * ((digits.training.count + 31) / 32)
    let trainer = Trainer(
      model, optimizer: Adam(learningRate: .cosine(initial: rate, steps: steps)),
      loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy], seed: seed)
    try trainer.fit(digits.training, epochs: epochs, validation: digits.test, callbacks: [ProgressBar()])
  }

  private func share(_ answers: [Int]) -> Double {
    let right = zip(answers, digits.test.labels).count { $0 == Int($1) }
    return Double(right) / Double(answers.count)
  }
}
