import FixedPoint
import IntegerInference
import Layers
import Quantizers

// The grid of each operation's codes.
//
// An operation with a quantized output has a quantizer. The inputs of a concatenation may be quantized behind it, to
// its grid; such an operation takes the quantizer of its consumers. Quantizing earlier changes nothing, because only
// operations that move codes lie between.

extension Converter {
  /// The grid of a source's output.
  ///
  /// - Throws: ``ConversionError`` if the output stays in float, or has no grid that fits bytes.
  func grid(ofSource index: Int) throws(ConversionError) -> AffineQuantizer {
    let planned = model.plan.operations[index]
    guard let quantizer = planned.codes else {
      let float = floatOperation(fromSource: index)
      throw .inFloat(
        layer: float.layer.title, tensor: float.layer === planned.layer ? "output" : "input",
        isAnnotated: isAnnotated(float))
    }
    let grids = try grids(of: quantizer, "output", planned.layer)
    guard grids.count == 1 else {
      throw .unsupported(
        layer: planned.layer.title, reason: "its output has a range for each channel",
        remedy: "use one range for all, axis: nil")
    }
    return grids[0]
  }

  /// The grids of a quantizer, whose codes must fit bytes: one, or one for each channel.
  ///
  /// - Throws: ``ConversionError`` if it has no range, or too many bits.
  func grids(
    of quantizer: Quantizer, _ tensor: String, _ layer: Layer
  ) throws(ConversionError) -> [AffineQuantizer] {
    guard quantizer.format.bitWidth <= 8 else {
      throw .tooManyBits(layer: layer.title, tensor: tensor, bits: quantizer.format.bitWidth)
    }
    guard let range = quantizer.range else {
      throw .noGrid(
        layer: layer.title, tensor: tensor, reason: "no range yet: calibrate or train the model first")
    }
    // A channel of a kernel may be dead; a tensor that is clipped to almost 0 as a whole has no use.
    guard quantizer.collapsedChannels < range.low.count else {
      throw .noGrid(
        layer: layer.title, tensor: tensor,
        reason: "no range left: what its quantizer learns fell to 0 or below; see the model's warnings")
    }
    do { return try QuantizedOperation.grids(quantizer, of: tensor, layer.title) } catch {
      throw .noGrid(layer: layer.title, tensor: tensor, reason: "an impossible range: \(error.description)")
    }
  }

  /// The operation whose output stays in float; where that is an input of the model, the operation that reads it.
  private func floatOperation(fromSource index: Int) -> InferencePlan.Operation {
    let planned = model.plan.operations[index]
    guard planned.isInput || planned.movesValues, let consumer = model.plan.consumer(of: index) else {
      return planned
    }
    return floatOperation(fromSource: consumer)
  }

  /// Whether the layer of an operation is annotated, so that only its configuration can leave a tensor in float.
  func isAnnotated(_ operation: InferencePlan.Operation) -> Bool {
    let names = Set(operation.nodes.map { model.nodes[$0].layer.name })
    return model.explanations.contains { names.contains($0.name) && !$0.decisions.isEmpty }
  }
}
