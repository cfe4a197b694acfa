import ArgumentParser
import Layers
import Quantization
import Support
import Tensors
import Training

/// The Keras file that a command quantizes.
struct FloatArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The model: a whole .keras or .h5 file of Keras.", valueName: "file"))
  var path: String

  @Option(
    name: .customLong("input-shape"),
    help: ArgumentHelp(
      "The shape of an example, such as 96x96x3, if the file leaves it open; once for each input.",
      valueName: "shape"))
  var inputShapes: [InputShape] = []

  /// Reads the model, with notes on what computes as in Keras and trains otherwise.
  func model() throws -> (model: Model, notes: [String]) {
    var notes: [String] = []
    let shapes = inputShapes.isEmpty ? nil : inputShapes.map(\.extents)
    let model = try ModelFile.floats(path: path, inputShapes: shapes) { notes.append($0) }
    return (model, notes)
  }
}

/// The shape of an example, as it is named on the command line.
struct InputShape: Hashable, ExpressibleByArgument {
  let extents: [Int]

  /// Reads extents of 1 or more with an x between them: "96x96x3".
  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard parts.allSatisfy({ (1...1_000_000).contains($0) }) else { return nil }
    extents = parts
  }
}

extension Model {
  /// A model of the same layers that gives the logits, if the only output is a softmax layer; else nil.
  ///
  /// Its layers are this model's, so training it trains this model.
  var logitsModel: Model? {
    guard outputIndices.count == 1, case .activation(.softmax) = lastSemantics,
      let source = nodes[outputIndices[0]].inputs.first
    else { return nil }
    return Model(inputs: inputs, outputs: [nodes[source].output], name: name, seed: seed ?? 0)
  }

  /// Whether the only output is probabilities: of a softmax layer, or of a layer with that activation.
  var givesProbabilities: Bool {
    guard outputIndices.count == 1 else { return false }
    return switch lastSemantics {
    case .activation(.softmax): true
    case .linear(let linear): linear.activation == .softmax
    default: false
    }
  }

  /// What the layer of the first output computes, without quantizers around it.
  private var lastSemantics: LayerSemantics { QuantizedParts(nodes[outputIndices[0]].layer).core.semantics }

  /// The shape of an example of the first output.
  var outputShape: [Int] { nodes[outputIndices[0]].outputShape }

  /// The name, the weights and the shapes, in a line.
  var headline: String {
    let count = weights.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let shapes = inputs.map { $0.shape.times }.joined(separator: ", ")
    let results = outputIndices.map { nodes[$0].outputShape.times }.joined(separator: ", ")
    return
      "\(name.printableLabel): \(count.counted("number")) in \(layers.count.counted("layer")), input \(shapes),"
      + " output \(results)"
  }
}

extension QuantizedModel {
  /// The warnings in words of this command; those of many normalizations are one.
  var warningTexts: [String] {
    let apart = warnings.count { if case .statisticsApart = $0 { true } else { false } }
    let others = warnings.filter { if case .statisticsApart = $0 { false } else { true } }.map(\.description)
    guard apart > 0 else { return others }
    return others + [
      "the moving statistics of \(apart.counted("normalization")), which the integers use, are far from those of the last"
        + " batches: train longer, or give --reestimate"
    ]
  }
}
