import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// Every kind of quantizer works inside a model: it calibrates as it does alone, and trains.
@Suite struct QuantizerKindTests {
  /// A custom quantizer, as in the documentation of `Quantizer`.
  private final class GrowingQuantizer: Quantizer {
    override func update(with x: Tensor, spanning batch: ValueRange) {
      storedRange = observedCount == 0 ? batch : storedRange.union(batch)
    }
    override func copied() -> Quantizer { GrowingQuantizer(format, delay: delay) }
  }

  enum Kind: String, CaseIterable, Sendable {
    case percentile, leastError, entropy, learnedClip, learnedStep, allValues, ownRule

    private var rule: HistogramRule {
      switch self {
      case .percentile: .percentile(99)
      case .leastError: .meanSquaredError
      default: .entropy
      }
    }

    /// The quantizer of a kernel.
    var weights: Quantizer {
      switch self {
      case .percentile, .leastError, .entropy: HistogramQuantizer(.weights, rule: rule, accumulates: false)
      case .learnedClip: LastValueQuantizer()
      case .learnedStep: LearnedStepQuantizer()
      case .allValues: AllValuesQuantizer(.weights)
      case .ownRule: GrowingQuantizer(.weights)
      }
    }

    /// The quantizer of what follows a ReLU.
    var activations: Quantizer {
      switch self {
      case .percentile, .leastError, .entropy: HistogramQuantizer(rule: rule)
      case .learnedClip: LearnedClipQuantizer(penalty: 0.01)
      case .learnedStep: LearnedStepQuantizer(.activations)
      case .allValues: AllValuesQuantizer()
      case .ownRule: GrowingQuantizer(.activations)
      }
    }

    var scheme: QuantizeScheme {
      var scheme = QuantizeScheme.tflite8Bit
      scheme.weights = { _ in weights }
      scheme.activations = { activations }
      return scheme
    }
  }

  private let batches = [Models.batch([4], count: 64, seed: 1), Models.batch([4], count: 64, seed: 2)]

  private func float() -> Model {
    Models.sequential([Dense(units: 16, activation: .relu, name: "a"), Dense(units: 3, name: "b")], [4])
  }

  @Test(arguments: Kind.allCases) func `every kind of quantizer finds the same range in a model as alone`(
    _ kind: Kind
  ) throws {
    let float = float()
    let model = try quantizeModel(float, calibratingOn: batches, scheme: kind.scheme)
    let hidden = Model(inputs: float.inputs, outputs: [float.output(of: "a")], name: "hidden")
    let (weights, activations) = (kind.weights, kind.activations)
    weights.observe(float.layer("a").weight("kernel").value)
    // Calibration finds the range of all values at once; a quantizer that others write observes each batch.
    if kind == .ownRule {
      for batch in batches { activations.observe(hidden(batch)) }
    } else {
      activations.observe(hidden(.concatenated(batches, axis: 0)))
    }
    #expect(model.quantizer("quant_a/kernel")?.range == weights.range)
    #expect(model.quantizer("quant_a_relu/output")?.range == activations.range)
    #expect(model.warnings == [])
  }

  @Test(arguments: Kind.allCases) func `a model trains with every kind of quantizer`(_ kind: Kind) throws {
    let model = try quantizeModel(float(), calibratingOn: batches, scheme: kind.scheme)
    let paths = ["quant_a/kernel", "quant_a_relu/output"]
    let before = paths.map { model.quantizer($0)?.range }
    let trainer = Trainer(
      model, optimizer: SGD(learningRate: 0.1), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    let inputs = batches[0]
    // Which of the first three features is the largest can be learned.
    let values = inputs.values
    let classes = (0..<64).map { row in (0..<3).max { values[row * 4 + $0] < values[row * 4 + $1] } ?? 0 }
    let losses = (0..<60).map { _ in trainer.step(inputs: inputs, targets: .classes(classes)).loss }
    #expect(losses.allSatisfy { $0.isFinite })
    #expect(losses[59] < 0.6 * losses[0], "\(losses[0]) to \(losses[59])")
    for (path, range) in zip(paths, before) { #expect(model.quantizer(path)?.range != range, "\(path)") }
  }
}
