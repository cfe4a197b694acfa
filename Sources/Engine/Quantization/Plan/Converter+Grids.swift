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
      let layer = floatLayer(fromSource: index)
      throw .inFloat(layer: layer.title, tensor: layer === planned.layer ? "output" : "input")
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

  /// The layer whose output stays in float; where that is an input of the model, the layer that reads it.
  private func floatLayer(fromSource index: Int) -> Layer {
    let planned = model.plan.operations[index]
    let isInput = if case .layer(.input) = planned.semantics { true } else { false }
    guard isInput || planned.movesValues, let consumer = model.plan.consumer(of: index) else {
      return planned.layer
    }
    return floatLayer(fromSource: consumer)
  }

  /// The range of output codes of a source's activation.
  func activationRange(of source: QuantizedOperation, on grid: AffineQuantizer) -> ClosedRange<Int32> {
    guard let range = source.activationRange else { return grid.quantizedRange }
    return grid.quantize(range.low)...grid.quantize(range.high)
  }
}
