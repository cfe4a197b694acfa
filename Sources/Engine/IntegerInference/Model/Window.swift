import Support

/// The window of a convolution or a pooling: size, strides, padding and dilation, in pixels.
public struct Window: Hashable, Sendable {
  /// The numbers of pixels added around an image, 0 or more.
  public struct Padding: Hashable, Sendable {
    /// The rows above the image.
    public let top: Int
    /// The columns left of the image.
    public let left: Int
    /// The rows below the image.
    public let bottom: Int
    /// The columns right of the image.
    public let right: Int

    /// No padding.
    public static let none = Padding(top: 0, left: 0, bottom: 0, right: 0)

    /// Creates padding of explicit amounts.
    ///
    /// - Parameters:
    ///   - top: The rows above the image.
    ///   - left: The columns left of the image.
    ///   - bottom: The rows below the image.
    ///   - right: The columns right of the image.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
    }
  }

  /// The height of the window.
  public let height: Int
  /// The width of the window.
  public let width: Int
  /// The rows between one window and the next below it.
  public let verticalStride: Int
  /// The columns between one window and the next to its right.
  public let horizontalStride: Int
  /// The pixels added around the image.
  ///
  /// A convolution reads the input's zero point there, which is real 0; a maximum skips them, and an average
  /// does not count them.
  public let padding: Padding
  /// The rows from one row of weights to the next: 1 without dilation, which poolings do not have.
  public let verticalDilation: Int
  /// The columns from one column of weights to the next: 1 without dilation, which poolings do not have.
  public let horizontalDilation: Int

  /// Creates a window with explicit padding.
  public init(
    size: (height: Int, width: Int), strides: (vertical: Int, horizontal: Int) = (1, 1),
    padding: Padding = .none, dilations: (vertical: Int, horizontal: Int) = (1, 1)
  ) {
    (height, width) = size
    (verticalStride, horizontalStride) = strides
    self.padding = padding
    (verticalDilation, horizontalDilation) = dilations
  }

  /// Creates the window of Keras's `padding: .same` for images of `height` × `width` pixels.
  ///
  /// The output has ⌈image ÷ stride⌉ pixels in each direction; of an odd number of padding pixels, the last
  /// one is added below or on the right.
  public init(
    size: (height: Int, width: Int), strides: (vertical: Int, horizontal: Int) = (1, 1),
    sameFor image: (height: Int, width: Int), dilations: (vertical: Int, horizontal: Int) = (1, 1)
  ) {
    require(
      size.height > 0 && size.width > 0 && strides.vertical > 0 && strides.horizontal > 0,
      "Window: size and strides are counts of pixels; expected 1 or more, got \(size) and \(strides)")
    require(
      dilations.vertical > 0 && dilations.horizontal > 0,
      "Window: dilations are distances in pixels; expected 1 or more, got \(dilations)")
    let reach = (
      height: Self.reach(size.height, dilations.vertical), width: Self.reach(size.width, dilations.horizontal)
    )
    let rows = Self.missing(image.height, size: reach.height, stride: strides.vertical)
    let columns = Self.missing(image.width, size: reach.width, stride: strides.horizontal)
    self.init(
      size: size, strides: strides,
      padding: Padding(
        top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2),
      dilations: dilations)
  }

  /// Creates the window of Keras's transposed convolution with `padding: .same`, from images of `image` to images of
  /// `result` pixels.
  ///
  /// The padding is what the windows, laid side by side on the result, reach beyond it; of an odd number of pixels,
  /// the last one is below or on the right.
  public init(
    size: (height: Int, width: Int), strides: (vertical: Int, horizontal: Int) = (1, 1),
    transposedSameFrom image: (height: Int, width: Int), to result: (height: Int, width: Int)
  ) {
    let rows = max((image.height - 1) * strides.vertical + size.height - result.height, 0)
    let columns = max((image.width - 1) * strides.horizontal + size.width - result.width, 0)
    self.init(
      size: size, strides: strides,
      padding: Padding(
        top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2))
  }

  /// The rows from the first to the last row of weights: the height without dilation.
  public var dilatedHeight: Int { Self.reach(height, verticalDilation) }

  /// The columns from the first to the last column of weights: the width without dilation.
  public var dilatedWidth: Int { Self.reach(width, horizontalDilation) }

  /// Whether the weights lie apart.
  public var isDilated: Bool { verticalDilation != 1 || horizontalDilation != 1 }

  /// The size of the output for images of this size; 0 in a direction in which the window does not fit.
  public func outputSize(of image: (height: Int, width: Int)) -> (height: Int, width: Int) {
    (
      Self.positions(
        image.height + padding.top + padding.bottom, size: dilatedHeight, stride: verticalStride),
      Self.positions(image.width + padding.left + padding.right, size: dilatedWidth, stride: horizontalStride)
    )
  }

  private static func reach(_ size: Int, _ dilation: Int) -> Int { (size - 1) * dilation + 1 }

  private static func positions(_ extent: Int, size: Int, stride: Int) -> Int {
    extent < size ? 0 : (extent - size) / stride + 1
  }

  /// The pixels to add to `extent` so that a window begins at each multiple of the stride.
  private static func missing(_ extent: Int, size: Int, stride: Int) -> Int {
    max(((extent + stride - 1) / stride - 1) * stride + size - extent, 0)
  }
}
