import FixedPoint
import IntegerInference
import Layers
import Quantization
import Quantizers

// The grid of each operation's codes.
//
// An operation whose values are rounded has a quantizer. One whose values are rounded later, since all that feeds a
// concatenation is on its grid, takes that of its readers: rounding a little earlier changes nothing, for only
// operations that move codes lie between.

extension Converter {
  /// The grid of a source's codes.
  ///
  /// - Throws: `ConversionError` if its values stay in float, or have no grid that fits bytes.
  func grid(of number: Int) throws(ConversionError) -> AffineQuantizer {
    let source = sources[number]
    guard let quantizer = quantizer(of: number) else {
      let layer = floatLayer(from: number)
      throw .inFloat(layer: layer.title, tensor: layer === source.layer ? "output" : "input")
    }
    let grids = try grids(of: quantizer, "output", source.layer)
    guard grids.count == 1 else {
      throw .unsupported(
        layer: source.layer.title, reason: "its output has a range for each channel",
        remedy: "use one range for all, axis: nil")
    }
    return grids[0]
  }

  /// The grids of a quantizer whose codes fit bytes.
  ///
  /// - Throws: `ConversionError` if it has no range, or too many bits.
  func grids(
    of quantizer: Quantizer, _ tensor: String, _ layer: Layer
  ) throws(ConversionError) -> [AffineQuantizer] {
    guard quantizer.format.bitWidth <= 8 else {
      throw .tooManyBits(layer: layer.title, tensor: tensor, bits: quantizer.format.bitWidth)
    }
    guard quantizer.range != nil else {
      throw .noGrid(
        layer: layer.title, tensor: tensor, reason: "no range yet: calibrate or train the model first")
    }
    do { return try QuantizedOperation.grids(quantizer, of: tensor, layer.title) } catch {
      throw .noGrid(layer: layer.title, tensor: tensor, reason: "an impossible range: \(error.description)")
    }
  }

  /// The quantizer that puts a source's values on a grid, sooner or later; nil if they stay in float.
  private func quantizer(of number: Int) -> Quantizer? {
    if let own = sources[number].output { return own }
    let found = readers(of: number).map { reader -> Quantizer? in
      let layer = sources[reader].layer
      guard layer is Concatenate || layer is QuantizeLayer || layer.preservesQuantization else { return nil }
      return quantizer(of: reader)
    }
    guard let first = found.first, found.allSatisfy({ $0 === first }) else { return nil }
    return first
  }

  private func readers(of number: Int) -> [Int] {
    sources.indices.filter { sources[$0].inputs.contains(number) }
  }

  /// The source whose values stay in float: where an input of the model does, the layer that reads it so.
  private func floatLayer(from number: Int) -> Layer {
    let layer = sources[number].layer
    guard layer is InputLayer || layer.preservesQuantization, let reader = readers(of: number).first else {
      return layer
    }
    return floatLayer(from: reader)
  }

  /// The codes that a source's activation lets through.
  func limits(of source: QuantizedOperation, on grid: AffineQuantizer) -> ClosedRange<Int32> {
    guard let limits = source.limits else { return grid.quantizedRange }
    return grid.quantize(limits.low)...grid.quantize(limits.high)
  }
}
