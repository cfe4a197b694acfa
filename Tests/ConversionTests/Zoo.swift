import Layers
import Quantization
import Support
import Tensors

/// Small models of images, each with weights that look trained, and a batch to calibrate and run them on.
enum Zoo: String, CaseIterable {
  case convolutions, same, depthwise, dense, concatenation, padding, pooling, residual, global, globalImage,
    softmax
  case rectifiers, hardSwish, leakyReLU, sigmoid, tanh, pooledImage, rescaling, normalization

  var model: Model {
    let input = Input([8, 6, 2], name: "image")
    let model = Model(inputs: input, outputs: output(input), name: rawValue)
    Self.draw(model)
    return model
  }

  private func output(_ x: SymbolicTensor) -> SymbolicTensor {
    switch self {
    case .convolutions:
      let first = ReLU()(BatchNormalization()(Conv2D(filters: 5, kernelSize: 3)(x)))
      let second = Conv2D(filters: 4, kernelSize: Size2D(3, 2), strides: Size2D(2, 1), activation: .relu6)(
        MaxPooling2D()(first))
      return Dense(units: 3)(Flatten()(second))
    case .same:
      let first = Conv2D(filters: 5, kernelSize: Size2D(5, 4), strides: 2, padding: .same, useBias: false)(x)
      return Dense(units: 3, useBias: false)(Flatten()(BatchNormalization()(first)))
    case .depthwise:
      let first = DepthwiseConv2D(kernelSize: 3, padding: .same, depthMultiplier: 2)(x)
      let second = SeparableConv2D(filters: 3, kernelSize: 3, activation: .relu)(
        BatchNormalization()(first))
      return Dense(units: 4)(Flatten()(second))
    case .dense:
      return Dense(units: 3)(
        Dense(units: 7, activation: .relu)(BatchNormalization()(Dense(units: 9)(Flatten()(x)))))
    case .concatenation:
      let left = Conv2D(filters: 3, kernelSize: 3, padding: .same, activation: .relu, name: "left")(x)
      let right = MaxPooling2D(strides: 1, padding: .same)(
        Conv2D(filters: 2, kernelSize: 1, name: "right")(x))
      let both = Concatenate()([Concatenate()([left, right]), left])
      return Dense(units: 3)(Flatten()(Conv2D(filters: 2, kernelSize: 2)(both)))
    case .padding:
      let padded = ZeroPadding2D(padding: ((1, 0), (2, 1)))(Conv2D(filters: 3, kernelSize: 1)(x))
      return Reshape(targetShape: [4, 3])(
        Dense(units: 12)(Flatten()(Conv2D(filters: 2, kernelSize: 3)(padded))))
    case .pooling:
      let first = AveragePooling2D(poolSize: Size2D(3, 2), strides: 2, padding: .same)(
        Conv2D(filters: 3, kernelSize: 3)(x))
      return Dense(units: 3)(Flatten()(Dropout(rate: 0.5)(first)))
    case .residual:
      let first = Conv2D(filters: 2, kernelSize: 3, padding: .same)(x)
      return Dense(units: 3)(Flatten()(ReLU()(Add()([first, x]))))
    case .global: return Dense(units: 3)(GlobalAveragePooling2D()(Conv2D(filters: 4, kernelSize: 3)(x)))
    case .globalImage:
      let image = GlobalAveragePooling2D(keepDims: true)(Conv2D(filters: 4, kernelSize: 3)(x))
      return Dense(units: 3)(Flatten()(Conv2D(filters: 3, kernelSize: 1, activation: .relu)(image)))
    case .rescaling:
      let scaled = Rescaling(scale: [1.5, -0.25], offset: [-0.5, 0.75])(x)
      return Dense(units: 3)(Flatten()(ReLU()(Conv2D(filters: 4, kernelSize: 3, padding: .same)(scaled))))
    case .normalization:
      let mean: [Float] = (0..<96).map { Float($0) / 96 - 0.5 }
      let normal = Normalization(mean: mean, variance: mean.map { $0 * $0 + 0.1 })(Flatten()(x))
      let back = Normalization(axis: nil, mean: [2], variance: [9], invert: true)
      return back(Dense(units: 3)(Dropout(rate: 0.1)(normal)))
    case .softmax: return Softmax()(Dense(units: 5)(Flatten()(x)))
    case .hardSwish:
      return Dense(units: 3)(Flatten()(HardSwish()(Conv2D(filters: 4, kernelSize: 3)(x))))
    case .leakyReLU:
      let first = LeakyReLU(negativeSlope: 0.2)(Conv2D(filters: 4, kernelSize: 3)(x))
      return LeakyReLU(negativeSlope: 0.01)(Dense(units: 3)(Flatten()(first)))
    case .sigmoid:
      let gate = Activation(.sigmoid)(Conv2D(filters: 3, kernelSize: 1)(x))
      let both = Concatenate()([gate, Conv2D(filters: 3, kernelSize: 1, activation: .sigmoid)(x)])
      return Dense(units: 3, activation: .sigmoid)(Flatten()(both))
    case .tanh:
      let first = Conv2D(filters: 4, kernelSize: 3, activation: .tanh)(x)
      return Activation(.tanh)(Dense(units: 3)(Flatten()(Activation(.tanh)(first))))
    case .pooledImage:
      let pooled = ReLU()(AveragePooling2D()(x))
      let beside = Concatenate()([Conv2D(filters: 2, kernelSize: 1)(pooled), pooled])
      return Dense(units: 4)(Flatten()(beside))
    case .rectifiers:
      let first = Conv2D(filters: 2, kernelSize: 3, name: "shared")(x)
      return Concatenate()([ReLU(maxValue: 0.5)(first), Activation(.relu6)(first), first])
    }
  }

  var batch: Tensor {
    var generator = SeededGenerator(seed: 11)
    return .uniform(-1, 1, shape: [24, 8, 6, 2], using: &generator)
  }

  func quantized(_ scheme: QuantizeScheme = .tflite8Bit) throws -> QuantizedModel {
    try quantizeModel(model, calibratingOn: [batch], scheme: scheme)
  }

  /// Draws all weights: variances above 0, gammas of either sign and not near 0.
  static func draw(_ model: Model) {
    var generator = SeededGenerator(seed: 5)
    for (path, variable) in model.namedWeights {
      let values = (0..<variable.shape.reduce(1, *)).map { _ -> Float in
        let value = generator.uniform(-0.5, 0.5)
        if path.hasSuffix("variance") { return abs(value) + 0.5 }
        return path.hasSuffix("gamma") ? value + (value < 0 ? -0.3 : 0.3) : value
      }
      variable.value = Tensor(values, shape: variable.shape)
    }
  }
}
