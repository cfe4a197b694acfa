/// A height and a width, in pixels or steps: the size of a window, the strides of a convolution.
///
/// One number stands for a square: `kernelSize: 3` is `Size2D(3, 3)`.
public struct Size2D: Hashable, Codable, Sendable, ExpressibleByIntegerLiteral {
  /// The extent down the image.
  public var height: Int
  /// The extent across the image.
  public var width: Int

  /// Creates a size from its height and its width.
  public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  /// Creates a square.
  public init(integerLiteral side: Int) { self.init(side, side) }
}

extension Size2D: CustomStringConvertible {
  /// Height × width, as in `3×5`.
  public var description: String { "\(height)×\(width)" }
}
