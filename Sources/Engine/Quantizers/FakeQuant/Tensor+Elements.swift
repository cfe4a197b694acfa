import Tensors

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
