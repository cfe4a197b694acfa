import Layers
import Quantization
import Tensors

/// The beginnings of models of small images.
struct ImageGraph {
  let input = Input([6, 6, 2], name: "image")
  let batch = Models.batch([6, 6, 2])

  /// A 3×3 convolution to two channels of the same size.
  func conv(_ name: String, _ x: SymbolicTensor, _ activation: ActivationFunction = .linear)
    -> SymbolicTensor
  {
    Conv2D(filters: 2, kernelSize: 3, padding: .same, activation: activation, name: name)(x)
  }

  /// A model of these outputs with weights drawn.
  func model(_ outputs: [SymbolicTensor]) -> Model {
    let model = Model(inputs: [input], outputs: outputs, name: "m")
    Models.draw(model, seed: 1)
    return model
  }

  /// That model quantized and calibrated on the batch.
  func quantized(_ outputs: SymbolicTensor..., scheme: QuantizeScheme = .tflite8Bit) throws
    -> QuantizedModel
  {
    try quantizeModel(model(outputs), calibratingOn: [batch], scheme: scheme)
  }

  /// What a layer of the model gives for the batch.
  func values(of layer: String, in model: Model) -> Tensor {
    Model(inputs: model.inputs, outputs: [model.output(of: layer)], name: "part")(batch)
  }
}
