import FixedPoint
import Support
import Tensors

extension Tensor {
  /// This tensor quantized to the range `min`…`max` and back, as TensorFlow's fake-quant operators do.
  ///
  /// Scalars `min` and `max` give one range for all (`fake_quant_with_min_max_vars`); tensors of shape
  /// `[channels]` one for each place along `axis`, the last by default
  /// (`fake_quant_with_min_max_vars_per_channel`). `bitWidth` is 1 to 16. The range is nudged so that 0 is
  /// exact, and values beyond it saturate; 0…0 makes everything 0.
  ///
  /// Rounding has gradient 0 almost everywhere, so gradients go straight through: an element inside the
  /// nudged range gets its upstream gradient, one beyond it none. What the elements below the range do not
  /// get goes to `min`, above it to `max`; make those a `Variable`'s value to learn a range.
  ///
  /// Values and gradients equal TensorFlow's bit for bit; those of `min` and `max` are sums, of which the
  /// order differs. As in TensorFlow nothing is refused: a range of two equal ends, reversed, or so wide
  /// that `max − min` overflows gives what the arithmetic gives, mostly NaN.
  ///
  /// Source: Bengio et al., 2013 (arXiv:1308.3432); Jacob et al., 2018 (arXiv:1712.05877).
  public func fakeQuantized(
    min: Tensor, max: Tensor, bitWidth: Int = 8, narrowRange: Bool = false, axis: Int = -1
  ) -> Tensor {
    fakeQuantized(min: min, max: max, bitWidth: bitWidth, narrowRange: narrowRange, axes: [axis])
  }

  /// This tensor quantized to a range for each place along several axes that follow one another.
  ///
  /// Axes 2 and 3 of a depthwise kernel `[height, width, channels, multiplier]` have channels × multiplier
  /// places, and `min` and `max` as many elements. Scalars give one range for all. See
  /// `fakeQuantized(min:max:bitWidth:narrowRange:axis:)`.
  public func fakeQuantized(
    min: Tensor, max: Tensor, bitWidth: Int = 8, narrowRange: Bool = false, axes: [Int]
  ) -> Tensor {
    require(
      (1...16).contains(bitWidth) && !(bitWidth == 1 && narrowRange),
      "fakeQuantized: expected 1 to 16 bits, and 2 or more for a narrow range; got \(bitWidth)")
    require(
      min.shape == max.shape && min.shape.count <= 1,
      "fakeQuantized: min and max are both scalars or both of shape [channels]; got \(min.shape) and"
        + " \(max.shape)")
    let perChannel = min.shape.count == 1
    let layout = ChannelLayout(shape, axes: perChannel ? axes : [])
    require(
      !perChannel || min.count == layout.channels,
      "fakeQuantized: shape \(shape) has \(layout.channels) channels along \(Self.named(axes)); got"
        + " \(min.count) of min and max")
    let grids = zip(min.values, max.values).map { low, high in
      FakeQuantizer(
        NudgedRange(low: low, high: high, bitWidth: bitWidth, narrowRange: narrowRange),
        perChannel: perChannel)
    }
    return fakeQuantized(grids, layout, bounds: [min, max])
  }

  /// This tensor quantized to a fixed range for all its elements and back, as TensorFlow does.
  ///
  /// See `fakeQuantized(min:max:bitWidth:narrowRange:axis:)` with tensors, whose arithmetic it is.
  public func fakeQuantized(min: Float, max: Float, bitWidth: Int = 8, narrowRange: Bool = false) -> Tensor {
    fakeQuantized(min: Tensor(min), max: Tensor(max), bitWidth: bitWidth, narrowRange: narrowRange)
  }

  /// This tensor quantized and back as PyTorch's `fake_quantize_per_tensor_affine` does, bit for bit.
  ///
  /// The quantizer must round half to even. Gradients go straight through where the code is in range.
  /// Numbers of 2³¹ steps and more, which may overflow in PyTorch, saturate here; NaN stays NaN.
  public func fakeQuantizedAsPyTorch(by quantizer: AffineQuantizer) -> Tensor {
    fakeQuantized([FakeQuantizer(pyTorch: quantizer)], ChannelLayout(shape, axes: []), bounds: [])
  }

  /// This tensor quantized and back as PyTorch's `fake_quantize_per_channel_affine` does, bit for bit.
  ///
  /// One quantizer for each place along `axis`; see `fakeQuantizedAsPyTorch(by:)` for a single one.
  public func fakeQuantizedAsPyTorch(by quantizers: [AffineQuantizer], axis: Int) -> Tensor {
    fakeQuantized(
      quantizers.map { FakeQuantizer(pyTorch: $0) }, ChannelLayout(shape, axes: [axis]), bounds: [])
  }

  private static func named(_ axes: [Int]) -> String {
    (axes.count == 1 ? "axis " : "axes ") + axes.map { "\($0)" }.joined(separator: " and ")
  }

  /// The operation itself: values by a grid a channel, and gradients to this tensor and to the bounds.
  private func fakeQuantized(_ grids: [FakeQuantizer], _ layout: ChannelLayout, bounds: [Tensor]) -> Tensor {
    let table = ChannelParameterTable(grids, layout)
    let backend = backend
    let boundsShape = bounds.first?.shape ?? []
    let learns = bounds.contains { $0.isTracked }
    let input = detached()
    let inputIsTracked = isTracked
    return Tensor(
      shape: shape, inputs: [self] + bounds,
      fill: { result in
        withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let result = result.baseAddress else { return }
          table.forward(x, result, on: backend)
        }
      },
      pullback: { upstream in
        let gradient = inputIsTracked ? input.fakeQuantGradient(upstream, table) : nil
        guard learns else { return [gradient] + bounds.map { _ in nil } }
        let sums = input.fakeQuantBoundGradients(upstream, ChannelParameterTable(grids, layout, lanes: 16))
        return [gradient] + [sums.low, sums.high].map { Tensor($0, shape: boundsShape).on(backend) }
      })
  }

  private func fakeQuantGradient(_ upstream: Tensor, _ table: ChannelParameterTable) -> Tensor {
    gradient(of: upstream) { table.backward($0, $1, $2, on: backend) }
  }

  private func fakeQuantBoundGradients(_ upstream: Tensor, _ table: ChannelParameterTable)
    -> (low: [Float], high: [Float])
  {
    withElements(and: upstream) { table.boundGradients($0, $1, on: backend) } ?? ([], [])
  }
}

extension Tensor {
  /// This tensor as integer inference will see it: `quantizer.roundTrip` of every element, bit for bit.
  ///
  /// Any rounding rule. Gradients go straight through where the element is within the quantizer's reach,
  /// and stop where it saturates; NaN becomes 0 and gets no gradient.
  public func fakeQuantized(by quantizer: AffineQuantizer) -> Tensor {
    fakeQuantized([quantizer], ChannelLayout(shape, axes: []))
  }

  /// This tensor quantized and back by one quantizer for each place along `axis`.
  ///
  /// See `fakeQuantized(by:)` for a single one.
  public func fakeQuantized(by quantizers: [AffineQuantizer], axis: Int = -1) -> Tensor {
    fakeQuantized(quantizers, ChannelLayout(shape, axes: [axis]))
  }

  /// This tensor quantized and back by one quantizer for each place along `axes`, which follow one another,
  /// or by a single one if there are no axes.
  ///
  /// See `fakeQuantized(by:)` for a single one.
  public func fakeQuantized(by quantizers: [AffineQuantizer], axes: [Int]) -> Tensor {
    fakeQuantized(quantizers, ChannelLayout(shape, axes: axes))
  }

  private func fakeQuantized(_ quantizers: [AffineQuantizer], _ layout: ChannelLayout) -> Tensor {
    require(
      quantizers.count == layout.channels,
      "fakeQuantized(by:): expected a quantizer for each of \(layout.channels) channels, got"
        + " \(quantizers.count)")
    let (input, backend) = (detached(), backend)
    return Tensor(
      shape: shape, inputs: [self],
      fill: { result in
        withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let result = result.baseAddress else { return }
          ChannelTiles(layout).forEachRun(on: backend) { run in
            quantizers[run.channel].roundTrip(
              x + run.first, into: result + run.first, count: run.count, stride: run.stride)
          }
        }
      },
      pullback: { upstream in [input.affineGradient(upstream, quantizers, layout)] })
  }

  private func affineGradient(_ upstream: Tensor, _ quantizers: [AffineQuantizer], _ layout: ChannelLayout)
    -> Tensor
  {
    gradient(of: upstream) { x, upstream, gradient in
      ChannelTiles(layout).forEachRun(on: backend) { run in
        quantizers[run.channel].straightThroughGradient(
          x + run.first, upstream: upstream + run.first, into: gradient + run.first, count: run.count,
          stride: run.stride)
      }
    }
  }
}

/// The elements of an operation's input and of its upstream gradient, as the kernels want them.
extension Tensor {
  /// Calls `body` with the elements of this tensor and of `upstream` where they lie.
  func withElements<Result>(
    and upstream: Tensor,
    _ body: (_ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>) -> Result
  ) -> Result? {
    withUnsafeBufferPointer { x in
      upstream.withUnsafeBufferPointer { upstream in
        guard let x = x.baseAddress, let upstream = upstream.baseAddress else { return nil }
        return body(x, upstream)
      }
    }
  }

  /// A gradient in the shape and on the backend of this tensor, the input, written by `body`.
  func gradient(
    of upstream: Tensor,
    _ body: (
      _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
    ) -> Void
  ) -> Tensor {
    Tensor(
      shape: shape, inputs: [],
      fill: { gradient in
        guard let gradient = gradient.baseAddress else { return }
        _ = withElements(and: upstream) { body($0, $1, gradient) }
      }, pullback: { _ in [] }
    ).on(backend)
  }
}
