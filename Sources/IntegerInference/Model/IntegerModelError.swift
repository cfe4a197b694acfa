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

extension IntegerModelError.Cause {
  /// What is wrong and what to do about it.
  var explanation: String {
    switch self {
    case .noInput: "nothing takes codes from the caller; add an operation of kind input"
    case .noOutput: "no operation gives the result; name at least one in outputs"
    case .unknownOutput(let number, let operations):
      "output \(number) is no operation; expected a number below \(operations)"
    case .nameTwice: "another operation has the same name; give each its own"
    case .inputCount(let expected, let found): "it reads \(found) tensors; expected \(expected)"
    case .inputNotBefore(let number, let own):
      "it is operation \(own) and reads operation \(number); put every operation behind those it reads"
    case .impossibleShape(let shape):
      "an example of shape \(shape) is impossible; expected extents of 1 or more and fewer than 2³¹ codes in all"
    case .wrongShape(let expected, let found): "it gives shape \(expected); its shape says \(found)"
    case .wrongInputShape(let expected, let found): "it reads shape \(found); expected \(expected)"
    case .gridTooWide(let range):
      "its grid has codes \(range.lowerBound)...\(range.upperBound), and a code is an Int8; expected a range"
        + " within -128...127"
    case .gridsDiffer(let input):
      "it passes codes on as they are, and its grid is another than that of \(input); put a requantization"
        + " between them"
    case .wrongSoftmaxGrid(let scale, let zeroPoint):
      "a softmax gives codes of scale 1/256 and zero point -128; its grid has \(scale) and \(zeroPoint)"
    case .limitsOutsideGrid(let limits, let grid):
      "its activation lets codes \(limits.lowerBound)...\(limits.upperBound) through; expected limits within the"
        + " grid's \(grid.lowerBound)...\(grid.upperBound)"
    default: kernelExplanation
    }
  }

  private var kernelExplanation: String {
    switch self {
    case .wrongWindow(let reason): reason
    case .wrongKernelShape(let expected, let found): "its kernel has shape \(found); expected \(expected)"
    case .wrongCount(let what, let expected, let found):
      "its kernel has \(found) \(what); expected \(expected)"
    case .bitWidthUnsupported(let bits): "weights of \(bits) bits are not supported; expected 1 to 8"
    case .codeTooLarge(let code, let bits):
      "a weight of \(bits) bits cannot be \(code); expected -\(1 << (bits - 1)) to \((1 << (bits - 1)) - 1)"
    case .scaleNotPositive(let scale): "a weight scale is \(scale); expected a finite number above zero"
    case .wrongMultiplier(let multiplier):
      "its accumulators would be rescaled by \(multiplier), which the arithmetic cannot express; look for a"
        + " scale that is far too large or too small"
    case .accumulatorTooLarge(let channel, let bound, let limit):
      "the accumulator of channel \(channel) could reach \(bound), and its arithmetic ends at \(limit); use fewer"
        + " inputs, smaller weights, or a larger output scale"
    default: "it cannot run"  // explained by `explanation`
    }
  }
}
