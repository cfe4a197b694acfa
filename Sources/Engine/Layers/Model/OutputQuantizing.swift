import Tensors

/// A layer around another one that rounds what comes out of it, as fake quantization does.
package protocol OutputQuantizing: Layer {
  /// The layer inside.
  var layer: Layer { get }

  /// Whether rounding the maxima of side by side windows gives what the maxima of rounded values are, in every
  /// state and for all values of 0 and more; and whether it learns the same from either.
  var isMonotonic: Bool { get }

  /// What comes out for these outputs of the layer inside; once a call, in the place of rounding in the call.
  func rounded(_ outputs: Tensor, training: Bool) -> Tensor

  /// The same for a layer that commutes with the maximum: how outputs of 0 and more are rounded of which this is
  /// the greatest; nil if they stay as they are.
  func rounding(upTo greatest: Float, training: Bool) -> (any InPlaceQuantizer)?
}
