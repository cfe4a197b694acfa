import FixedPoint
import Support
import Tensors

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
