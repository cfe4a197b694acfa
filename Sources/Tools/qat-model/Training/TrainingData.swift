import ArgumentParser
import IntegerInference
import Layers
import Support
import Tensors
import Training

/// Which labelled examples a model is trained and scored on.
struct TrainingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The examples to train with: a folder with a folder of PNGs for each class, a folder of MNIST's files, digits:COUNT, or a .npy or IDX file with --labels.",
      valueName: "data"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The classes (.npy of integers, IDX) or values (.npy of floats) of a file.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "The examples to score on, as --data; by default MNIST's test images, or a share of --data that is held out.",
      valueName: "data"))
  var validation: String?

  @Option(help: ArgumentHelp("The labels of --validation.", valueName: "file"))
  var validationLabels: String?

  @Option(
    help: ArgumentHelp("The share of --data that is scored on and not trained with.", valueName: "share"))
  var holdOut = 0.1

  func validate() throws {
    guard holdOut > 0, holdOut < 1 else {
      throw ValidationError("--hold-out is between 0 and 1; got \(holdOut)")
    }
    guard validation != nil || validationLabels == nil else {
      throw ValidationError("--validation-labels are those of --validation, which is missing")
    }
  }
}

/// The examples of a training: those to train with, and those to score on.
struct TrainingData {
  let training: ExampleSet
  let validation: ExampleSet
  /// What the targets are.
  let kind: Kind

  /// What targets can be.
  enum Kind {
    /// The number of the true class.
    case classes
    /// A probability for each class, of a model that ends in a softmax.
    case probabilities
    /// The numbers that the model should give.
    case values
  }

  /// Reads the examples for a model, and checks that their targets fit its output.
  init(_ arguments: TrainingArguments, _ reading: ExampleArguments, for model: Model) throws {
    guard model.inputs.count == 1, model.outputIndices.count == 1 else {
      throw ValidationError(
        "the model has \(model.inputs.count.counted("input")) and \(model.outputIndices.count.counted("output")); this"
          + " command trains models of one each: write a few lines of Swift (Documentation/Training.md)")
    }
    let reader = reading.reader(0, of: model)
    let all = try reader.read(arguments.data, labels: arguments.labels)
    guard all.isLabeled else {
      throw ModelInputError(
        file: arguments.data, problem: "its examples have no labels",
        remedy: AtomicFile.isFolder(arguments.data)
          ? "put them into a folder for each class"
          : "give --labels FILE, or a folder with a folder for each class")
    }
    let ownTest = arguments.validation == nil && reader.hasMNIST(arguments.data) ? arguments.data : nil
    if let path = arguments.validation ?? ownTest {
      // Other digits than those of the training.
      let other = reading.reader(0, of: model, seed: reading.seed &+ 1)
      validation = try other.read(
        path, labels: arguments.validationLabels, part: .test,
        classNames: all.classNames.isEmpty ? nil : all.classNames)
      guard validation.isLabeled else {
        throw ModelInputError(
          file: path, problem: "its examples have no labels", remedy: "give --validation-labels FILE")
      }
      training = all
    } else {
      let held = Int((Double(all.examples.count) * arguments.holdOut).rounded())
      guard held > 0, held < all.examples.count else {
        throw ModelInputError(
          file: arguments.data, problem: "it has \(all.examples.count.counted("example"))",
          remedy: "a share of \(arguments.holdOut) for scoring leaves none: give more, or --validation")
      }
      var generator = SeededGenerator(seed: reading.seed).derived("hold-out")
      let order = generator.permutation(all.examples.count)
      validation = all.choosing(Array(order[..<held]))
      training = all.choosing(Array(order[held...]))
    }
    let width = model.outputShape.reduce(1, *)
    let kinds = try [
      (training, arguments.labels ?? arguments.data),
      (validation, arguments.validationLabels ?? arguments.labels ?? arguments.data),
    ].map { try Self.hasClasses($0.0, for: model.outputShape, in: $0.1) }
    guard kinds[0] == kinds[1] else {
      throw ValidationError("--labels and --validation-labels are both classes or both values")
    }
    kind = kinds[0] ? .classes : model.givesProbabilities && width > 1 ? .probabilities : .values
  }

  /// Whether the targets are classes; refuses targets that an output of this shape cannot have.
  private static func hasClasses(_ set: ExampleSet, for shape: [Int], in path: String) throws -> Bool {
    var generator = SeededGenerator(seed: 0)
    for start in stride(from: 0, to: set.examples.count, by: 256) {
      let indices = Array(start..<min(start + 256, set.examples.count))
      switch set.examples.batch(of: indices, using: &generator).targets {
      case .classes(let labels):
        guard shape.count == 1, let highest = labels.max(), highest < shape[0] else {
          throw ModelInputError(
            file: path, problem: "it has the class \(labels.max() ?? 0)",
            remedy:
              "the model's output, \(shape.times), has the classes 0 to \(shape.reduce(1, *) - 1): give values"
              + " (.npy of float32) for an output that is no class")
        }
      case .values(let values):
        guard Array(values.shape.dropFirst()) == shape else {
          throw ModelInputError(
            file: path, problem: "its targets have the shape \(values.shape.times)",
            remedy: "the model gives N×\(shape.times) for N examples")
        }
        return false
      }
    }
    return true
  }

  /// The loss that fits targets and output.
  func loss(fromLogits: Bool) -> Loss {
    switch kind {
    case .classes: .sparseCategoricalCrossEntropy(fromLogits: fromLogits)
    case .probabilities: .categoricalCrossEntropy(fromLogits: fromLogits)
    case .values: .meanSquaredError
    }
  }

  /// The metrics beside the loss.
  var metrics: [Metric] { kind == .values ? [.meanAbsoluteError] : [.accuracy] }
}
