import Tensors

/// The kernel and the bias of a product, with a normalization folded in.
struct FoldedProduct {
  private let shape: [Int]
  private var kernel: [Double]
  private var bias: [Double]

  init(_ layer: Layer, _ linear: LinearSemantics) {
    let weights = layer.weight(linear.kernelName).value
    shape = weights.shape
    kernel = weights.values.map(Double.init)
    let channels = linear.channelAxes.map { weights.shape[weights.rank + $0] }.reduce(1, *)
    bias =
      linear.hasBias
      ? layer.weight("bias").value.values.map(Double.init) : [Double](repeating: 0, count: channels)
  }

  /// The factor and the offset of each channel by which a normalization changes its inputs in inference.
  static func normalization(_ layer: BatchNormalization) -> (factors: [Double], offsets: [Double]) {
    let (gamma, beta) = layer.scaleAndShift
    let factors = zip(gamma.values, layer.movingVariance.value.values).map {
      Double($0) / (Double($1) + Double(layer.epsilon)).squareRoot()
    }
    let offsets = zip(zip(beta.values, layer.movingMean.value.values), factors).map {
      Double($0.0) - Double($0.1) * $1
    }
    return (factors, offsets)
  }

  /// Multiplies the kernel and the bias of each channel, which is innermost, by its factor, and adds its offset.
  mutating func fold(_ layer: BatchNormalization) {
    let (factors, offsets) = Self.normalization(layer)
    for index in kernel.indices { kernel[index] *= factors[index % factors.count] }
    for index in bias.indices { bias[index] = bias[index] * factors[index] + offsets[index] }
  }

  func tensors(on backend: Backend) -> (kernel: Tensor, bias: Tensor) {
    (
      Tensor(kernel.map(Float.init), shape: shape).on(backend),
      Tensor(bias.map(Float.init), shape: [bias.count]).on(backend)
    )
  }
}
