import FixedPoint
import Layers
import Quantizers
import Tensors

/// The grid of a kernel: its steps, and the codes below its weights.
struct CodeGrid {
  /// The step of each element, in the shape of the kernel.
  let steps: Tensor
  /// The zero point of each element.
  private let zeroPoints: Tensor
  /// The code below each weight, zero point included.
  private let floors: Tensor
  /// The distance of each weight from the code below, in steps: 0 ..< 1.
  let fractions: Tensor
  private let codes: (first: Float, last: Float)
  private let quantizer: Quantizer
  private let source: Tensor

  /// Finds the grid of the kernel that a stage has come to.
  init(of stage: PairedRun.Stage) throws(QuantizationError) {
    source = stage.quantized.quantizedSource
    guard let quantizer = stage.quantized.quantizer else { throw .noRange(tensor: "\(stage.name)/kernel") }
    self.quantizer = quantizer
    let grids: [AffineQuantizer]
    do { grids = try quantizer.affineQuantizers(ofWeight: source, rounding: .halfToEven) } catch {
      throw .tensorNotFinite(tensor: "\(stage.name)/kernel", batch: nil)
    }
    let channels = quantizer.format.channels(ofShape: source.shape)
    let shape = source.shape
    steps = Tensor(channels.map { grids[$0].scale }, shape: shape)
    zeroPoints = Tensor(channels.map { Float(grids[$0].zeroPoint) }, shape: shape)
    let positions = zip(source.values, channels).map { $0 / grids[$1].scale }
    floors = Tensor(
      zip(positions, channels).map { $0.rounded(.down) + Float(grids[$1].zeroPoint) }, shape: shape)
    fractions = Tensor(positions.map { $0 - $0.rounded(.down) }, shape: shape)
    let range = grids[0].quantizedRange
    codes = (Float(range.lowerBound), Float(range.upperBound))
  }

  /// The real weights of the codes `⌊W/Δ⌋ + up`, clipped to the codes that there are.
  func weights(up: Tensor) -> Tensor {
    ((floors + up).clipped(min: codes.first, max: codes.last) - zeroPoints) * steps
  }

  /// The real weights of the nearest codes, as the quantizer finds them.
  var nearest: Tensor { quantizer.weightInInference(source).detached() }

  /// Fixes the range, if it follows the weights.
  func fix() {
    if let range = quantizer.inferenceRange(of: source), quantizer.range(keptOf: range) != nil {
      quantizer.range = range
    }
  }

  /// Makes a quantized kernel that of a layer; a channel that a normalization multiplies by 0 keeps its own.
  func set(_ kernel: Tensor, of stage: PairedRun.Stage) {
    let variable = stage.quantized.layer.weight(at: stage.quantized.kernelName)
    guard let folded = stage.operation.wrapper.flatMap({ QuantizedParts($0).folded }),
      folded.folding != .unfolded
    else {
      variable.value = kernel
      return
    }
    let factors = (Tensor.filled(1, shape: kernel.shape) * folded.foldingFactor).values
    let values = zip(zip(kernel.values, variable.value.values), factors).map { weights, factor in
      factor == 0 ? weights.1 : weights.0 / factor
    }
    variable.value = Tensor(values, shape: kernel.shape)
  }
}
