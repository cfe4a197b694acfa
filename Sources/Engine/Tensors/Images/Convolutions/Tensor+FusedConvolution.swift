import CKernels
import Support

/// Chains of operations that training runs again and again, as one operation each: the same values and
/// gradients within rounding, far less memory to write and read.
extension Tensor {
  /// `conv2D`, ReLU and, side by side, max pooling.
  ///
  /// The same as `conv2D(kernel, bias: bias, strides: strides, padding: padding).relu().maxPool2D(size:
  /// poolSize)`. ReLU's outputs end at `maxValue`, where one is given: 6 makes it ReLU6. Windows of one pixel
  /// mean no pooling. `rounding` is done to the result, in the same pass through memory.
  package func conv2DReLUMaxPool(
    _ kernel: Tensor, bias: Tensor? = nil, strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    maxValue: Float? = nil, poolSize: (Int, Int) = (2, 2),
    rounding: @escaping PooledQuantization = { _ in nil }
  ) -> Tensor {
    let block = convolutionBlock(
      "conv2DReLUMaxPool", kernel, bias, strides, padding, maxValue, poolSize, rounding)
    let outcome = block.forward(image: buffer, kernel: kernel.buffer, bias: bias?.buffer)
    return blockResult(block, outcome, kernel, bias, normalizedBy: nil)
  }

  /// `conv2D`, batch normalization by the statistics of this batch, ReLU and, side by side, max pooling.
  ///
  /// The same as `conv2D`, `batchNormalized`, `relu` and `maxPool2D` one after the other, with one difference:
  /// the gradient of `bias` is exactly 0, as it is in theory, since normalization takes away whatever the bias
  /// adds. ReLU's outputs end at `maxValue`, where one is given. Windows of one pixel mean no pooling. `mean`
  /// and `variance`, of the convolution, come back as constants. `rounding` is done to the result.
  package func conv2DBatchNormReLUMaxPool(
    _ kernel: Tensor, bias: Tensor? = nil, strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    gamma: Tensor, beta: Tensor, epsilon: Float, maxValue: Float? = nil, poolSize: (Int, Int) = (2, 2),
    rounding: @escaping PooledQuantization = { _ in nil }
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    let name = "conv2DBatchNormReLUMaxPool"
    let block = convolutionBlock(name, kernel, bias, strides, padding, maxValue, poolSize, rounding)
    for (role, parameter) in [("gamma", gamma), ("beta", beta)] {
      require(
        parameter.shape == [kernel.shape[3]],
        "\(name): \(role) has one element a filter, shape \([kernel.shape[3]]); got \(parameter.shape)")
    }
    let outcome = block.forward(
      image: buffer, kernel: kernel.buffer, bias: bias?.buffer, gamma: gamma, beta: beta, epsilon: epsilon)
    let statistics = outcome.statistics
    return (
      blockResult(block, outcome, kernel, bias, normalizedBy: (gamma, beta)),
      statistics?.meanTensor(on: backend) ?? gamma, statistics?.varianceTensor(on: backend) ?? beta
    )
  }

  private func convolutionBlock(
    _ operation: String, _ kernel: Tensor, _ bias: Tensor?, _ strides: (Int, Int), _ padding: Padding,
    _ maxValue: Float?, _ poolSize: (Int, Int), _ rounding: @escaping PooledQuantization
  ) -> FusedConvolutionKernel {
    let convolution = convolution(operation, kernel, bias, strides, padding)
    let g = convolution.windows.geometry
    let (high, wide) = poolSize
    require(
      high > 0 && wide > 0 && high * wide <= 254 && high <= g.out_height && wide <= g.out_width,
      "\(operation): pooling windows have 1 to 254 pixels and fit the convolution's "
        + "\([g.out_height, g.out_width]) outputs; got \([high, wide])")
    require(
      maxValue.map { $0 > 0 } ?? true, "\(operation): maxValue is above 0; got \(maxValue ?? 0)")
    return FusedConvolutionKernel(
      convolution: convolution, poolSize: poolSize, ceiling: maxValue ?? .infinity, rounding: rounding)
  }

  private func blockResult(
    _ block: FusedConvolutionKernel, _ outcome: FusedConvolutionKernel.Outcome, _ kernel: Tensor,
    _ bias: Tensor?,
    normalizedBy parameters: (gamma: Tensor, beta: Tensor)?
  ) -> Tensor {
    let wanted = FusedConvolutionKernel.Wanted(
      image: isTracked, kernel: kernel.isTracked, bias: bias?.isTracked == true)
    let (image, weights, gamma) = (detached(), kernel.detached(), parameters?.gamma.detached())
    let hasBias = bias != nil
    let inputs = [self, kernel] + (bias.map { [$0] } ?? []) + (parameters.map { [$0.gamma, $0.beta] } ?? [])
    return Tensor(buffer: outcome.result, shape: block.pooledShape, inputs: inputs) { [backend] upstream in
      let found = block.gradients(
        wanted, upstream: upstream.buffer, outcome: outcome, image: image.buffer, kernel: weights.buffer,
        gamma: gamma)
      func tensor(_ buffer: Buffer?, _ shape: [Int]) -> Tensor? {
        buffer.map { Tensor(buffer: $0, shape: shape, backend: backend, node: nil) }
      }
      return [tensor(found.image, image.shape), tensor(found.kernel, weights.shape)]
        + (hasBias ? [tensor(found.bias, [weights.shape[3]])] : [])
        + (gamma == nil ? [] : [found.gamma, found.beta])
    }
  }
}
