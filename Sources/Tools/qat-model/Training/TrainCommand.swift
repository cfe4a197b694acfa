import ArgumentParser
import Conversion
import Foundation
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
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
    help: ArgumentHelp(
      "How convolutions are computed in training: direct, or winograd, which is faster for windows of 3 × 3 with 16"
        + " channels and filters or more, and has other last digits.",
      valueName: "algorithm"))
  var convolutions = ConvolutionAlgorithm.direct

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
    guard (0...1_000_000).contains(freezeAfter ?? 0) else {
      throw ValidationError("--freeze-after is 0 to 1000000; got \(freezeAfter ?? 0)")
    }
    let written = [("--to", output.path), ("--checkpoint", checkpoint), ("--log", log)]
    let read = [
      ("the model", file.path), ("--data", examples.data), ("--labels", examples.labels),
      ("--validation", examples.validation), ("--validation-labels", examples.validationLabels),
    ]
    try refuseEqualPaths(written: written, read: read)
  }

  /// The number of epochs before normalizations freeze.
  private var frozenFrom: Int { freezeAfter ?? epochs / 2 }

  func run() throws {
    let target = try ModelOutput(output)
    var scheme = try self.scheme.scheme(for: target)
    let (model, remarks) = try file.model()
    let data = try TrainingData(examples, reading, for: model)
    let stepsPerEpoch = data.training.examples.count.batches(of: batch)
    scheme.freezesBatchNormAfter = frozenFrom * stepsPerEpoch
    say(model.headline)
    say(
      "\(scheme.name): training on \(data.training.summary), scoring on \(data.validation.summary)")
    if let remark = reading.remark(on: model) { say("- \(remark)") }
    let quantized = try quantizeModel(
      model, calibratingOn: data.training.prefix(calibration).examples,
      by: self.scheme.calibrationMethod, scheme: scheme)
    var stages = [
      Stage("floats", score(model, data)), Stage("quantized", score(quantized, data)),
    ]
    let history = try train(quantized, data, identity: try identity(of: scheme))
    guard !history.wasInterrupted else { return try stop() }
    stages.append(Stage("trained", score(quantized, data)))
    let (integers, report) = try convert(quantized)
    stages.append(Stage("integers", IntegerScore(integers, on: data).scores))
    let notes = try target.write(integers)
    let result = Result(
      stages: stages, epochs: history.epochs.count,
      warnings: remarks + [self.scheme.remark(for: target)].compactMap { $0 }
        + quantized.warningTexts + notes,

      bytes: try OrdinaryFile(path: target.path).size, parameterBytes: report.bytes,
      floatParameterBytes: report.floatBytes)
    print(json ? try result.json : result.text(target.path))
  }

  /// Trains a quantized model; its logits if it ends in a softmax, whose rounded probabilities would pass no gradient
  /// where they are 0.
  private func train(
    _ quantized: QuantizedModel, _ data: TrainingData, identity: TrainingIdentity
  ) throws -> History {
    let logits = data.kind == .values ? nil : quantized.logitsModel
    let allSteps = epochs * data.training.examples.count.batches(of: batch)
    let trainer = Trainer(
      logits ?? quantized, optimizer: Adam(learningRate: .cosine(initial: learningRate, steps: allSteps)),
      loss: data.loss(fromLogits: logits != nil || !quantized.givesProbabilities), metrics: data.metrics,
      seed: reading.seed, convolutions: convolutions)
    var callbacks: [any Callback] = [ProgressBar()]
    if reestimate {
      let examples = data.training.prefix(calibration).examples
      callbacks.append(
        BeforeEpoch(frozenFrom + 1) { try quantized.reestimateStatistics(on: examples, batchSize: batch) })
    }
    if let log { callbacks.append(CSVLogger(log)) }
    let steps = StepCounter()
    callbacks.append(steps)
    if let checkpoint {
      callbacks += [identity, Checkpoint(checkpoint)] as [any Callback]
      try identity.check(checkpoint)
    }
    let history = try trainer.fit(
      data.training.examples, epochs: epochs, batchSize: batch, validation: data.validation.examples,
      callbacks: callbacks, resumingFrom: checkpoint)
    if steps.count == 0, let checkpoint {
      StandardStream.error.write("the training in \(checkpoint) is complete: nothing was left to train\n")
    }
    quantized.weightsChanged()
    return history
  }

  /// What a training has to have in common with the checkpoint that it goes on from.
  private func identity(of scheme: QuantizeScheme) throws -> TrainingIdentity {
    TrainingIdentity([
      ("model", String(SHA256.hex(try AtomicFile.read(file.path)).prefix(16))), ("--scheme", scheme.name),
      ("--runtime", scheme.arithmetic?.rawValue ?? "none"),
      ("--method", self.scheme.calibrationMethod.map { "\($0)" } ?? "each quantizer's own"),
      ("--calibration", "\(calibration)"), ("--data", examples.data),
      ("--pixels", reading.pixels.defaultValueDescription),
      ("--epochs", "\(epochs)"), ("--learning-rate", "\(learningRate)"), ("--freeze-after", "\(frozenFrom)"),
      ("--reestimate", "\(reestimate)"),
    ])
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
    fflush(nil)  // before the progress, which goes elsewhere
  }
}

/// Counts the steps of a run.
private final class StepCounter: Callback {
  private(set) var count = 0

  func stepEnds(_ run: TrainingRun) { count += 1 }
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

extension ConvolutionAlgorithm: ExpressibleByArgument {}
