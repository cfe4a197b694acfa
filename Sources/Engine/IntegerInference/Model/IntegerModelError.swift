/// Numbers that are no integer model: which operation, what is wrong with it, and what to do.
public struct IntegerModelError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The operation concerned; nil if it is the model as a whole.
  public let operation: String?
  /// What is wrong.
  public let cause: Cause

  package init(operation: String? = nil, cause: Cause) { (self.operation, self.cause) = (operation, cause) }

  /// What can be wrong with a model.
  public enum Cause: Error, Hashable, Sendable {
    /// There is no operation that takes codes from the caller.
    case noInput
    /// No operation's codes are the result.
    case noOutput
    /// An output's number is that of no operation.
    case unknownOutput(number: Int, operations: Int)
    /// Two operations have the same name.
    case nameTwice
    /// An operation reads more or fewer tensors than its kind does.
    case inputCount(expected: String, found: Int)
    /// An operation reads one that does not come before it.
    case inputNotBefore(number: Int, own: Int)
    /// A shape without extents, or with one below 1, or of more codes than 2³¹ − 1.
    case impossibleShape([Int])
    /// All operations together have more codes than 2³¹ − 1 for one example.
    case tooManyCodes(Int)
    /// The output has another shape than the operation gives.
    case wrongShape(expected: [Int], found: [Int])
    /// The input has a shape that the operation cannot take.
    case wrongInputShape(expected: String, found: [Int])
    /// A grid's codes do not fit a byte.
    case gridTooWide(ClosedRange<Int32>)
    /// The operation keeps the codes as they are, so its grids must be one.
    case gridsDiffer(input: String)
    /// A softmax with another grid than its own.
    case wrongSoftmaxGrid(scale: Float, zeroPoint: Int32)
    /// The activation's limits are not within the output grid's codes.
    case limitsOutsideGrid(limits: ClosedRange<Int32>, grid: ClosedRange<Int32>)
    /// A window or padding of impossible size.
    case wrongWindow(reason: String)
    /// The kernel's shape does not suit the input or the output.
    case wrongKernelShape(expected: String, found: [Int])
    /// The kernel has more or fewer codes, scales or biases than its shape asks for.
    case wrongCount(of: String, expected: String, found: Int)
    /// Codes of fewer than 1 or more than 8 bits.
    case bitWidthUnsupported(Int)
    /// A weight that its bit width cannot hold.
    case codeTooLarge(code: Int8, bitWidth: Int)
    /// A scale that is zero, negative, infinite or NaN.
    case scaleNotPositive(Float)
    /// A rescaling that the arithmetic cannot express.
    case wrongMultiplier(Double)
    /// An accumulator that could overflow.
    case accumulatorTooLarge(channel: Int, bound: Int, limit: Int)
  }

  /// The operation, the cause and the remedy, in one line.
  public var description: String {
    (operation.map { "integer operation \($0): " } ?? "integer model: ") + cause.explanation
  }
}
