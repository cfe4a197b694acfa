import ArgumentParser
import Conversion
import IntegerInference
import Layers
import Quantization
import Support
import Training

/// Trains a Keras model through the rounding, and writes the integer model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a Keras model through the rounding, and writes the integer model.",
    usage: "qat-model train <file> --data <data> --to <file> [<options>]",
    discussion: """
      The model is quantized, calibrated on the training examples, and trained with its rounding simulated \
      (quantization-aware training), with Adam. Classes are trained by cross-entropy, values by the mean squared error. \
      The last table scores four models on examples that are not trained with: the floats as they came, quantized, \
      trained, and the integers of the file.

      With --checkpoint, Ctrl-C loses nothing: the same command goes on where it stopped, to the same weights.
      """)

  @OptionGroup var file: FloatArgument
  @OptionGroup var examples: TrainingArguments
  @OptionGroup var reading: ExampleArguments

  @Option(help: ArgumentHelp("How often every example is trained with.", valueName: "count"))
  var epochs = 3

  @Option(help: ArgumentHelp("The examples of a step.", valueName: "count"))
  var batch = 32

  @Option(help: ArgumentHelp("Adam's learning rate, which falls to 0 along a cosine.", valueName: "number"))
  var learningRate: Float = 1e-4

  @Option(
    help: ArgumentHelp(
      "Normalizations use their moving statistics from this epoch on; by default from the second half on.",
      valueName: "epoch"))
  var freezeAfter: Int?

  @Option(help: ArgumentHelp("The training examples that ranges are found on.", valueName: "count"))
  var calibration = 1000

  @Flag(help: "Before normalizations freeze, find their moving statistics anew, on as many examples.")
  var reestimate = false

  @Option(
    help: ArgumentHelp("Saves the training after each epoch, and goes on from there.", valueName: "file"))
  var checkpoint: String?

  @Option(help: ArgumentHelp("Writes the scores of every epoch as CSV.", valueName: "file"))
  var log: String?

  @OptionGroup var scheme: SchemeArguments
  @OptionGroup var output: OutputArguments

  @Flag(help: "Print the last table as JSON.")
  var json = false

  func validate() throws {
    for (name, value) in [("--epochs", epochs), ("--batch", batch), ("--calibration", calibration)] {
      guard (1...1_000_000).contains(value) else {
        throw ValidationError("\(name) is 1 to 1000000; got \(value)")
      }
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate is above 0; got \(learningRate)")
    }
    guard freezeAfter ?? 1 >= 0 else {
      throw ValidationError("--freeze-after is 0 or more; got \(freezeAfter ?? 0)")
    }
  }

  /// The number of epochs before normalizations freeze.
  private var frozenFrom: Int { freezeAfter ?? epochs / 2 }

  func run() throws {
    let target = try ModelOutput(output)
    var scheme = try self.scheme.scheme(for: target)
    let model = try file.model()
    let data = try TrainingData(examples, reading, for: model)
    let stepsPerEpoch = data.training.examples.count.batches(of: batch)
    scheme.freezesBatchNormAfter = frozenFrom * stepsPerEpoch
    say(model.headline)
    say(
      "\(scheme.name): training on \(data.training.summary), scoring on \(data.validation.summary)")
    let quantized = try quantizeModel(
      model, calibratingOn: data.training.prefix(calibration).examples,
      by: self.scheme.calibrationMethod, scheme: scheme)
    var stages = [
      Stage("floats", score(model, data)), Stage("quantized", score(quantized, data)),
    ]
    let history = try train(quantized, data)
    guard !history.wasInterrupted else { return try stop() }
    stages.append(Stage("trained", score(quantized, data)))
    let (integers, report) = try convert(quantized)
    stages.append(Stage("integers", IntegerScore(integers, on: data).scores))
    let notes = try target.write(integers)
    let result = Result(
      stages: stages, epochs: history.epochs.count,
      warnings: [reading.remark(on: model)].compactMap { $0 } + quantized.warnings.map(\.description) + notes,

      bytes: try OrdinaryFile(path: target.path).size, parameterBytes: report.bytes,
      floatParameterBytes: report.floatBytes)
    print(json ? try result.json : result.text(target.path))
  }

  /// Trains a quantized model; its logits if it ends in a softmax, whose rounded probabilities would pass no gradient
  /// where they are 0.
  private func train(_ quantized: QuantizedModel, _ data: TrainingData) throws -> History {
    let logits = quantized.logitsModel
    let steps = epochs * data.training.examples.count.batches(of: batch)
    let trainer = Trainer(
      logits ?? quantized, optimizer: Adam(learningRate: .cosine(initial: learningRate, steps: steps)),
      loss: data.loss(fromLogits: logits != nil || !quantized.givesProbabilities), metrics: data.metrics,
      seed: reading.seed)
    var callbacks: [any Callback] = [ProgressBar()]
    if reestimate {
      let examples = data.training.prefix(calibration).examples
      callbacks.append(
        BeforeEpoch(frozenFrom + 1) { try quantized.reestimateStatistics(on: examples, batchSize: batch) })
    }
    if let log { callbacks.append(CSVLogger(log)) }
    if let checkpoint { callbacks.append(Checkpoint(checkpoint)) }
    let history = try trainer.fit(
      data.training.examples, epochs: epochs, batchSize: batch, validation: data.validation.examples,
      callbacks: callbacks, resumingFrom: checkpoint)
    quantized.weightsChanged()
    return history
  }

  private func score(_ model: Model, _ data: TrainingData) -> Scores {
    Trainer(
      model, optimizer: SGD(), loss: data.loss(fromLogits: !model.givesProbabilities), metrics: data.metrics
    ).evaluate(data.validation.examples)
  }

  /// Ends a training that Ctrl-C stopped.
  private func stop() throws {
    let next = checkpoint.map { "the training is in \($0), and the same command goes on from there" }
    StandardStream.error.write(
      "interrupted: \(next ?? "with --checkpoint FILE, the same command would go on"); nothing was written to"
        + " \(output.path)\n")
    throw ExitCode.failure
  }

  private func say(_ text: String) {
    guard !json else { return }
    print(text.wrapped(indent: "  ").joined(separator: "\n"))
  }
}

/// Does something once, before an epoch begins.
private final class BeforeEpoch: Callback {
  private let epoch: Int
  private let work: () throws -> Void

  init(_ epoch: Int, _ work: @escaping () throws -> Void) { (self.epoch, self.work) = (epoch, work) }

  func epochBegins(_ run: TrainingRun) throws {
    // An epoch that is resumed began before.
    if run.epoch == epoch, run.step == 0 { try work() }
  }
}

extension TrainCommand {
  /// A model on the way, with its scores.
  struct Stage: Codable, Hashable {
    let name: String
    let loss: Double?
    let metric: Double
    /// What the metric is, as Keras names it.
    let metricName: String

    init(_ name: String, _ scores: Scores) {
      self.name = name
      loss = scores["loss"]
      metricName = scores.names.last ?? ""
      metric = scores.values.last ?? .nan
    }
  }

  /// What came of a training.
  struct Result: Codable {
    let stages: [Stage]
    let epochs: Int
    let warnings: [String]
    let bytes: Int
    let parameterBytes: Int
    let floatParameterBytes: Int

    /// The table of the stages, the file and warnings.
    func text(_ path: String) -> String {
      let grouped = NumberFormat.grouped
      let isAccuracy = stages.first?.metricName == "accuracy"
      let table = TextTable(
        columns: ["model", "loss", (stages.first?.metricName ?? "").replacing("_", with: " ")],
        rows: stages.map { stage in
          [
            stage.name, stage.loss.map { NumberFormat.fixed(4).string($0) } ?? "–",
            (isAccuracy ? NumberFormat.percent(2) : .fixed(4)).string(stage.metric),
          ]
        })
      let file =
        "✓ \(path): \(bytes.counted("byte")); weights and biases \(grouped.string(Double(parameterBytes))) bytes, in"
        + " float \(grouped.string(Double(floatParameterBytes)))"
      let remarks = warnings.flatMap { "- \($0)".wrapped(indent: "  ") }
      let lines = [""] + table.lines + [""] + file.wrapped(indent: "  ")
      return (lines + (warnings.isEmpty ? [] : ["", "Look at these:"] + remarks)).joined(separator: "\n")
    }
  }
}
