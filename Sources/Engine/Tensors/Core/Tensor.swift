import CKernels
import Support

/// A rectangular array of floats and, where gradients are wanted, the history of its computation.
///
/// Elements are contiguous and row-major: the last index varies fastest. Images are NHWC
/// (`[batch, height, width, channels]`), convolution kernels HWIO. A scalar has shape `[]`.
///
/// A tensor never changes. A tensor made from numbers is a constant: operations on constants keep no history.
/// The value of a ``Variable`` and a ``tracked()`` tensor are leaves, where gradients end; every result computed
/// from a leaf keeps its history until `gradients(of:)` has used it. A tensor belongs to one task: it is not
/// `Sendable`.
public final class Tensor {
  /// The number of elements along each dimension; `[]` for a scalar.
  public let shape: [Int]
  /// The kernels and threads that operations on this tensor use.
  package let backend: Backend
  private(set) var buffer: Buffer
  let node: Node?

  init(buffer: Buffer, shape: [Int], backend: Backend, node: Node?) {
    self.buffer = buffer
    self.shape = shape
    self.backend = backend
    self.node = node
  }

  /// A constant with the given elements in row-major order; their number is the product of `shape`.
  public convenience init(_ values: some Collection<Float>, shape: [Int]) {
    self.init(values, shape: shape, inputs: [], pullback: { _ in [] })
  }

  /// A constant scalar, of shape `[]`.
  public convenience init(_ scalar: Float) {
    self.init(CollectionOfOne(scalar), shape: [])
  }

  /// The result of a custom operation.
  ///
  /// The pullback receives the gradient of the final scalar with respect to this result, and returns the
  /// gradient with respect to each input, in the input's shape; nil for an input that has none. It may capture
  /// the inputs, but never this result: that would be a reference cycle. It is called at most once.
  ///
  /// - Parameters:
  ///   - values: The elements of the result in row-major order.
  ///   - shape: The shape of the result.
  ///   - inputs: The tensors that the values were computed from.
  ///   - pullback: Computes the inputs' gradients from the result's gradient.
  public convenience init(
    _ values: some Collection<Float>, shape: [Int], inputs: [Tensor],
    pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) {
    let expected = Tensor.elementCount(of: shape)
    require(
      values.count == expected,
      "a tensor of shape \(shape) holds \(expected) values; got \(values.count): make them agree"
    )
    self.init(
      shape: shape, inputs: inputs, fill: { _ = $0.initialize(fromContentsOf: values) }, pullback: pullback)
  }

  /// The result of an operation that writes its values into recycled memory.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - inputs: The tensors that the values are computed from.
  ///   - fill: Writes every element; the memory it receives holds arbitrary values.
  ///   - pullback: Computes the inputs' gradients from the result's gradient; see
  ///     ``init(_:shape:inputs:pullback:)``.
  package convenience init(
    shape: [Int], inputs: [Tensor], fill: (UnsafeMutableBufferPointer<Float>) -> Void,
    pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) {
    let buffer = Buffer(count: Tensor.elementCount(of: shape))
    fill(buffer.mutable)
    self.init(buffer: buffer, shape: shape, inputs: inputs, pullback: pullback)
  }

  /// The result of an operation whose values are computed already; it is tracked if an input is.
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

  /// A copy of the elements, in row-major order.
  public var values: [Float] { withUnsafeBufferPointer { Array($0) } }

  /// The value of a tensor of exactly one element.
  public var scalar: Float {
    require(
      count == 1, "`scalar` needs a tensor of one element; this one has shape \(shape): reduce it first")
    return buffer.pointer[0]
  }

  /// Calls `body` with a pointer to the elements, which is valid during the call only.
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(buffer) { () throws(Failure) -> Result in
      try body(UnsafeBufferPointer(start: buffer.pointer, count: buffer.count))
    }
  }

  /// Adds `term`, of the same shape, to the elements if nothing else refers to their memory.
  ///
  /// - Returns: Whether it did.
  func addInPlace(_ term: Tensor) -> Bool {
    guard node == nil, isKnownUniquelyReferenced(&buffer) else { return false }
    let (total, backend) = (buffer.pointer, backend)
    term.withUnsafeBufferPointer { term in
      guard let term = term.baseAddress else { return }
      backend.forEachThread(of: count, work: count) { range in
        qat_accumulate(total + range.lowerBound, term + range.lowerBound, range.count)
      }
    }
    return true
  }

  /// Whether both tensors are the same elements in memory, and so equal as long as both exist.
  package func sharesElements(with other: Tensor) -> Bool { buffer === other.buffer }

  /// Whether operations on this tensor keep the history that gradients need.
  public var isTracked: Bool { node != nil }

  /// The history of this tensor, for tests of its lifetime.
  package var history: AnyObject? { node }

  /// The same values as a leaf, a tensor that gradients can be asked for.
  public func tracked() -> Tensor {
    Tensor(buffer: buffer, shape: shape, backend: backend, node: Node(leaf: shape))
  }

  /// The same values as a constant: gradients stop here.
  public func detached() -> Tensor {
    node == nil ? self : Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
  }

  /// The same values and history with another backend.
  package func on(_ backend: Backend) -> Tensor {
    Tensor(buffer: buffer, shape: shape, backend: backend, node: node)
  }

  /// The same values and history; their convolutions, and those of all that follows, are computed by an algorithm.
  package func convolved(by algorithm: ConvolutionAlgorithm) -> Tensor {
    var backend = backend
    backend.convolutions = algorithm
    return on(backend)
  }

  /// The number of elements of a shape; stops if a dimension is not above zero, or if the number overflows.
  static func elementCount(of shape: [Int]) -> Int {
    require(
      shape.allSatisfy { $0 > 0 },
      "a tensor's dimensions are above zero; got shape \(shape): leave an empty dimension out")
    guard let count = product(of: shape) else {
      stop(
        "out of memory: a tensor of shape \(shape) has more elements than can be counted; use a smaller batch"
      )
    }
    return count
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

extension Tensor {
  /// A constant of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { filled(0, shape: shape) }

  /// A constant whose elements all equal `value`.
  public static func filled(_ value: Float, shape: [Int]) -> Tensor {
    Tensor(shape: shape, inputs: [], fill: { $0.initialize(repeating: value) }, pullback: { _ in [] })
  }

  /// A constant whose elements are drawn uniformly from `low ..< high`.
  ///
  /// - Parameters:
  ///   - low: The smallest value possible.
  ///   - high: The end of the interval, which is not part of it.
  ///   - shape: The shape of the tensor.
  ///   - generator: The source of random numbers.
  /// - Returns: The constant.
  public static func uniform(
    _ low: Float, _ high: Float, shape: [Int], using generator: inout SeededGenerator
  ) -> Tensor {
    let buffer = Buffer(count: elementCount(of: shape))
    for index in 0..<buffer.count { buffer.pointer[index] = generator.uniform(low, high) }
    return Tensor(buffer: buffer, shape: shape, backend: .standard, node: nil)
  }

  /// A constant whose elements are drawn from a normal distribution.
  ///
  /// - Parameters:
  ///   - mean: The mean of the distribution.
  ///   - standardDeviation: The standard deviation of the distribution.
  ///   - shape: The shape of the tensor.
  ///   - generator: The source of random numbers.
  /// - Returns: The constant.
  public static func normal(
    mean: Float = 0, standardDeviation: Float = 1, shape: [Int], using generator: inout SeededGenerator
  ) -> Tensor {
    let buffer = Buffer(count: elementCount(of: shape))
    for index in 0..<buffer.count {
      buffer.pointer[index] = generator.normal(mean: mean, standardDeviation: standardDeviation)
    }
    return Tensor(buffer: buffer, shape: shape, backend: .standard, node: nil)
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the elements in nested brackets; of more than 64 elements, the first eight.
  public var description: String {
    if rank == 0 { return "Tensor(\(scalar))" }
    guard count <= 64 else {
      let first = (0..<8).map { "\(buffer.pointer[$0])" }.joined(separator: ", ")
      return "Tensor(shape: \(shape), values: \(first), …)"
    }
    return "Tensor(shape: \(shape), values: \(nested(axis: 0, from: 0)))"
  }

  /// The slice that begins at element `first` and has the dimensions from `axis` on.
  private func nested(axis: Int, from first: Int) -> String {
    guard axis < rank else { return "\(buffer.pointer[first])" }
    let stride = shape[(axis + 1)...].reduce(1, *)
    let parts = (0..<shape[axis]).map { nested(axis: axis + 1, from: first + $0 * stride) }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
