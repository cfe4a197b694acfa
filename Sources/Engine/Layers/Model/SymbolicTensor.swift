import Support
import Tensors

/// A place in a model to be made: what a layer will return when it is called with what its inputs stand for.
///
/// It holds no numbers. Calling a layer with one notes the call and returns the next:
///
///     let x = Input([28, 28, 1])
///     let y = Dense(units: 10)(Flatten()(x))
///     let model = Model(inputs: x, outputs: y)
public class SymbolicTensor {
  /// The layer to be called.
  public let layer: Layer
  /// What it is to be called with; empty for an ``Input``.
  public let inputs: [SymbolicTensor]

  init(layer: Layer, inputs: [SymbolicTensor]) {
    (self.layer, self.inputs) = (layer, inputs)
  }
}

/// Where data enters a model: a symbolic tensor that no layer computes.
public final class Input: SymbolicTensor {
  /// The shape of one example, without the batch.
  public let shape: [Int]

  /// Stands for batches of examples of this shape: `[28, 28, 1]`, say.
  public init(_ shape: [Int], name: String? = nil) {
    require(
      shape.allSatisfy { $0 > 0 }, "an Input's dimensions are above zero, without the batch; got \(shape)")
    self.shape = shape
    super.init(layer: InputLayer(name: name), inputs: [])
  }
}

/// The layer of an ``Input``, which returns what comes in.
public final class InputLayer: Layer {
  /// Returns the inputs.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs }
}
