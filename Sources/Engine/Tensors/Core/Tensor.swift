import Support

/// A rectangular array of floats, and, where gradients are wanted, the way it was computed.
///
/// Elements are contiguous and row-major: the last index moves fastest. Images are NHWC
/// (`[batch, height, width, channels]`), convolution kernels HWIO. A scalar has shape `[]`.
///
/// A tensor never changes. One made from numbers is a constant: operations on constants keep no history.
/// Gradients start at a ``Variable``'s value or at a ``tracked()`` tensor, and every result computed from one
/// remembers its inputs until `gradients(of:)` has used them. A tensor belongs to one task: it is not
/// `Sendable`.
public final class Tensor {
  /// The number of elements along each dimension; `[]` for a scalar.
  public let shape: [Int]
  /// The kernels and threads that operations on this tensor use.
  package let backend: Backend
  let buffer: Buffer
  let node: Node?

  init(buffer: Buffer, shape: [Int], backend: Backend, node: Node?) {
    self.buffer = buffer
    self.shape = shape
    self.backend = backend
    self.node = node
  }

  /// A constant with the given elements in row-major order, as many as `shape` has places.
  public convenience init(_ values: some Collection<Float>, shape: [Int]) {
    self.init(values, shape: shape, inputs: [], pullback: { _ in [] })
  }

  /// A constant scalar, of shape `[]`.
  public convenience init(_ scalar: Float) {
    self.init(CollectionOfOne(scalar), shape: [])
  }

  /// The result of an operation of one's own: its values, the inputs they came from, and the pullback.
  ///
  /// The pullback receives the gradient of the final scalar with respect to this result, in this shape, and
  /// returns its gradient with respect to each input, in the input's shape; nil where there is none. It may
  /// keep the inputs, but never this result: that would be a cycle, never freed. It is called at most once.
  public convenience init(
    _ values: some Collection<Float>, shape: [Int], inputs: [Tensor],
    pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) {
    let places = Tensor.places(in: shape)
    require(
      values.count == places,
      "a tensor of shape \(shape) holds \(places) values; got \(values.count): make them agree"
    )
    self.init(
      shape: shape, inputs: inputs, fill: { _ = $0.initialize(fromContentsOf: values) }, pullback: pullback)
  }

  /// An operation that writes its result into recycled memory instead of handing over an array.
  ///
  /// `fill` must write every element; it finds arbitrary values.
  package convenience init(
    shape: [Int], inputs: [Tensor], fill: (UnsafeMutableBufferPointer<Float>) -> Void,
    pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) {
    let buffer = Buffer(count: Tensor.places(in: shape))
    fill(buffer.mutable)
    self.init(buffer: buffer, shape: shape, inputs: inputs, pullback: pullback)
  }

  /// The result of an operation on `inputs`, its values already computed; keeps history if an input does.
  convenience init(
    buffer: Buffer, shape: [Int], inputs: [Tensor], pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) {
    let tracks = inputs.contains { $0.node != nil }
    self.init(
      buffer: buffer, shape: shape, backend: inputs.first?.backend ?? .standard,
      node: tracks ? Node(shape: shape, inputs: inputs.map(\.node), pullback: pullback) : nil)
  }

  /// The number of elements.
  public var count: Int { buffer.count }

  /// The number of dimensions; 0 for a scalar.
  public var rank: Int { shape.count }

  /// The elements in row-major order, copied out.
  public var values: [Float] { withUnsafeBufferPointer { Array($0) } }

  /// The value of a tensor that holds exactly one element.
  public var scalar: Float {
    require(
      count == 1, "`scalar` needs a tensor of one element; this one has shape \(shape): reduce it first")
    return buffer.pointer[0]
  }

  /// Calls `body` with the elements where they lie; the pointer must not outlive the call.
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(buffer) { () throws(Failure) -> Result in
      try body(UnsafeBufferPointer(start: buffer.pointer, count: buffer.count))
    }
  }

  /// Whether operations on this tensor keep the history that gradients need.
  public var isTracked: Bool { node != nil }

  /// The record of how this tensor was computed, for tests of its lifetime.
  package var history: AnyObject? { node }

  /// The same values as a starting point of gradients: a leaf.
  public func tracked() -> Tensor {
    Tensor(buffer: buffer, shape: shape, backend: backend, node: Node(leaf: shape))
  }

  /// The same values as a constant: gradients stop here.
  public func detached() -> Tensor {
    node == nil ? self : Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
  }

  /// The same tensor, history and all, whose operations use `backend`.
  package func on(_ backend: Backend) -> Tensor {
    Tensor(buffer: buffer, shape: shape, backend: backend, node: node)
  }

  /// The number of elements of a shape, which must be at least one and countable.
  static func places(in shape: [Int]) -> Int {
    require(
      shape.allSatisfy { $0 > 0 },
      "a tensor's dimensions are above zero; got shape \(shape): leave an empty dimension out")
    let places = product(of: shape)
    require(
      places != nil,
      "out of memory: a tensor of shape \(shape) has more elements than can be counted; use a smaller batch")
    return places ?? 0
  }

  /// The product of extents, or nil if it overflows.
  static func product(of extents: [Int]) -> Int? {
    var product = 1
    for extent in extents {
      let (next, overflows) = product.multipliedReportingOverflow(by: extent)
      if overflows { return nil }
      product = next
    }
    return product
  }
}
