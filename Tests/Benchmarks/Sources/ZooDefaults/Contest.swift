import Datasets
import Layers
import NetworkZoo
import Quantization
import Quantizers
import Support
import Tensors
import Training

/// One choice of what a scheme of learned steps may have.
struct Candidate: Hashable {
  /// Whether a kernel has a scale for each unit of a dense layer.
  let scalePerUnit: Bool
  /// Whether the grid behind a ReLU begins at a learned offset, and not at 0.
  let offset: Bool
  let folding: BatchNormFolding

  static let all = BatchNormFolding.allCases.flatMap { folding in
    [true, false].map { Candidate(scalePerUnit: true, offset: $0, folding: folding) }
      + [Candidate(scalePerUnit: false, offset: false, folding: folding)]
  }

  func scheme(bits: Int) -> QuantizeScheme {
    var scheme = QuantizeScheme.nBit(
      weights: bits, activations: bits, learnedSteps: true, scalePerUnit: scalePerUnit)
    let learnsOffset = offset
    scheme.rectified = {
      LearnedStepQuantizer(QuantizerFormat(bitWidth: bits), learnsOffset: learnsOffset, isLogarithmic: true)
    }
    scheme.batchNormFolding = folding
    return scheme
  }

  var name: String {
    "\(folding.rawValue), \(offset ? "offset" : "no offset"), \(scalePerUnit ? "scale a unit" : "one scale")"
  }
}

/// How many of 100 test images one model reads right.
struct Accuracies {
  let network: ZooNetwork
  /// As training computes, with the statistics of the test images.
  let training: Double
  /// With the moving statistics of training.
  let inference: Double
  /// With moving statistics found anew.
  let reestimated: Double
  /// Whether the model warned of its moving statistics.
  let warns: Bool
}

/// A network of the zoo that reads images of 12 × 12 pixels, trained on generated digits of that size.
struct Contest {
  let network: ZooNetwork
  private let training: (images: Tensor, labels: [Int])
  private let test: (images: Tensor, labels: [Int])
  private let fromLogits: Bool
  private let float: Model

  static let networks: [ZooNetwork] = [
    .depthwise, .mobileNet, .resNet8, .hardSwish, .frozen, .nested, .leaky, .tanh,
  ]

  init(_ network: ZooNetwork, seed: UInt64, steps: Int) {
    self.network = network
    training = Self.digits(3_000, seed: seed)
    test = Self.digits(1_000, seed: seed + 1_000)
    fromLogits = network != .depthwise
    float = network.model(seed: seed)
    train(float, steps: steps, rate: 0.005, seed: seed)
  }

  /// The accuracy of the float model on the test images.
  var floatAccuracy: Double { accuracy(of: float, training: false) }

  /// The accuracies of a model trained through the quantization: as training computes it, in inference, and in inference
  /// with moving statistics found anew.
  func accuracies(_ scheme: QuantizeScheme, steps: Int) throws -> Accuracies {
    let model = try quantizeModel(
      float, calibratingOn: [training.images.firstExamples(256)], scheme: scheme)
    train(model, steps: steps, rate: 0.002, seed: 77)
    let warnings = model.warnings
    let inference = accuracy(of: model, training: false)
    let training = accuracy(of: model, training: true)
    let batches = (0..<16).map { images(of: Array(128 * $0..<128 * $0 + 128)) }
    try model.reestimateStatistics(on: batches)
    return Accuracies(
      network: network, training: training, inference: inference,
      reestimated: accuracy(of: model, training: false), warns: !warnings.isEmpty)
  }

  private func accuracy(of model: Model, training: Bool) -> Double {
    let outputs = model.allOutputs([test.images], training: training)[0]
    let (values, classes) = (outputs.values, outputs.shape[1])
    let right = test.labels.indices.count { row in
      let own = values[row * classes..<(row + 1) * classes]
      return own.indices.reduce(own.startIndex) { own[$1] > own[$0] ? $1 : $0 } - own.startIndex
        == test.labels[row]
    }
    return 100 * Double(right) / Double(test.labels.count)
  }

  private func train(_ model: Model, steps: Int, rate: Float, seed: UInt64) {
    let optimizer = Adam(learningRate: .cosine(initial: rate, steps: steps))
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<steps {
      let rows = (0..<32).map { _ in Int(generator.next() % UInt64(training.labels.count)) }
      let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: fromLogits)(
        model.allOutputs([images(of: rows)], training: true)[0], .classes(rows.map { training.labels[$0] }))
      let weights = model.trainableWeights
      optimizer.apply(loss.gradients(of: weights), to: weights)
      model.weightsChanged()
    }
  }

  /// The training images of these numbers.
  private func images(of rows: [Int]) -> Tensor {
    let (values, pixels) = (training.images.values, 144)
    return Tensor(
      rows.flatMap { values[$0 * pixels..<($0 + 1) * pixels] }, shape: [rows.count, 12, 12, 1])
  }

  /// Digits 0 to 4, of which the inner 24 × 24 pixels are averaged two by two.
  private static func digits(_ count: Int, seed: UInt64) -> (images: Tensor, labels: [Int]) {
    let all = Digits.generated(count: 2 * count + 200, seed: seed)
    let chosen = (0..<all.count).filter { all.labels[$0] < UInt8(ZooNetwork.classes) }.prefix(count)
    let floats = all.floats(of: chosen)
    var pixels: [Float] = []
    for image in 0..<chosen.count {
      for y in 0..<12 {
        for x in 0..<12 {
          let first = image * 784 + (2 * y + 2) * 28 + 2 * x + 2
          pixels.append((floats[first] + floats[first + 1] + floats[first + 28] + floats[first + 29]) / 4)
        }
      }
    }
    return (Tensor(pixels, shape: [chosen.count, 12, 12, 1]), all.labels(of: chosen))
  }
}

extension Tensor {
  fileprivate func firstExamples(_ count: Int) -> Tensor {
    Tensor(Array(values.prefix(count * self.count / shape[0])), shape: [count] + shape.dropFirst())
  }
}
