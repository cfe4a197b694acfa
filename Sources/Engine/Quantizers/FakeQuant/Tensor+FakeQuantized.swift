import FixedPoint
import Support
import Tensors

extension Tensor {
  /// This tensor quantized to the range `min`…`max` and back, as TensorFlow's fake-quant operators do.
  ///
  /// The range is nudged so that 0 is exact. Values beyond it saturate; the range 0…0 makes everything 0.
  ///
  /// Rounding has gradient 0 almost everywhere, so gradients pass straight through: an element inside the
  /// nudged range receives its upstream gradient, an element beyond it receives none. The upstream gradients
  /// of the elements below the range are summed for `min`, those of the elements above it for `max`: give the
  /// values of `Variable`s to learn a range.
  ///
  /// Values and gradients equal TensorFlow's bit for bit, but for the gradients of `min` and `max`, which are
  /// sums in another order. As in TensorFlow, every range is accepted: equal ends, reversed ends, or ends so
  /// far apart that `max − min` overflows give what the arithmetic gives, mostly NaN.
  ///
  /// - Parameters:
  ///   - min: The low end: a scalar for one range (`fake_quant_with_min_max_vars`), or `[channels]` for a range
  ///     for each index of `axis` (`fake_quant_with_min_max_vars_per_channel`).
  ///   - max: The high end, of the same shape.
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - narrowRange: Whether the lowest code is left out.
  ///   - axis: The axis of the channels, the last by default.
  /// - Returns: A tensor of the same shape, on the grids.
  ///
  /// Source: Bengio et al., 2013 (arXiv:1308.3432); Jacob et al., 2018 (arXiv:1712.05877).
  public func fakeQuantized(
    min: Tensor, max: Tensor, bitWidth: Int = 8, narrowRange: Bool = false, axis: Int = -1
  ) -> Tensor {
    fakeQuantized(min: min, max: max, bitWidth: bitWidth, narrowRange: narrowRange, axes: [axis])
  }

  /// This tensor quantized to a range for each combination of indices of adjacent axes, and back.
  ///
  /// The arithmetic and the gradients are those of `fakeQuantized(min:max:bitWidth:narrowRange:axis:)`.
  ///
  /// - Parameters:
  ///   - min: The low end: a scalar for one range, or a vector. For axes 2 and 3 of a depthwise kernel,
  ///     `[height, width, channels, multiplier]`, it has channels × multiplier elements.
  ///   - max: The high end, of the same shape.
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - narrowRange: Whether the lowest code is left out.
  ///   - axes: The adjacent axes.
  /// - Returns: A tensor of the same shape, on the grids.
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
  /// - Parameters:
  ///   - min: The low end.
  ///   - max: The high end.
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - narrowRange: Whether the lowest code is left out.
  /// - Returns: A tensor of the same shape, on the grid.
  public func fakeQuantized(min: Float, max: Float, bitWidth: Int = 8, narrowRange: Bool = false) -> Tensor {
    fakeQuantized(min: Tensor(min), max: Tensor(max), bitWidth: bitWidth, narrowRange: narrowRange)
  }

  /// This tensor quantized and back as PyTorch's `fake_quantize_per_tensor_affine` does, bit for bit.
  ///
  /// The quantizer must round half to even. Gradients pass straight through where the code is in range.
  /// Numbers of 2³¹ steps and more, which may overflow in PyTorch, saturate here; NaN propagates.
  public func fakeQuantizedAsPyTorch(by quantizer: AffineQuantizer) -> Tensor {
    fakeQuantized([FakeQuantizer(pyTorch: quantizer)], ChannelLayout(shape, axes: []), bounds: [])
  }

  /// This tensor quantized and back as PyTorch's `fake_quantize_per_channel_affine` does, bit for bit.
  ///
  /// There is one quantizer for each index of `axis`; see `fakeQuantizedAsPyTorch(by:)` for a single one.
  public func fakeQuantizedAsPyTorch(by quantizers: [AffineQuantizer], axis: Int) -> Tensor {
    fakeQuantized(
      quantizers.map { FakeQuantizer(pyTorch: $0) }, ChannelLayout(shape, axes: [axis]), bounds: [])
  }

  private static func named(_ axes: [Int]) -> String {
    (axes.count == 1 ? "axis " : "axes ") + axes.map { "\($0)" }.joined(separator: " and ")
  }

  /// The operation itself, by a grid for each channel, with gradients for this tensor and for the bounds.
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
  /// This tensor as integer inference sees it: `quantizer.roundTrip` of every element, bit for bit.
  ///
  /// The quantizer may have any rounding rule. Gradients pass straight through where the element does not
  /// saturate, and stop where it does; NaN becomes 0 and receives no gradient.
  public func fakeQuantized(by quantizer: AffineQuantizer) -> Tensor {
    fakeQuantized([quantizer], ChannelLayout(shape, axes: []))
  }

  /// This tensor quantized and back by one quantizer for each index of `axis`.
  ///
  /// See `fakeQuantized(by:)` for a single one.
  public func fakeQuantized(by quantizers: [AffineQuantizer], axis: Int = -1) -> Tensor {
    fakeQuantized(quantizers, ChannelLayout(shape, axes: [axis]))
  }

  /// This tensor quantized and back by one quantizer for each combination of indices of the adjacent `axes`, or
  /// by a single one if there are no axes.
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

/// Pointers to the elements of an operation's input and upstream gradient, for the kernels.
extension Tensor {
  /// Calls `body` with pointers to the elements of this tensor and of `upstream`.
  ///
  /// - Returns: The result of `body`; nil if there are no elements.
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

  /// The gradient of this tensor, an operation's input, in its shape and on its backend, written by `body`.
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
