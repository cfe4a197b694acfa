import CKernels
import Support

extension Tensor {
  /// Each element held between two numbers; the gradient passes where min ≤ x ≤ max.
  public func clipped(min low: Float, max high: Float) -> Tensor {
    clipped(min: Tensor(low), max: Tensor(high))
  }

  /// Each element held between two bounds of one element each, which receive gradients too.
  ///
  /// The gradient passes to this tensor where min ≤ x ≤ max; what does not pass goes to the bound that
  /// took the element's place.
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
