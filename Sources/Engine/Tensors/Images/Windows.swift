import CKernels
import Support

/// Windows that slide over a batch of NHWC images: the geometry of convolutions and pooling.
struct Windows {
  let batch: Int
  /// The geometry of one image, for the kernels.
  let geometry: qat_windows

  init(
    _ image: [Int], window: Size2D, strides: Size2D, padding: Padding, for operation: String
  ) {
    require(
      image.count == 4, "\(operation): images have shape [batch, height, width, channels]; got \(image)")
    require(
      window.height > 0 && window.width > 0 && strides.height > 0 && strides.width > 0,
      "\(operation): windows and strides are above zero; got windows (\(window.height), \(window.width)) and"
        + " strides (\(strides.height), \(strides.width))")
    func positions(_ extent: Int, _ window: Int, _ stride: Int) -> (count: Int, before: Int) {
      let count = padding.positions(in: extent, window: window, stride: stride)
      return (count, padding == .same ? Swift.max((count - 1) * stride + window - extent, 0) / 2 : 0)
    }
    require(
      padding == .same || (window.height <= image[1] && window.width <= image[2]),
      "\(operation): a window of \([window.height, window.width]) does not fit an image of shape \(image): use"
        + " .same")
    let vertical = positions(image[1], window.height, strides.height)
    let horizontal = positions(image[2], window.width, strides.width)
    batch = image[0]
    geometry = qat_windows(
      height: image[1], width: image[2], channels: image[3], out_height: vertical.count,
      out_width: horizontal.count, window_height: window.height, window_width: window.width,
      stride_height: strides.height, stride_width: strides.width, pad_top: vertical.before,
      pad_left: horizontal.before)
  }

  private init(batch: Int, geometry: qat_windows) { (self.batch, self.geometry) = (batch, geometry) }

  /// The windows of the transposed convolution, for strides of 1, over results with a number of channels.
  ///
  /// They slide over the results. There is one for each pixel of the image, over the results that the pixel
  /// contributed to.
  func transposed(channels: Int) -> Windows {
    var transposed = geometry
    transposed.channels = channels
    (transposed.height, transposed.width) = (geometry.out_height, geometry.out_width)
    (transposed.out_height, transposed.out_width) = (geometry.height, geometry.width)
    transposed.pad_top = geometry.window_height - 1 - geometry.pad_top
    transposed.pad_left = geometry.window_width - 1 - geometry.pad_left
    return Windows(batch: batch, geometry: transposed)
  }

  /// The windows over an image in which each channel is repeated.
  func repeatingChannels(_ times: Int) -> Windows {
    var wide = geometry
    wide.channels *= times
    return Windows(batch: batch, geometry: wide)
  }

  /// The number of floats in one image.
  var imageSize: Int { geometry.height * geometry.width * geometry.channels }
  /// The number of windows in one image.
  var windowCount: Int { geometry.out_height * geometry.out_width }
  /// The number of floats under one window.
  var patchSize: Int { geometry.window_height * geometry.window_width * geometry.channels }

  /// The shape of a result with the given number of channels.
  func resultShape(channels: Int) -> [Int] { [batch, geometry.out_height, geometry.out_width, channels] }
}

/// The treatment of windows at the edges of an image.
public enum Padding: Hashable, Codable, Sendable {
  /// Windows stay inside the image: there are ⌊(extent − window) / stride⌋ + 1.
  case valid
  /// Windows reach into zeros around the image, so that there are ⌈extent / stride⌉.
  ///
  /// If the amount of padding is odd, the larger half is at the bottom and the right.
  case same

  /// The number of positions of a window that fits, along one dimension of an image.
  package func positions(in extent: Int, window: Int, stride: Int) -> Int {
    self == .same ? (extent + stride - 1) / stride : (extent - window) / stride + 1
  }
}
