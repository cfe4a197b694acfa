import ArgumentParser
import Layers
import Support
import Training

/// How examples of real numbers are read.
struct ExampleArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The real numbers of the bytes 0 and 255 of a pixel, as the model was trained: 0:255, -1:1.",
      valueName: "low:high"))
  var pixels = PixelRange.unit

  @Flag(help: "Resize images to the model's input, bilinearly.")
  var resize = false

  @Option(
    help: ArgumentHelp("The seed of generated digits, of shuffling and of training.", valueName: "number"))
  var seed: UInt64 = 1

  /// What reads examples for an input of a model.
  func reader(_ index: Int, of model: Model, seed: UInt64? = nil) -> ExampleReader {
    let input = InputPlace(name: model.inputNames[index], shape: model.inputs[index].shape)
    return ExampleReader(
      input: input, pixels: pixels, resizes: resize, seed: seed ?? self.seed,
      outputWidth: model.outputIndices.count == 1 ? model.outputShape.reduce(1, *) : nil)
  }

  /// What is odd about the numbers of pixels for a model; nil if nothing is.
  ///
  /// A model that begins by making its inputs much smaller was trained on bytes.
  func remark(on model: Model) -> String? {
    guard pixels.high <= 1 else { return nil }
    let factors = model.nodes.compactMap { node -> Double? in
      guard let source = node.inputs.first, case .input = model.nodes[source].layer.semantics,
        case .affine(let affine) = node.layer.semantics
      else { return nil }
      return affine.parameters().factors.map(\.magnitude).max()
    }
    guard let factor = factors.first, factor < 0.05 else { return nil }
    return
      "the model multiplies its inputs by \(NumberFormat.significant(3).string(factor)) first, as for bytes of"
      + " pixels; if the examples are pixels, give --pixels 0:255"
  }
}
