import Layers
import Support

extension LayerCase {
  private static let image = [[4, 3, 3]]

  /// Layers that enlarge, crop and combine images, whose fixtures are in a folder of their own.
  static let imageLayers: [LayerCase] = (enlarging + combining).map { subject in
    var subject = subject
    subject.folder = "Fixtures/images"
    return subject
  }

  private static let enlarging: [LayerCase] = [
    LayerCase(
      "transpose-same", "conv2d_transpose", image, [8, 6, 4], [("kernel", [3, 3, 3, 4]), ("bias", [4])]
    ) { Conv2DTranspose(filters: 4, kernelSize: 3, strides: 2, padding: .same) },
    LayerCase(
      "transpose-valid", "conv2d_transpose", image, [9, 6, 4], [("kernel", [3, 2, 3, 4]), ("bias", [4])]
    ) { Conv2DTranspose(filters: 4, kernelSize: Size2D(3, 2), strides: 2, activation: .tanh) },
    LayerCase("transpose-gaps", "conv2d_transpose", image, [12, 6, 2], [("kernel", [2, 2, 3, 2])]) {
      Conv2DTranspose(filters: 2, kernelSize: 2, strides: Size2D(3, 2), useBias: false)
    },
    LayerCase(
      "transpose-gaps-same", "conv2d_transpose", image, [12, 6, 2],
      [("kernel", [2, 2, 3, 2]), ("bias", [2])]
    ) { Conv2DTranspose(filters: 2, kernelSize: 2, strides: Size2D(3, 2), padding: .same) },
    LayerCase(
      "transpose-one", "conv2d_transpose", [[4, 3, 6]], [4, 3, 2], [("kernel", [3, 3, 6, 2]), ("bias", [2])]
    ) { Conv2DTranspose(filters: 2, kernelSize: 3, padding: .same) },
    LayerCase("nearest", "up_sampling2d", image, [8, 6, 3]) { UpSampling2D() },
    LayerCase("nearest-uneven", "up_sampling2d", image, [12, 3, 3]) { UpSampling2D(size: Size2D(3, 1)) },
    LayerCase("bilinear", "up_sampling2d", image, [8, 6, 3]) { UpSampling2D(interpolation: .bilinear) },
    LayerCase("bilinear-uneven", "up_sampling2d", image, [4, 9, 3]) {
      UpSampling2D(size: Size2D(1, 3), interpolation: .bilinear)
    },
    LayerCase("bilinear-4", "up_sampling2d", [[1, 5, 2]], [4, 20, 2]) {
      UpSampling2D(size: 4, interpolation: .bilinear)
    },
  ]

  private static let combining: [LayerCase] = [
    LayerCase("global-max-pooling", "global_max_pooling2d", image, [3]) { GlobalMaxPooling2D() },
    LayerCase("global-max-pooling-kept", "global_max_pooling2d", image, [1, 1, 3]) {
      GlobalMaxPooling2D(keepDims: true)
    },
    LayerCase("cropping", "cropping2d", image, [2, 1, 3]) { Cropping2D(cropping: 1) },
    LayerCase("cropping-uneven", "cropping2d", image, [3, 1, 3]) { Cropping2D(cropping: ((1, 0), (0, 2))) },
    LayerCase("multiply", "multiply", [[3], [3], [3]], [3]) { Multiply() },
    LayerCase("multiply-excited", "multiply", image + [[1, 1, 3]], [4, 3, 3]) { Multiply() },
    LayerCase("multiply-channels", "multiply", image + [[3]], [4, 3, 3]) { Multiply() },
    LayerCase("multiply-pixels", "multiply", [[4, 3, 1]] + image, [4, 3, 3]) { Multiply() },
    LayerCase("subtract", "subtract", [[3], [3]], [3]) { Subtract() },
    LayerCase("subtract-channels", "subtract", [[3]] + image, [4, 3, 3]) { Subtract() },
  ]
}
