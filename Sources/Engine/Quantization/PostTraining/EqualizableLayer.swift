import Layers
import Tensors

/// A layer with a kernel, whose channels can be multiplied, with the normalization behind it if there is one.
struct EqualizableLayer {
  /// The layer, without an annotation around it.
  let layer: Layer
  /// What the layer computes.
  let linear: LinearSemantics
  /// The normalization directly behind the layer, which takes the factors of its outputs.
  var normalization: BatchNormalization?
  /// The number of channels of the input: of the image that was flattened, if that is what a dense layer reads.
  var inputChannels: Int

  /// The name of the layer.
  var name: String { layer.name }
  /// The number of channels of the output.
  var outputChannels: Int {
    isDepthwise ? shape[shape.count - 2] * shape[shape.count - 1] : shape[shape.count - 1]
  }

  private var kernel: Variable { layer.weight(at: linear.kernelName) }
  private var shape: [Int] { kernel.shape }
  private var isDepthwise: Bool { if case .depthwise = linear.product { true } else { false } }

  /// The number of inputs of the kernel: dense features, or channels of the image.
  static func kernelInputs(of layer: Layer, _ linear: LinearSemantics) -> Int {
    let shape = layer.weight(at: linear.kernelName).shape
    return shape[shape.count - 2]
  }

  /// The input and the output channel of an element of the kernel.
  private func channels(_ element: Int) -> (input: Int, output: Int) {
    let (columns, rows) = (shape[shape.count - 1], shape[shape.count - 2])
    let (row, column) = (element / columns % rows, element % columns)
    return (row % inputChannels, isDepthwise ? row * columns + column : column)
  }

  /// The largest magnitude of the kernel between each two channels that it joins, with γ/σ folded in.
  func magnitudes() -> [(input: Int, output: Int, magnitude: Double)] {
    let folded = normalization?.inferenceFactors
    var largest = [Double](repeating: -1, count: inputChannels * outputChannels)
    for (element, value) in kernel.value.values.enumerated() {
      let (input, output) = channels(element)
      let magnitude = abs(Double(value) * (folded?[output] ?? 1))
      let place = input * outputChannels + output
      largest[place] = max(largest[place], magnitude)
    }
    return largest.enumerated().filter { $0.element >= 0 }.map { place, magnitude in
      (place / outputChannels, place % outputChannels, magnitude)
    }
  }

  /// Multiplies the kernel by the factors of its inputs, and divides what gives the outputs by those of the outputs.
  func apply(inputs: [Double], outputs: [Double]) {
    let own = normalization == nil
    let values = kernel.value.values.enumerated().map { element, value in
      let (input, output) = channels(element)
      return Float(Double(value) * inputs[input] / (own ? outputs[output] : 1))
    }
    kernel.value = Tensor(values, shape: shape)
    if let normalization {
      Self.divide(normalization.gamma, by: outputs)
      if normalization.center { Self.divide(normalization.beta, by: outputs) }
    } else if linear.hasBias {
      Self.divide(layer.weight("bias"), by: outputs)
    }
  }

  private static func divide(_ variable: Variable, by factors: [Double]) {
    let values = zip(variable.value.values, factors).map { Float(Double($0) / $1) }
    variable.value = Tensor(values, shape: variable.shape)
  }
}
