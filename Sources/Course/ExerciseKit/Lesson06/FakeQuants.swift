/// A layer of the graphs in exercise 06.2.
public enum GraphLayer: String, Hashable, Sendable {
  /// A convolution, which has a kernel.
  case conv
  /// A dense layer, which has a kernel.
  case dense
  /// A batch normalization.
  case batchNorm
  /// A ReLU.
  case relu
  /// A max pooling.
  case maxPool
  /// Images become rows of numbers.
  case flatten
}

/// Which fake-quants a layer gets, in exercise 06.2.
public struct FakeQuants: Hashable, Sendable, CustomStringConvertible {
  /// Whether its kernel is rounded.
  public var kernel: Bool
  /// Whether what it puts out is rounded.
  public var output: Bool

  /// Says which of the two are rounded.
  public init(kernel: Bool, output: Bool) { (self.kernel, self.output) = (kernel, output) }

  /// What is rounded: "kernel + output", or "–" for nothing.
  public var description: String {
    let parts = (kernel ? ["kernel"] : []) + (output ? ["output"] : [])
    return parts.isEmpty ? "–" : parts.joined(separator: " + ")
  }
}
