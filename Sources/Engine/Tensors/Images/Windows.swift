import CKernels
import Support

/// Windows sliding over a batch of NHWC images: the geometry of convolutions and pooling.
struct Windows {
  let batch: Int
  /// The geometry of one image, as the kernels take it.
  let geometry: qat_windows

  init(
    _ image: [Int], window: (Int, Int), strides: (Int, Int), padding: Padding, for operation: String
  ) {
    require(
      image.count == 4, "\(operation): images have shape [batch, height, width, channels]; got \(image)")
    require(
      window.0 > 0 && window.1 > 0 && strides.0 > 0 && strides.1 > 0,
      "\(operation): windows and strides are above zero; got windows \(window) and strides \(strides)")
    func placed(_ extent: Int, _ window: Int, _ stride: Int) -> (count: Int, before: Int) {
      switch padding {
      case .valid: return ((extent - window) / stride + 1, 0)
      case .same:
        let count = (extent + stride - 1) / stride
        return (count, Swift.max((count - 1) * stride + window - extent, 0) / 2)
      }
    }
    require(
      padding == .same || (window.0 <= image[1] && window.1 <= image[2]),
      "\(operation): a window of \([window.0, window.1]) does not fit an image of shape \(image): use .same"
    )
    let vertical = placed(image[1], window.0, strides.0)
    let horizontal = placed(image[2], window.1, strides.1)
    batch = image[0]
    geometry = qat_windows(
      height: image[1], width: image[2], channels: image[3], out_height: vertical.count,
      out_width: horizontal.count, window_height: window.0, window_width: window.1, stride_height: strides.0,
      stride_width: strides.1, pad_top: vertical.before, pad_left: horizontal.before)
  }

  private init(batch: Int, geometry: qat_windows) { (self.batch, self.geometry) = (batch, geometry) }

  /// Windows over the results, one for each pixel of the image, that hold the results the pixel went into;
  /// for strides of 1.
  var turnedBack: Windows {
    var back = geometry
    (back.height, back.width) = (geometry.out_height, geometry.out_width)
    (back.out_height, back.out_width) = (geometry.height, geometry.width)
    back.pad_top = geometry.window_height - 1 - geometry.pad_top
    back.pad_left = geometry.window_width - 1 - geometry.pad_left
    return Windows(batch: batch, geometry: back)
  }

  /// The number of floats in one image.
  var imageSize: Int { geometry.height * geometry.width * geometry.channels }
  /// The number of windows in one image.
  var windowCount: Int { geometry.out_height * geometry.out_width }
  /// The number of floats under one window.
  var patchSize: Int { geometry.window_height * geometry.window_width * geometry.channels }

  /// The shape of a result with this many channels.
  func resultShape(channels: Int) -> [Int] { [batch, geometry.out_height, geometry.out_width, channels] }
}
