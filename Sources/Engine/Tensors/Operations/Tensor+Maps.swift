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

  /// 1 / (1 + e⁻ˣ) of each element, within 1 ulp.
  public func sigmoid() -> Tensor { mapped(qat_sigmoid, gradientFromResult: qat_sigmoid_gradient) }

  /// The hyperbolic tangent of each element, within 1 ulp.
  public func tanh() -> Tensor { mapped(qat_tanh, gradientFromResult: qat_tanh_gradient) }

  typealias Map = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  typealias MapGradient =
    (_ upstream: UnsafePointer<Float>?, _ saved: UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) ->
    Void

  /// The elements through `kernel`, in a buffer of their own.
  private func computed(_ kernel: Map) -> Buffer {
    let result = Buffer(count: count)
    backend.forEachShard(of: count, work: count) { _, range in
      kernel(buffer.pointer + range.lowerBound, result.pointer + range.lowerBound, range.count)
    }
    return result
  }

  /// The elements through `kernel`, with a pullback of one gradient.
  func mapped(_ kernel: Map, pullback: @escaping (_ upstream: Tensor) -> Tensor?) -> Tensor {
    Tensor(buffer: computed(kernel), shape: shape, inputs: [self]) { [pullback($0)] }
  }

  /// The elements through `kernel`, whose gradient is computed from the input.
  private func mapped(_ kernel: Map, gradientFromInput gradient: @escaping MapGradient) -> Tensor {
    Tensor(buffer: computed(kernel), shape: shape, inputs: [self]) { [buffer] upstream in
      [upstream.pulledBack(through: gradient, saved: buffer)]
    }
  }

  /// The elements through `kernel`, whose gradient is computed from the result.
  private func mapped(_ kernel: Map, gradientFromResult gradient: @escaping MapGradient) -> Tensor {
    let result = computed(kernel)
    return Tensor(buffer: result, shape: shape, inputs: [self]) { upstream in
      [upstream.pulledBack(through: gradient, saved: result)]
    }
  }

  /// This upstream gradient through an element-wise function.
  func pulledBack(through gradient: MapGradient, saved: Buffer) -> Tensor {
    let result = Buffer(count: count)
    backend.forEachShard(of: count, work: count) { _, range in
      let first = range.lowerBound
      gradient(buffer.pointer + first, saved.pointer + first, result.pointer + first, range.count)
    }
    return Tensor(buffer: result, shape: shape, backend: backend, node: nil)
  }
}
