import Support
import Tensors

/// The output of a layer's call in a future model.
///
/// A symbolic tensor holds no numbers. Calling a layer with one records the call and returns the symbolic tensor
/// of its output:
///
///     let x = Input([28, 28, 1])
///     let y = Dense(units: 10)(Flatten()(x))
///     let model = Model(inputs: x, outputs: y)
public class SymbolicTensor {
  /// The called layer.
  public let layer: Layer
  /// The inputs of the call; empty for an ``Input``.
  public let inputs: [SymbolicTensor]

  init(layer: Layer, inputs: [SymbolicTensor]) {
    (self.layer, self.inputs) = (layer, inputs)
  }
}

/// An input of a model: a symbolic tensor that no layer computes.
public final class Input: SymbolicTensor {
  /// The shape of one example, without the batch.
  public let shape: [Int]

  /// Creates an input for batches of examples of this shape, such as `[28, 28, 1]`.
  public init(_ shape: [Int], name: String? = nil) {
    require(
      shape.allSatisfy { $0 > 0 }, "an Input's dimensions are above zero, without the batch; got \(shape)")
    self.shape = shape
    super.init(layer: InputLayer(name: name), inputs: [])
  }
}

/// The layer of an ``Input``, which returns its input.
public final class InputLayer: Layer {
  /// Returns the inputs unchanged.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs }

  /// An input.
  public override var semantics: LayerSemantics { .input }
}
