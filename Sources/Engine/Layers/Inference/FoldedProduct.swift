import Tensors

/// The kernel and the bias of a product, with a normalization folded in.
struct FoldedProduct {
  private let (kernel, bias): (Tensor, Tensor)
  /// The factor and the offset of each channel, if a normalization is folded in.
  private var scaling: (factors: [Double], offsets: [Double])?

  init(_ layer: Layer, _ linear: LinearSemantics) {
    kernel = layer.weight(linear.kernelName).value.detached()
    let channels = linear.channelAxes.map { [kernel] in kernel.shape[kernel.rank + $0] }.reduce(1, *)
    bias = linear.hasBias ? layer.weight("bias").value.detached() : .zeros([channels])
  }

  /// Folds a normalization behind the product into it.
  mutating func fold(_ layer: BatchNormalization) {
    scaling = (layer.inferenceFactors, layer.inferenceOffsets)
  }

  /// The kernel and the bias; channels are innermost in both.
  func tensors(on backend: Backend) -> (kernel: Tensor, bias: Tensor) {
    guard let (factors, offsets) = scaling else { return (kernel.on(backend), bias.on(backend)) }
    let channels = factors.count
    var values = kernel.values
    for index in values.indices { values[index] = Float(Double(values[index]) * factors[index % channels]) }
    let biases = zip(bias.values, zip(factors, offsets)).map { Float(Double($0) * $1.0 + $1.1) }
    return (
      Tensor(values, shape: kernel.shape).on(backend), Tensor(biases, shape: bias.shape).on(backend)
    )
  }
}
