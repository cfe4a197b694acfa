import Support
import Tensors

/// What the convolutions of images have in common: a window that slides, a bias and an activation.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
public class BaseConv2D: Layer {
  /// The height and width of a filter.
  public let kernelSize: (Int, Int)
  /// How far the window moves at a step, down and to the right.
  public let strides: (Int, Int)
  /// What happens at the edge.
  public let padding: Padding
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  let biasInitializer: Initializer

  init(
    kernelSize: (Int, Int), strides: (Int, Int), padding: Padding, activation: ActivationFunction,
    useBias: Bool, biasInitializer: Initializer, name: String?
  ) {
    requireWindow(kernelSize, strides, name ?? "\(Self.self)")
    (self.kernelSize, self.strides, self.padding) = (kernelSize, strides, padding)
    (self.activation, self.useBias, self.biasInitializer) = (activation, useBias, biasInitializer)
    super.init(name: name)
  }

  /// Creates the bias of so many outputs, where there is one.
  func addBias(count: Int) {
    if useBias { addWeight("bias", shape: [count], initializer: biasInitializer) }
  }

  /// The bias as it is now, where there is one.
  var bias: Tensor? { useBias ? weight("bias").value : nil }
}

extension Layer {
  /// Stops unless an example is an image.
  func requireImages(_ shape: [Int]) {
    require(
      shape.count == 3,
      "\(title): an example is an image of shape [height, width, channels]; got \(shape): reshape it, to "
        + "[28, 28, 1], say")
  }
}

/// Stops unless a window and its strides are above zero.
func requireWindow(_ size: (Int, Int), _ strides: (Int, Int), _ owner: String) {
  require(
    size.0 > 0 && size.1 > 0 && strides.0 > 0 && strides.1 > 0,
    "\(owner): windows and strides are above zero; got window \(size) and strides \(strides)")
}
