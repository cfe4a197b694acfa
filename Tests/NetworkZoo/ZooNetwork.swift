import Layers
import Support
import Tensors

/// Networks that between them have every layer that runs on integers, in the combinations of real architectures.
///
/// They are small, so that all of them are trained and quantized in seconds.
public enum ZooNetwork: String, CaseIterable, Sendable {
  /// Depthwise and separable convolutions, a sum, a concatenation, the mean of the image and a softmax.
  case depthwise
  /// Depthwise convolutions with two filters a channel, strides of 2, ReLU6.
  case mobileNet
  /// A bottleneck of dense layers with normalizations; the target is the input.
  case autoencoder
  /// Three stages of residual blocks, each with half the pixels and twice the channels of the one before.
  case resNet8
  /// Two images, which two branches read and a sum and a concatenation join.
  case twoInputs
  /// A class and an image as outputs.
  case twoHeads
  /// Zero padding, average pooling and a model inside the model.
  case nested
  /// Leaky ReLUs, as a layer with two slopes.
  case leaky
  /// A sigmoid between layers, and one at the end.
  case sigmoid
  /// A hyperbolic tangent between layers, and one at the end.
  case tanh
  /// Hard swishes, as activation and as a layer.
  case hardSwish
  /// A pretrained convolution and normalization that training does not change.
  case frozen
  /// 513 channels, no multiple of any vector's width.
  case wide
  /// Colour images that are not square, and an image beside a convolution in a concatenation.
  case colour

  /// The shapes of one example of each input.
  public var inputShapes: [[Int]] {
    switch self {
    case .twoInputs: [[10, 10, 2], [10, 10, 2]]
    case .autoencoder: [[32]]
    case .wide: [[5, 5, 3]]
    case .colour: [[9, 14, 3]]
    default: [[12, 12, 1]]
    }
  }

  /// The number of classes.
  public static let classes = 5

  /// The model, with initial weights of a seed.
  public func model(seed: UInt64 = 1) -> Model {
    let inputs = inputShapes.map { Input($0) }
    return Model(inputs: inputs, outputs: outputs(inputs), name: rawValue, seed: seed)
  }

  private func outputs(_ inputs: [Input]) -> [SymbolicTensor] {
    let x: SymbolicTensor = inputs[0]
    switch self {
    case .depthwise: return [Self.depthwise(x)]
    case .mobileNet: return [Self.mobileNet(x)]
    case .resNet8: return [Self.resNet8(x)]
    case .autoencoder:
      let hidden = Self.dense(16, Self.dense(6, Self.dense(16, x)))
      return [Dense(units: 32)(hidden)]
    case .twoInputs:
      let (left, right) = (Self.conv(4, x), Self.conv(4, inputs[1]))
      let joined = Concatenate()([ReLU()(Add()([left, right])), inputs[1], right])
      return [Self.head(MaxPooling2D()(joined))]
    case .twoHeads:
      let shared = Self.conv(4, x)
      return [Self.head(MaxPooling2D()(shared)), Conv2D(filters: 1, kernelSize: 3, padding: .same)(shared)]
    case .nested:
      let padded = ZeroPadding2D(padding: ((1, 2), (2, 1)))(Self.conv(3, x))
      let inner = Sequential(
        [Conv2D(filters: 4, kernelSize: 3), ReLU(), AveragePooling2D(poolSize: 3, strides: 2)],
        inputShape: [15, 15, 3], name: "inner")
      return [Self.head(AveragePooling2D(poolSize: 2, padding: .same)(inner(padded)))]
    case .leaky:
      let first = LeakyReLU(negativeSlope: 0.1)(Conv2D(filters: 4, kernelSize: 3)(x))
      return [Self.head(MaxPooling2D()(LeakyReLU()(Conv2D(filters: 4, kernelSize: 3)(first))))]
    case .sigmoid:
      let gate = Conv2D(filters: 4, kernelSize: 3, activation: .sigmoid)(x)
      return [Activation(.sigmoid)(Self.head(MaxPooling2D()(gate)))]
    case .tanh:
      let first = Activation(.tanh)(Conv2D(filters: 4, kernelSize: 3)(x))
      return [Dense(units: Self.classes, activation: .tanh)(Flatten()(MaxPooling2D()(first)))]
    case .hardSwish:
      let first = HardSwish()(BatchNormalization()(Conv2D(filters: 4, kernelSize: 3)(x)))
      return [Self.head(MaxPooling2D()(Conv2D(filters: 4, kernelSize: 3, activation: .hardSwish)(first)))]
    case .frozen:
      let (convolution, normalization) = (Conv2D(filters: 6, kernelSize: 3), BatchNormalization())
      (convolution.trainable, normalization.trainable) = (false, false)
      return [Self.head(MaxPooling2D()(Self.conv(4, ReLU()(normalization(convolution(x))))))]
    case .wide:
      let many = Conv2D(filters: 513, kernelSize: 1, activation: .relu)(x)
      return [Dense(units: Self.classes)(GlobalAveragePooling2D()(many))]
    case .colour:
      let beside = Concatenate()([Conv2D(filters: 3, kernelSize: 3, padding: .same)(x), x])
      let pooled = ReLU()(AveragePooling2D(poolSize: Size2D(2, 3))(beside))
      return [Self.head(pooled)]
    }
  }

  // MARK: Architectures

  private static func depthwise(_ x: SymbolicTensor) -> SymbolicTensor {
    let first = conv(4, x)
    let second = ReLU()(BatchNormalization()(DepthwiseConv2D(kernelSize: 3, padding: .same)(first)))
    let sum = Add()([first, second])
    let third = SeparableConv2D(filters: 4, kernelSize: 3, padding: .same, activation: .relu)(sum)
    let mean = GlobalAveragePooling2D()(Concatenate()([sum, third]))
    return Softmax()(Dense(units: classes)(mean))
  }

  private static func mobileNet(_ x: SymbolicTensor) -> SymbolicTensor {
    func block(_ filters: Int, _ strides: Size2D, multiplier: Int, _ x: SymbolicTensor) -> SymbolicTensor {
      let spread = DepthwiseConv2D(
        kernelSize: 3, strides: strides, padding: .same, depthMultiplier: multiplier, useBias: false)(x)
      let depthwise = ReLU(maxValue: 6)(BatchNormalization()(spread))
      let pointwise = Conv2D(filters: filters, kernelSize: 1, useBias: false)(depthwise)
      return ReLU(maxValue: 6)(BatchNormalization()(pointwise))
    }
    let first = Conv2D(filters: 6, kernelSize: 3, strides: 2, padding: .same, useBias: false)(x)
    let second = block(8, 1, multiplier: 2, ReLU(maxValue: 6)(BatchNormalization()(first)))
    let last = block(12, 1, multiplier: 1, block(12, 2, multiplier: 1, second))
    return Dense(units: classes)(GlobalAveragePooling2D()(last))
  }

  private static func resNet8(_ x: SymbolicTensor) -> SymbolicTensor {
    func block(_ filters: Int, _ strides: Size2D, _ x: SymbolicTensor) -> SymbolicTensor {
      let first = conv(filters, x, strides: strides)
      let second = BatchNormalization()(Conv2D(filters: filters, kernelSize: 3, padding: .same)(first))
      let isSame = strides == 1
      let shortcut = isSame ? x : Conv2D(filters: filters, kernelSize: 1, strides: strides, padding: .same)(x)
      return ReLU()(Add()([second, shortcut]))
    }
    let last = block(16, 2, block(8, 2, block(4, 1, conv(4, x))))
    return head(AveragePooling2D(poolSize: 3)(last))
  }

  /// A convolution, normalization and ReLU.
  private static func conv(_ filters: Int, _ x: SymbolicTensor, strides: Size2D = 1) -> SymbolicTensor {
    ReLU()(
      BatchNormalization()(Conv2D(filters: filters, kernelSize: 3, strides: strides, padding: .same)(x)))
  }

  /// A dense layer, normalization and ReLU.
  private static func dense(_ units: Int, _ x: SymbolicTensor) -> SymbolicTensor {
    ReLU()(BatchNormalization()(Dense(units: units)(x)))
  }

  /// A dense layer of classes.
  private static func head(_ x: SymbolicTensor) -> SymbolicTensor { Dense(units: classes)(Flatten()(x)) }
}
