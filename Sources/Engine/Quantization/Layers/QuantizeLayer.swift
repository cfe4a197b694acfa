import Layers
import Quantizers
import Support
import Tensors

/// Quantizes what comes in: a fake-quant on an edge of the graph, where no layer's output carries one.
public final class QuantizeLayer: Layer {
  /// The quantizer.
  public let quantizer: Quantizer
  /// Whether the quantizer belongs to another layer, which shows it the values.
  public let isShared: Bool

  /// Creates the layer.
  public init(_ quantizer: Quantizer, isShared: Bool = false, name: String? = nil) {
    (self.quantizer, self.isShared) = (quantizer, isShared)
    super.init(name: name)
  }

  /// Takes the quantizer's variables as weights, unless another layer has them.
  public override func build(inputShape: [Int]) {
    if !isShared { addQuantizer(quantizer, of: "output", shape: [1] + inputShape) }
  }

  /// A layer with a fresh quantizer of the same settings; not of one that is another layer's.
  public override func copied() -> Layer {
    require(!isShared, Self.sharing(title))
    return QuantizeLayer(quantizer.copied(), name: name)
  }

  /// Why a layer that shares a quantizer is not copied.
  static func sharing(_ title: String) -> String {
    "\(title) has another layer's quantizer, which a copy of it alone would not: quantize the float model again"
  }

  /// Quantizes.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    isShared
      ? quantizer.fakeQuantizedAtSharedRange(inputs, training: training)
      : quantizer(inputs, training: training)
  }
}

extension Quantizer {
  /// `x` on the grid that another tensor gives this quantizer, which does not observe this one.
  ///
  /// As it is where that other tensor is left as it is too, or has not come yet; of delayed calls, though, the
  /// last may round already.
  func fakeQuantizedAtSharedRange(_ x: Tensor, training: Bool) -> Tensor {
    quantizesAtSharedRange(training: training) ? fakeQuantized(x) : x
  }

  /// Whether `fakeQuantizedAtSharedRange(_:training:)` rounds.
  func quantizesAtSharedRange(training: Bool) -> Bool {
    let observes = phase == .calibrating || phase == .learning && training && isDelayed
    return !(phase == .off || observes || !learnedIsFinite || range == nil)
  }

  private var isDelayed: Bool {
    delay > 0 && !variables.isEmpty && variable("delayed").value.scalar < Float(delay)
  }
}

extension Layer {
  /// Builds a quantizer for tensors of a shape, and lists its variables: `kernel_min`, `kernel_max`, ….
  func addQuantizer(_ quantizer: Quantizer, of tensor: String, shape: [Int]) {
    quantizer.build(shape: shape, name: "\(name)/\(tensor)")
    for (name, variable) in quantizer.variables { addWeight("\(tensor)_\(name)", variable) }
  }
}
