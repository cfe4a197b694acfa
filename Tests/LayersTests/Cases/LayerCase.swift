import Layers
import Support
import Tensors
import Testing

/// A layer and its expected properties.
struct LayerCase: Sendable, CustomTestStringConvertible {
  /// The name of the tf_keras case, or nil where there is none.
  let fixture: String?
  /// The folder of its file.
  var folder = "Fixtures"
  /// The layer's default name.
  let name: String
  /// The shape of one example of each input.
  let inputs: [[Int]]
  /// The shape of one example of the output, computed by hand.
  let output: [Int]
  /// The weights with their shapes, in order; weights that are not trainable have a name in `fixed`.
  let weights: [(name: String, shape: [Int])]
  let make: @Sendable () -> Layer

  init(
    _ fixture: String?, _ name: String, _ inputs: [[Int]], _ output: [Int],
    _ weights: [(name: String, shape: [Int])] = [], _ make: @escaping @Sendable () -> Layer
  ) {
    (self.fixture, self.name, self.inputs, self.output) = (fixture, name, inputs, output)
    (self.weights, self.make) = (weights, make)
  }

  /// The names of weights that training does not change.
  static let fixed: Set = ["moving_mean", "moving_variance", "mean", "variance"]

  var testDescription: String { fixture ?? name }

  private static let image = [[7, 6, 3]]
  private static func statistics(_ channels: Int) -> [(name: String, shape: [Int])] {
    [("moving_mean", [channels]), ("moving_variance", [channels])]
  }

  static let all: [LayerCase] = dense + images + elements + shapes + imageLayers

  private static let dense: [LayerCase] =
    ActivationFunction.allCases.flatMap { function in
      [
        LayerCase(
          "dense-\(function)", "dense", [[5]], [4], [("kernel", [5, 4]), ("bias", [4])],
          { Dense(units: 4, activation: function) }),
        LayerCase("activation-\(function)", "activation", [[5]], [5]) { Activation(function) },
      ]
    } + [
      LayerCase(
        "dense-3d", "dense", [[3, 5]], [3, 4], [("kernel", [5, 4])], { Dense(units: 4, useBias: false) })
    ]

  private static let images: [LayerCase] = [
    LayerCase("conv2d-valid", "conv2d", image, [5, 4, 4], [("kernel", [3, 3, 3, 4]), ("bias", [4])]) {
      Conv2D(filters: 4, kernelSize: 3)
    },
    LayerCase("conv2d-same-strided", "conv2d", image, [4, 3, 4], [("kernel", [3, 2, 3, 4]), ("bias", [4])]) {
      Conv2D(filters: 4, kernelSize: Size2D(3, 2), strides: 2, padding: .same, activation: .tanh)
    },
    LayerCase("conv2d-no-bias", "conv2d", image, [7, 6, 2], [("kernel", [1, 1, 3, 2])]) {
      Conv2D(filters: 2, kernelSize: 1, useBias: false)
    },
    LayerCase(
      "depthwise-valid", "depthwise_conv2d", image, [5, 4, 3],
      [("depthwise_kernel", [3, 3, 3, 1]), ("bias", [3])]
    ) { DepthwiseConv2D(kernelSize: 3) },
    LayerCase(
      "depthwise-same-strided", "depthwise_conv2d", image, [4, 3, 6],
      [("depthwise_kernel", [3, 3, 3, 2]), ("bias", [6])]
    ) { DepthwiseConv2D(kernelSize: 3, strides: 2, padding: .same, depthMultiplier: 2) },
    LayerCase(
      "separable-valid", "separable_conv2d", image, [5, 4, 4],
      [("depthwise_kernel", [3, 3, 3, 2]), ("pointwise_kernel", [1, 1, 6, 4]), ("bias", [4])]
    ) { SeparableConv2D(filters: 4, kernelSize: 3, depthMultiplier: 2) },
    LayerCase(
      "separable-same", "separable_conv2d", image, [7, 6, 4],
      [("depthwise_kernel", [3, 3, 3, 1]), ("pointwise_kernel", [1, 1, 3, 4])]
    ) { SeparableConv2D(filters: 4, kernelSize: 3, padding: .same, activation: .tanh, useBias: false) },
    LayerCase("max-pooling", "max_pooling2d", image, [3, 3, 3]) { MaxPooling2D() },
    LayerCase("max-pooling-same", "max_pooling2d", image, [4, 3, 3]) {
      MaxPooling2D(poolSize: 3, strides: 2, padding: .same)
    },
    LayerCase("average-pooling", "average_pooling2d", image, [3, 2, 3]) {
      AveragePooling2D(poolSize: Size2D(2, 3))
    },
    LayerCase("average-pooling-same", "average_pooling2d", image, [4, 3, 3]) {
      AveragePooling2D(poolSize: 3, strides: 2, padding: .same)
    },
    LayerCase("global-average-pooling", "global_average_pooling2d", image, [3]) { GlobalAveragePooling2D() },
    LayerCase("global-average-pooling-kept", "global_average_pooling2d", image, [1, 1, 3]) {
      GlobalAveragePooling2D(keepDims: true)
    },
    LayerCase("zero-padding", "zero_padding2d", [[2, 3, 2]], [4, 5, 2]) { ZeroPadding2D() },
    LayerCase("zero-padding-uneven", "zero_padding2d", [[2, 3, 2]], [3, 8, 2]) {
      ZeroPadding2D(padding: ((1, 0), (2, 3)))
    },
  ]

  private static let elements: [LayerCase] = [
    LayerCase(
      "batch-norm-image", "batch_normalization", image, [7, 6, 3],
      [("gamma", [3]), ("beta", [3])] + statistics(3)
    ) { BatchNormalization() },
    LayerCase(
      "batch-norm-vector", "batch_normalization", [[3]], [3], [("gamma", [3]), ("beta", [3])] + statistics(3)
    ) { BatchNormalization() },
    LayerCase("batch-norm-plain", "batch_normalization", image, [7, 6, 3], statistics(3)) {
      BatchNormalization(momentum: 0.9, epsilon: 0.01, center: false, scale: false)
    },
    LayerCase("relu", "re_lu", [[5]], [5]) { ReLU() },
    LayerCase("relu-max-6", "re_lu", [[5]], [5]) { ReLU(maxValue: 6) },
    LayerCase("relu-max-1", "re_lu", [[5]], [5]) { ReLU(maxValue: 1.5) },
    LayerCase("leaky-relu", "leaky_re_lu", [[5]], [5]) { LeakyReLU() },
    LayerCase("hard-swish", "hard_swish", [[5]], [5]) { HardSwish() },
    LayerCase("leaky-relu-0.1", "leaky_re_lu", [[5]], [5]) { LeakyReLU(negativeSlope: 0.1) },
    LayerCase("softmax", "softmax", [[3, 5]], [3, 5]) { Softmax() },
    LayerCase(nil, "dropout", [[50]], [50]) { Dropout(rate: 0.5) },
    LayerCase(nil, "rescaling", [[5]], [5]) { Rescaling(scale: 0.5, offset: -1) },
    LayerCase(nil, "rescaling", image, [7, 6, 3]) { Rescaling(scale: [0.5, 1, 2], offset: [0, 1, 0.1]) },
    LayerCase(
      nil, "normalization", image, [7, 6, 3], [("mean", [3]), ("variance", [3])], { Normalization() }),
    LayerCase(
      nil, "normalization", [[5]], [5], [("mean", []), ("variance", [])],
      { Normalization(axis: nil, invert: true) }),
  ]

  private static let shapes: [LayerCase] = [
    LayerCase("flatten", "flatten", [[3, 2, 2]], [12]) { Flatten() },
    LayerCase("reshape", "reshape", [[3, 2, 2]], [4, 3]) { Reshape(targetShape: [4, -1]) },
    LayerCase("add", "add", [[3], [3], [3]], [3]) { Add() },
    LayerCase("concatenate", "concatenate", [[3], [2]], [5]) { Concatenate() },
    LayerCase("concatenate-1", "concatenate", [[1, 3], [2, 3]], [3, 3]) { Concatenate(axis: 1) },
    LayerCase(
      nil, "wrapper", [[5]], [2], [("dense/kernel", [5, 2]), ("dense/bias", [2])],
      { Wrapper(Dense(units: 2)) }),
    LayerCase(
      nil, "sequential", [[2, 2]], [3], [("dense/kernel", [4, 3]), ("dense/bias", [3])],
      { Sequential([Flatten(), Dense(units: 3)]) }),
  ]
}
