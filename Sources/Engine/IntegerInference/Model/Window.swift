import Support

/// The window that a convolution or a pooling slides over images: size, strides and padding, in pixels.
public struct Window: Hashable, Sendable {
  /// The pixels added around an image; all are 0 or more.
  public struct Padding: Hashable, Sendable {
    /// The rows above.
    public let top: Int
    /// The columns on the left.
    public let left: Int
    /// The rows below.
    public let bottom: Int
    /// The columns on the right.
    public let right: Int

    /// No padding at all.
    public static let none = Padding(top: 0, left: 0, bottom: 0, right: 0)

    /// Creates explicit amounts.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
    }
  }

  /// The rows of pixels under the window.
  public let height: Int
  /// The columns of pixels under the window.
  public let width: Int
  /// How many rows the window moves at a time.
  public let verticalStride: Int
  /// How many columns the window moves at a time.
  public let horizontalStride: Int
  /// The pixels added around the image.
  ///
  /// A convolution reads the input's zero point there, which is real 0; a maximum leaves them out, and an
  /// average does not count them.
  public let padding: Padding

  /// Creates a window of explicit padding.
  public init(
    size: (height: Int, width: Int), strides: (vertical: Int, horizontal: Int) = (1, 1),
    padding: Padding = .none
  ) {
    (height, width) = size
    (verticalStride, horizontalStride) = strides
    self.padding = padding
  }

  /// Creates the window that Keras's `padding: .same` means for images of `height` × `width` pixels.
  ///
  /// The outputs are ⌈image ÷ stride⌉; where an odd number of pixels is missing, the last one is added below and
  /// on the right.
  public init(
    size: (height: Int, width: Int), strides: (vertical: Int, horizontal: Int) = (1, 1),
    sameFor image: (height: Int, width: Int)
  ) {
    require(
      size.height > 0 && size.width > 0 && strides.vertical > 0 && strides.horizontal > 0,
      "Window: size and strides are counts of pixels; expected 1 or more, got \(size) and \(strides)")
    let rows = Self.missing(image.height, size: size.height, stride: strides.vertical)
    let columns = Self.missing(image.width, size: size.width, stride: strides.horizontal)
    self.init(
      size: size, strides: strides,
      padding: Padding(
        top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2))
  }

  /// The rows and columns of the output for images of this size; 0 or less where the window does not fit.
  public func outputSize(of image: (height: Int, width: Int)) -> (height: Int, width: Int) {
    (
      Self.positions(image.height + padding.top + padding.bottom, size: height, stride: verticalStride),
      Self.positions(image.width + padding.left + padding.right, size: width, stride: horizontalStride)
    )
  }

  private static func positions(_ extent: Int, size: Int, stride: Int) -> Int {
    extent < size ? 0 : (extent - size) / stride + 1
  }

  /// The pixels to add to `extent` so that a window begins at every multiple of the stride.
  private static func missing(_ extent: Int, size: Int, stride: Int) -> Int {
    max(((extent + stride - 1) / stride - 1) * stride + size - extent, 0)
  }
}
