import CKernels
import Support

/// Fused operations: each equals a chain of operations that is frequent in training, within rounding, and reads and
/// writes far less memory.
extension Tensor {
  /// Convolution, ReLU and max pooling of adjacent windows.
  ///
  /// Equal to `conv2D(kernel, bias: bias, strides: strides, padding: padding).relu().maxPool2D(size: poolSize)`.
  ///
  /// - Parameters:
  ///   - kernel: A tensor of shape `[height, width, channels, filters]`.
  ///   - bias: A tensor of shape `[filters]`, or nil.
  ///   - strides: The distances between the convolution's windows.
  ///   - padding: The treatment of the convolution's windows at the edges.
  ///   - maxValue: The largest output of ReLU, 6 for ReLU6; nil for no limit.
  ///   - poolSize: The size of the pooling windows; 1 means no pooling.
  ///   - rounding: The quantization of the result, in the same pass through memory.
  ///   - isDepthwise: Whether each channel has kernels of its own, `[height, width, channels, multiplier]`.
  /// - Returns: The pooled values.
  package func conv2DReLUMaxPool(
    _ kernel: Tensor, bias: Tensor? = nil, strides: Size2D = 1, padding: Padding = .valid,
    maxValue: Float? = nil, poolSize: Size2D = 2,
    rounding: PooledQuantization = .unquantized, isDepthwise: Bool = false
  ) -> Tensor {
    let fused = fusedConvolution(
      "conv2DReLUMaxPool", kernel, bias, strides, padding, maxValue ?? .infinity, poolSize, rounding,
      isDepthwise)
    let outcome = fused.forward(image: buffer, kernel: kernel.buffer, bias: bias?.buffer)
    return fusedResult(fused, outcome, kernel, bias, normalizedBy: nil)
  }

  /// Convolution, batch normalization by the statistics of this batch, ReLU and max pooling of adjacent windows.
  ///
  /// Equal to `conv2D`, `batchNormalized`, `relu` and `maxPool2D` one after the other, with one difference: the
  /// gradient of `bias` is exactly 0, as it is in theory, since normalization subtracts whatever the bias adds.
  ///
  /// - Parameters:
  ///   - kernel: A tensor of shape `[height, width, channels, filters]`.
  ///   - bias: A tensor of shape `[filters]`, or nil.
  ///   - strides: The distances between the convolution's windows.
  ///   - padding: The treatment of the convolution's windows at the edges.
  ///   - gamma: The factors of normalization, of shape `[filters]`.
  ///   - beta: The offsets of normalization, of shape `[filters]`.
  ///   - epsilon: The number added to the variance.
  ///   - maxValue: The largest output of ReLU, 6 for ReLU6; nil for no limit.
  ///   - poolSize: The size of the pooling windows; 1 means no pooling.
  ///   - rounding: The quantization of the result, in the same pass through memory.
  ///   - isDepthwise: Whether each channel has kernels of its own, `[height, width, channels, multiplier]`.
  /// - Returns: The result, and the mean and the variance of the convolution as constants.
  package func conv2DBatchNormReLUMaxPool(
    _ kernel: Tensor, bias: Tensor? = nil, strides: Size2D = 1, padding: Padding = .valid,
    gamma: Tensor, beta: Tensor, epsilon: Float, maxValue: Float? = nil, poolSize: Size2D = 2,
    rounding: PooledQuantization = .unquantized, isDepthwise: Bool = false
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    normalized(
      "conv2DBatchNormReLUMaxPool", kernel, bias, strides, padding, gamma, beta, epsilon,
      maxValue ?? .infinity,
      poolSize, rounding, isDepthwise)
  }

  /// Convolution and batch normalization by the statistics of this batch.
  ///
  /// Equal to `conv2D` and `batchNormalized`, but that the gradient of `bias` is exactly 0; the parameters are those of
  /// `conv2DBatchNormReLUMaxPool`.
  ///
  /// - Returns: The result, and the mean and the variance of the convolution as constants.
  package func conv2DBatchNorm(
    _ kernel: Tensor, bias: Tensor? = nil, strides: Size2D = 1, padding: Padding = .valid,
    gamma: Tensor, beta: Tensor, epsilon: Float, rounding: PooledQuantization = .unquantized,
    isDepthwise: Bool = false
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    normalized(
      "conv2DBatchNorm", kernel, bias, strides, padding, gamma, beta, epsilon, nil, 1, rounding, isDepthwise)
  }

  private func normalized(
    _ name: String, _ kernel: Tensor, _ bias: Tensor?, _ strides: Size2D, _ padding: Padding,
    _ gamma: Tensor, _ beta: Tensor, _ epsilon: Float, _ ceiling: Float?, _ poolSize: Size2D,
    _ rounding: PooledQuantization, _ isDepthwise: Bool
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    let fused = fusedConvolution(
      name, kernel, bias, strides, padding, ceiling, poolSize, rounding, isDepthwise)
    for (role, parameter) in [("gamma", gamma), ("beta", beta)] {
      require(
        parameter.shape == [fused.filters],
        "\(name): \(role) has one element a filter, shape \([fused.filters]); got \(parameter.shape)")
    }
    let outcome = fused.forward(
      image: buffer, kernel: kernel.buffer, bias: bias?.buffer, gamma: gamma, beta: beta, epsilon: epsilon)
    let statistics = outcome.normalization?.statistics
    return (
      fusedResult(fused, outcome, kernel, bias, normalizedBy: (gamma, beta)),
      statistics?.meanTensor(on: backend) ?? gamma, statistics?.varianceTensor(on: backend) ?? beta
    )
  }

  private func fusedConvolution(
    _ operation: String, _ kernel: Tensor, _ bias: Tensor?, _ strides: Size2D, _ padding: Padding,
    _ ceiling: Float?, _ poolSize: Size2D, _ rounding: PooledQuantization, _ isDepthwise: Bool
  ) -> FusedConvolutionKernel {
    let convolution = convolution(operation, kernel, bias, strides, padding, isDepthwise: isDepthwise)
    let g = convolution.windows.geometry
    let (high, wide) = (poolSize.height, poolSize.width)
    require(
      high > 0 && wide > 0 && high * wide <= 254 && high <= g.out_height && wide <= g.out_width,
      "\(operation): pooling windows have 1 to 254 pixels and fit the convolution's "
        + "\([g.out_height, g.out_width]) outputs; got \([high, wide])")
    require(ceiling.map { $0 > 0 } ?? true, "\(operation): maxValue is above 0; got \(ceiling ?? 0)")
    return FusedConvolutionKernel(
      convolution: convolution, poolSize: poolSize, ceiling: ceiling, quantization: rounding)
  }

  private func fusedResult(
    _ fused: FusedConvolutionKernel, _ outcome: FusedConvolutionKernel.Outcome, _ kernel: Tensor,
    _ bias: Tensor?,
    normalizedBy parameters: (gamma: Tensor, beta: Tensor)?
  ) -> Tensor {
    let wanted = FusedConvolutionKernel.Wanted(
      image: isTracked, kernel: kernel.isTracked, bias: bias?.isTracked == true)
    let (image, weights, gamma) = (detached(), kernel.detached(), parameters?.gamma.detached())
    let hasBias = bias != nil
    let learned = fused.learned?.parameters ?? []
    let inputs =
      [self, kernel] + (bias.map { [$0] } ?? []) + (parameters.map { [$0.gamma, $0.beta] } ?? []) + learned
    return Tensor(buffer: outcome.result, shape: fused.pooledShape, inputs: inputs) { [backend] upstream in
      let found = fused.gradients(
        wanted, upstream: upstream.buffer, outcome: outcome, image: image.buffer, kernel: weights.buffer,
        gamma: gamma)
      func tensor(_ buffer: Buffer?, _ shape: [Int]) -> Tensor? {
        buffer.map { Tensor(buffer: $0, shape: shape, backend: backend, node: nil) }
      }
      return [tensor(found.image, image.shape), tensor(found.kernel, weights.shape)]
        + (hasBias ? [tensor(found.bias, [fused.filters])] : [])
        + (gamma == nil ? [] : [found.gamma, found.beta])
        + (found.learned.isEmpty ? learned.map { _ in nil } : found.learned)
    }
  }
}
