import Support

/// Checks that layers of images share.
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
func requireWindow(_ size: Size2D, _ strides: Size2D, _ owner: String) {
  require(
    size.height > 0 && size.width > 0 && strides.height > 0 && strides.width > 0,
    "\(owner): windows and strides are above zero; got window \(size.tuple) and strides \(strides.tuple)")
}

extension Size2D {
  /// The height and the width.
  var tuple: (Int, Int) { (height, width) }
}
