import Layers
import Subjects
import Support
import Tensors

/// The models whose training is measured; the Python peers build the same ones.
enum TrainingSubject: String {
  case small
  case leNetBN = "lenet-bn"
  /// A small MobileNet, whose depthwise convolutions have two filters a channel.
  case mobile
  /// MLPerf Tiny's ResNet-8.
  case resNet8 = "resnet-8"

  /// The shape of an image.
  var imageShape: [Int] { self == .resNet8 ? [32, 32, 3] : [28, 28, 1] }

  /// The model, with initial weights.
  func model() -> Model {
    switch self {
    case .small: Subject.small.model()
    case .leNetBN: Subject.leNetBN.model()
    case .mobile: built(Self.mobile)
    case .resNet8: built(Self.resNet8)
    }
  }

  private func built(_ body: (SymbolicTensor) -> SymbolicTensor) -> Model {
    let image = Input(imageShape)
    return Model(inputs: image, outputs: body(image), seed: 1)
  }

  private static func mobile(_ image: SymbolicTensor) -> SymbolicTensor {
    var x = convolution(16, strides: 2, image)
    for (filters, strides) in [(32, 1), (64, 2), (64, 1)] {
      let depthwise = DepthwiseConv2D(
        kernelSize: 3, strides: Size2D(strides, strides), padding: .same, depthMultiplier: 2, useBias: false)
      x = convolution(filters, size: 1, ReLU()(BatchNormalization()(depthwise(x))))
    }
    return Dense(units: 10)(GlobalAveragePooling2D()(x))
  }

  private static func resNet8(_ image: SymbolicTensor) -> SymbolicTensor {
    var x = convolution(16, image)
    for (filters, strides) in [(16, 1), (32, 2), (64, 2)] {
      let second = Conv2D(filters: filters, kernelSize: 3, padding: .same, useBias: false)
      let sum = BatchNormalization()(second(convolution(filters, strides: strides, x)))
      if strides > 1 {
        x = Conv2D(filters: filters, kernelSize: 1, strides: Size2D(strides, strides), padding: .same)(x)
      }
      x = ReLU()(Add()([x, sum]))
    }
    return Dense(units: 10)(Flatten()(AveragePooling2D(poolSize: 8)(x)))
  }

  /// A convolution, normalization and ReLU.
  private static func convolution(
    _ filters: Int, size: Int = 3, strides: Int = 1, _ x: SymbolicTensor
  ) -> SymbolicTensor {
    let convolution = Conv2D(
      filters: filters, kernelSize: Size2D(size, size), strides: Size2D(strides, strides), padding: .same,
      useBias: false)
    return ReLU()(BatchNormalization()(convolution(x)))
  }

  /// The floating-point operations of the convolutions and matrix products to train on one image: two a multiply-add,
  /// for the outputs, the kernel's gradient and, except in the first layer, the input's gradient.
  var operations: Double {
    let (first, others) =
      switch self {
      case .small: (26 * 26 * 9 * 12, 13 * 13 * 12 * 10)
      case .leNetBN: (28 * 28 * 9 * 32, 14 * 14 * 9 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 10)
      case .mobile:
        (
          14 * 14 * 9 * 16,
          14 * 14 * (32 * 9 + 32 * 32) + 7 * 7 * (64 * 9 + 64 * 64) + 7 * 7 * (128 * 9 + 128 * 64) + 640
        )
      case .resNet8:
        (
          32 * 32 * 27 * 16,
          2 * 32 * 32 * 9 * 16 * 16 + 16 * 16 * (9 * 16 * 32 + 9 * 32 * 32 + 16 * 32)
            + 8 * 8 * (9 * 32 * 64 + 9 * 64 * 64 + 32 * 64) + 640
        )
      }
    return 2 * Double(2 * first + 3 * others)
  }
}
