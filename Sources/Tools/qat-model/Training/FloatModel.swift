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

  /// Reads the model.
  func model() throws -> Model { try ModelFile.floats(path: path) }
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
