import Support
import Tensors

/// A layer around another layer, which adds something before it, after it, or to its weights.
///
/// The base class adds nothing. A custom wrapper overrides ``call(_:training:)-(Tensor,_)``; to have weights, it
/// overrides ``build(inputShape:)`` too, and calls `super` to build the layer inside:
///
///     final class ClipWrapper: Wrapper {
///       override func build(inputShape: [Int]) {
///         super.build(inputShape: inputShape)
///         addWeight("min", shape: [], initializer: .constant(-6))
///         addWeight("max", shape: [], initializer: .constant(6))
///       }
///       override func call(_ inputs: Tensor, training: Bool) -> Tensor {
///         layer(inputs.clipped(min: weight("min").value, max: weight("max").value), training: training)
///       }
///     }
open class Wrapper: Layer {
  /// The layer inside.
  public let layer: Layer

  /// Wraps `layer`, whose weights belong to the wrapper too.
  public init(_ layer: Layer, name: String? = nil) {
    self.layer = layer
    super.init(name: name)
  }

  /// The layer inside.
  open override var sublayers: [Layer] { [layer] }

  /// Builds the layer inside, for the same shape.
  open override func build(inputShape: [Int]) { layer.buildOnce(inputShape: inputShape) }

  /// Builds the layer inside, for the same shapes.
  open override func build(inputShapes: [[Int]]) {
    if inputShapes.count == 1 {
      build(inputShape: inputShapes[0])
    } else {
      layer.buildOnce(inputShapes: inputShapes)
    }
  }

  /// A plain wrapper around a copy of the layer inside; a custom wrapper must override this.
  open override func copied() throws(LayerCopyError) -> Layer {
    guard type(of: self) == Wrapper.self else { throw LayerCopyError(layer: title) }
    return Wrapper(try layer.copiedWithState(), name: name)
  }

  /// The layer inside, in one line.
  open override var details: String { "around \(layer.oneLine)" }

  /// Calls the layer inside.
  open override func call(_ inputs: Tensor, training: Bool) -> Tensor { layer(inputs, training: training) }

  /// Calls the layer inside, with all inputs.
  open override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    inputs.count == 1 ? call(inputs[0], training: training) : layer(inputs, training: training)
  }
}
