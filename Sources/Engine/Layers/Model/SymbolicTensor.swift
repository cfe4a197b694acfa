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
