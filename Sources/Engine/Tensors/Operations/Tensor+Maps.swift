import CKernels
import Support

/// Functions of each element.
extension Tensor {
  /// e to the power of each element, within 1 ulp.
  public func exp() -> Tensor { mapped(qat_exp, gradientFromResult: qat_exp_gradient) }

  /// The natural logarithm of each element, within 1 ulp; −∞ of 0, NaN of a negative number.
  public func log() -> Tensor { mapped(qat_log, gradientFromInput: qat_log_gradient) }

  /// The square root of each element, correctly rounded; NaN of a negative number.
  public func sqrt() -> Tensor { mapped(qat_sqrt, gradientFromResult: qat_sqrt_gradient) }

  /// Each element times itself.
  public func squared() -> Tensor { mapped(qat_square, gradientFromInput: qat_square_gradient) }

  /// The magnitude of each element; the gradient at 0 is 0.
  public func abs() -> Tensor { mapped(qat_abs, gradientFromInput: qat_abs_gradient) }

  /// max(x, 0) of each element; the gradient at 0 is 0.
  public func relu() -> Tensor { mapped(qat_relu, gradientFromResult: qat_relu_gradient) }

  /// min(max(x, 0), 6) of each element; the gradient is 0 at both corners.
  ///
  /// Source: Howard et al., 2017, MobileNets (arXiv:1704.04861).
  public func relu6() -> Tensor { mapped(qat_relu6, gradientFromResult: qat_relu6_gradient) }

  /// The sum with a tensor of the same shape and its ReLU, ReLU6 if `maxValue` is 6, in one pass through memory.
  ///
  /// Equal to `(self + other).relu()`, or `relu6()`, bit for bit, with its gradients.
  package func addReLU(_ other: Tensor, maxValue: Float? = nil) -> Tensor {
    require(
      shape == other.shape && (maxValue ?? 6) == 6,
      "addReLU: expected two tensors of one shape and no maxValue or 6; got \(shape), \(other.shape) and"
        + " \(maxValue ?? .infinity)")
    let result = Buffer(count: count)
    backend.forEachThread(of: count, work: count) { range in
      let first = range.lowerBound
      qat_add_clamped(
        buffer.pointer + first, other.buffer.pointer + first, maxValue ?? .infinity, result.pointer + first,
        range.count)
    }
    let gradient = maxValue == nil ? qat_relu_gradient : qat_relu6_gradient
    let (tracks, otherTracks) = (isTracked, other.isTracked)
    return Tensor(buffer: result, shape: shape, inputs: [self, other]) { upstream in
      let passed = upstream.pulledBack(through: gradient, saved: result)
      return [tracks ? passed : nil, otherTracks ? passed : nil]
    }
  }

  /// x of each element above 0, unchanged, and slope · x of all others; the gradient at 0 is the slope.
  ///
  /// A slope of 0 makes it ``relu()``.
  ///
  /// - Parameter slope: The slope below 0, a finite number.
  /// - Returns: A tensor of the same shape.
  public func leakyReLU(slope: Float) -> Tensor {
    require(slope.isFinite, "leakyReLU: the slope is a finite number; got \(slope)")
    guard slope != 0 else { return relu() }  // 0 · −∞ is NaN
    return mapped(
      { qat_leaky_relu($0, slope, $1, $2) },
      gradientFromInput: { qat_leaky_relu_gradient($0, $1, slope, $2, $3) })
  }

  /// 1 / (1 + e⁻ˣ) of each element, within 1 ulp.
  public func sigmoid() -> Tensor { mapped(qat_sigmoid, gradientFromResult: qat_sigmoid_gradient) }

  /// The hyperbolic tangent of each element, within 1 ulp.
  public func tanh() -> Tensor { mapped(qat_tanh, gradientFromResult: qat_tanh_gradient) }

  typealias Map = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  typealias MapGradient =
    (_ upstream: UnsafePointer<Float>?, _ saved: UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) ->
    Void

  /// The results of `kernel` for each element.
  private func computed(_ kernel: Map) -> Buffer {
    let result = Buffer(count: count)
    backend.forEachShard(of: count, work: count) { _, range in
      kernel(buffer.pointer + range.lowerBound, result.pointer + range.lowerBound, range.count)
    }
    return result
  }

  /// Applies `kernel` to each element; `pullback` computes the one gradient.
  func mapped(_ kernel: Map, pullback: @escaping (_ upstream: Tensor) -> Tensor?) -> Tensor {
    Tensor(buffer: computed(kernel), shape: shape, inputs: [self]) { [pullback($0)] }
  }

  /// Applies `kernel` to each element; its gradient is computed from the input.
  private func mapped(_ kernel: Map, gradientFromInput gradient: @escaping MapGradient) -> Tensor {
    Tensor(buffer: computed(kernel), shape: shape, inputs: [self]) { [buffer] upstream in
      [upstream.pulledBack(through: gradient, saved: buffer)]
    }
  }

  /// Applies `kernel` to each element; its gradient is computed from the result.
  private func mapped(_ kernel: Map, gradientFromResult gradient: @escaping MapGradient) -> Tensor {
    let result = computed(kernel)
    return Tensor(buffer: result, shape: shape, inputs: [self]) { upstream in
      [upstream.pulledBack(through: gradient, saved: result)]
    }
  }

  /// The gradient of an element-wise function's input, where this tensor is the upstream gradient.
  func pulledBack(through gradient: MapGradient, saved: Buffer) -> Tensor {
    let result = Buffer(count: count)
    backend.forEachShard(of: count, work: count) { _, range in
      let first = range.lowerBound
      gradient(buffer.pointer + first, saved.pointer + first, result.pointer + first, range.count)
    }
    return Tensor(buffer: result, shape: shape, backend: backend, node: nil)
  }
}

extension Tensor {
  /// Each element clamped to two bounds; the gradient passes where min ≤ x ≤ max.
  public func clipped(min low: Float, max high: Float) -> Tensor {
    clipped(min: Tensor(low), max: Tensor(high))
  }

  /// Each element clamped to two bounds, tensors of one element each that receive gradients too.
  ///
  /// The gradient passes to this tensor where min ≤ x ≤ max; elsewhere it goes to the bound that replaced the
  /// element.
  public func clipped(min low: Tensor, max high: Tensor) -> Tensor {
    require(
      low.count == 1 && high.count == 1,
      "clip: bounds have one element each; got shapes \(low.shape) and \(high.shape)")
    let (least, most) = (low.scalar, high.scalar)
    require(least <= most, "clip: the low bound is at most the high one; got \(least) and \(most)")
    let (lowShape, highShape) = (low.shape, high.shape)
    let result = Buffer(count: count)
    backend.forEachShard(of: count, work: count) { _, range in
      qat_clip(buffer.pointer + range.lowerBound, least, most, result.pointer + range.lowerBound, range.count)
    }
    let boundsTracked = low.isTracked || high.isTracked
    return Tensor(buffer: result, shape: shape, inputs: [self, low, high]) { [buffer] upstream in
      let passed = upstream.pulledBack(
        through: { qat_clip_gradient($0, $1, least, most, $2, $3) }, saved: buffer)
      guard boundsTracked else { return [passed, nil, nil] }
      var (below, above): (Float, Float) = (0, 0)
      qat_clip_bound_gradients(
        upstream.buffer.pointer, buffer.pointer, least, most, buffer.count, &below, &above)
      let backend = upstream.backend
      return [
        passed, Tensor([below], shape: lowShape).on(backend), Tensor([above], shape: highShape).on(backend),
      ]
    }
  }
}

extension Tensor {
  /// The new weight, mean and square of one step of Adam, computed in one pass through memory.
  ///
  /// This tensor is the weight. All tensors have its shape; the results are constants.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the weight.
  ///   - mean: The moving average of the gradient.
  ///   - square: The moving average of the squared gradient.
  ///   - rate: The learning rate, with the bias corrections.
  ///   - beta1: The decay of the mean.
  ///   - beta2: The decay of the square.
  ///   - epsilon: The number added to the square's root.
  /// - Returns: The three new values.
  package func adamStep(
    gradient: Tensor, mean: Tensor, square: Tensor, rate: Float, beta1: Float, beta2: Float, epsilon: Float
  ) -> (weight: Tensor, mean: Tensor, square: Tensor) {
    let (weights, means, squares) = (Buffer(count: count), Buffer(count: count), Buffer(count: count))
    let settings = qat_adam_settings(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    backend.forEachShard(of: count, work: 4 * count) { _, range in
      let first = range.lowerBound
      qat_adam(
        buffer.pointer + first, gradient.buffer.pointer + first, mean.buffer.pointer + first,
        square.buffer.pointer + first, weights.pointer + first, means.pointer + first,
        squares.pointer + first, range.count, settings)
    }
    func constant(_ buffer: Buffer) -> Tensor {
      Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
    }
    return (constant(weights), constant(means), constant(squares))
  }
}
