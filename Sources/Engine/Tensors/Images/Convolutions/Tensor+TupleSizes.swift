import Support

/// Sizes as tuples, for layers that keep them so.
extension Tensor {
  package func conv2D(_ kernel: Tensor, bias: Tensor? = nil, strides: (Int, Int), padding: Padding) -> Tensor
  {
    conv2D(kernel, bias: bias, strides: Size2D(strides.0, strides.1), padding: padding)
  }

  package func depthwiseConv2D(
    _ kernel: Tensor, bias: Tensor? = nil, strides: (Int, Int), padding: Padding
  ) -> Tensor {
    depthwiseConv2D(kernel, bias: bias, strides: Size2D(strides.0, strides.1), padding: padding)
  }

  package func maxPool2D(size: (Int, Int), strides: (Int, Int), padding: Padding) -> Tensor {
    maxPool2D(size: Size2D(size.0, size.1), strides: Size2D(strides.0, strides.1), padding: padding)
  }

  package func averagePool2D(size: (Int, Int), strides: (Int, Int), padding: Padding) -> Tensor {
    averagePool2D(size: Size2D(size.0, size.1), strides: Size2D(strides.0, strides.1), padding: padding)
  }

  package func conv2DReLUMaxPool(
    _ kernel: Tensor, bias: Tensor?, strides: (Int, Int), padding: Padding, maxValue: Float?,
    poolSize: (Int, Int), rounding: @escaping PooledQuantization
  ) -> Tensor {
    conv2DReLUMaxPool(
      kernel, bias: bias, strides: Size2D(strides.0, strides.1), padding: padding, maxValue: maxValue,
      poolSize: Size2D(poolSize.0, poolSize.1), rounding: rounding)
  }

  package func conv2DBatchNormReLUMaxPool(
    _ kernel: Tensor, bias: Tensor?, strides: (Int, Int), padding: Padding, gamma: Tensor, beta: Tensor,
    epsilon: Float, maxValue: Float?, poolSize: (Int, Int), rounding: @escaping PooledQuantization
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    conv2DBatchNormReLUMaxPool(
      kernel, bias: bias, strides: Size2D(strides.0, strides.1), padding: padding, gamma: gamma, beta: beta,
      epsilon: epsilon, maxValue: maxValue, poolSize: Size2D(poolSize.0, poolSize.1), rounding: rounding)
  }
}
