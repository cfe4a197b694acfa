import Support
import Tensors

/// What the poolings of images have in common: a window that slides over each channel.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, channels]`.
public class Pooling2D: Layer {
  /// The height and width of the window.
  public let poolSize: (Int, Int)
  /// How far the window moves at a step, down and to the right.
  public let strides: (Int, Int)
  /// What happens at the edge; padding never takes part in the result.
  public let padding: Padding

  /// Creates the layer; without strides the windows lie side by side.
  public init(
    poolSize: (Int, Int) = (2, 2), strides: (Int, Int)? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    requireWindow(poolSize, strides ?? poolSize, name ?? "\(Self.self)")
    (self.poolSize, self.strides, self.padding) = (poolSize, strides ?? poolSize, padding)
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }
}
