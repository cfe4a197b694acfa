import FixedPoint

/// The reason why operations do not form a valid integer model.
public struct IntegerModelError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The invalid operation; nil if the error concerns the model as a whole.
  public let operation: String?
  /// The problem.
  public let cause: Cause

  package init(operation: String? = nil, cause: Cause) { (self.operation, self.cause) = (operation, cause) }

  /// The possible problems of a model.
  public enum Cause: Error, Hashable, Sendable {
    /// No operation takes codes from the caller.
    case noInput
    /// The model has no outputs.
    case noOutput
    /// The index of an output is not that of an operation.
    case unknownOutput(index: Int, operations: Int)
    /// Two operations have the same name.
    case nameTwice
    /// An operation reads more or fewer tensors than its kind requires.
    case inputCount(expected: String, found: Int)
    /// An operation reads an operation that does not come before it.
    case inputNotBefore(index: Int, own: Int)
    /// A shape has no extents, an extent below 1, or more than 2³¹ − 1 codes.
    case impossibleShape([Int])
    /// All operations together have more than 2³¹ − 1 codes per example.
    case tooManyCodes(Int)
    /// The shape of the output is not the shape that the operation computes.
    case wrongShape(expected: [Int], found: [Int])
    /// The operation cannot read an input of this shape.
    case wrongInputShape(expected: String, found: [Int])
    /// The codes of a grid do not fit a byte.
    case gridTooWide(ClosedRange<Int32>)
    /// The operation passes codes on unchanged, but the grids of its input and output differ.
    case gridsDiffer(input: String)
    /// The output of a softmax, sigmoid or tanh has a grid other than the one that the arithmetic fixes.
    case wrongFixedGrid(of: String, expected: String, scale: Float, zeroPoint: Int32)
    /// The slope of a leaky ReLU is negative, infinite or NaN.
    case wrongSlope(Float)
    /// The activation range is not within the output grid's codes.
    case activationRangeOutsideGrid(range: ClosedRange<Int32>, grid: ClosedRange<Int32>)
    /// The size, strides or padding of a window are invalid.
    case wrongWindow(reason: String)
    /// A parameter of the operation is impossible.
    case wrongParameter(problem: String, expected: String)
    /// The arithmetic's runtime does not compute the operation on codes, or leaves it to kernels that are not followed.
    case notInArithmetic(operation: String, IntegerArithmetic)
    /// The kernel's shape does not match the input or the output.
    case wrongKernelShape(expected: String, found: [Int])
    /// The kernel has more or fewer codes, scales or biases than its shape requires.
    case wrongCount(of: String, expected: String, found: Int)
    /// The bit width of the weights is not 1 to 8.
    case bitWidthUnsupported(Int)
    /// A weight does not fit its bit width.
    case codeTooLarge(code: Int8, bitWidth: Int)
    /// A scale is zero, negative, infinite or NaN.
    case scaleNotPositive(Float)
    /// The arithmetic cannot express a multiplier.
    case wrongMultiplier(Double)
    /// In a sum or difference, the scale of an input is too many times the scale of the output.
    case scalesTooFarApart(ratio: Double, limit: Double)
    /// An accumulator could overflow.
    case accumulatorTooLarge(channel: Int, bound: Int, limit: Int)
    /// An accumulator could overflow because of its bias, which is more than all products together.
    case biasTooLarge(channel: Int, bias: Int, bound: Int, limit: Int)
  }

  /// The operation, the problem and the remedy, in one line.
  public var description: String {
    (operation.map { "integer operation \($0): " } ?? "integer model: ") + cause.explanation
  }
}

extension IntegerModelError.Cause {
  /// The problem and the remedy.
  var explanation: String { problem + "; " + remedy }

  private var problem: String {
    switch self {
    case .noInput: "nothing takes codes from the caller"
    case .noOutput: "no operation gives the result"
    case .unknownOutput(let index, _): "output \(index) is no operation"
    case .nameTwice: "another operation has the same name"
    case .inputCount(_, let found): "it reads \(found) tensors"
    case .inputNotBefore(let index, let own): "it is operation \(own) and reads operation \(index)"
    case .impossibleShape(let shape): "an example of shape \(shape) is impossible"
    case .tooManyCodes(let count): "its operations give \(count) codes for one example"
    case .wrongShape(let expected, let found): "it gives shape \(expected), and its shape says \(found)"
    case .wrongInputShape(_, let found): "it reads shape \(found)"
    case .gridTooWide(let range): "its grid has codes \(Self.words(range)), and a code is an Int8"
    case .gridsDiffer(let input):
      "it passes codes on as they are, and its grid is another than that of \(input)"
    case .wrongFixedGrid(let kind, _, let scale, let zeroPoint):
      "the grid of a \(kind) is fixed, and this one has scale \(scale) and zero point \(zeroPoint)"
    case .wrongSlope(let slope): "the slope of a leaky ReLU is \(slope)"
    case .activationRangeOutsideGrid(let activationRange, _):
      "its activation lets codes \(Self.words(activationRange)) through"
    case .wrongWindow(let reason): reason
    case .wrongParameter(let problem, _): problem
    case .notInArithmetic(let operation, let arithmetic):
      "the arithmetic \(arithmetic.rawValue) has no \(operation)"
    case .wrongKernelShape(_, let found): "its kernel has shape \(found)"
    case .wrongCount(let what, _, let found): "its kernel has \(found) \(what)"
    case .bitWidthUnsupported(let bits): "weights of \(bits) bits are not supported"
    case .codeTooLarge(let code, let bits): "a weight of \(bits) bits cannot be \(code)"
    case .scaleNotPositive(let scale): "a weight scale is \(scale)"
    case .wrongMultiplier(let multiplier):
      "its numbers would be rescaled by \(multiplier), which the model's arithmetic cannot express"
    case .scalesTooFarApart(let ratio, _):
      "the scale of a tensor that it reads is \(ratio) times the scale of its output"
    case .accumulatorTooLarge(let channel, let bound, let limit):
      "the accumulator of channel \(channel) could reach \(bound), and its arithmetic ends at \(limit)"
    case .biasTooLarge(let channel, let bias, let bound, let limit):
      "the bias of channel \(channel) is \(bias), so that its accumulator could reach \(bound), and its arithmetic ends "
        + "at \(limit)"
    }
  }

  private var remedy: String {
    switch self {
    case .noInput: "add an operation of kind input"
    case .noOutput: "name at least one in outputs"
    case .unknownOutput(_, let operations): "expected a number of 0 or more, below \(operations)"
    case .nameTwice: "give each its own"
    case .inputCount(let expected, _): "expected \(expected)"
    case .inputNotBefore: "put every operation behind those it reads"
    case .impossibleShape: "expected extents of 1 or more, and fewer than 2³¹ codes in all"
    case .tooManyCodes: "expected fewer than 2³¹, since all are in memory at once"
    case .wrongShape: "give the operation the shape that it computes"
    case .wrongInputShape(let expected, _), .wrongKernelShape(let expected, _),
      .wrongParameter(_, let expected):
      "expected \(expected)"
    case .notInArithmetic(_, let arithmetic):
      "choose the arithmetic \(arithmetic == .onnxRuntime ? "tflite or xnnpack" : "tflite") or another operation"
    case .wrongCount(_, let expected, _): "expected \(expected)"
    case .gridTooWide: "expected a range within -128...127"
    case .gridsDiffer: "put a requantization between them"
    case .wrongFixedGrid(_, let expected, _, _): "expected \(expected) and codes -128...127"
    case .wrongSlope: "expected a finite number of 0 or more"
    case .activationRangeOutsideGrid(_, let grid):
      "expected an activation range within the grid's \(Self.words(grid))"
    case .wrongWindow:
      "expected sizes, strides and dilations of 1 to 65535 pixels (a pooling has no dilation), a window that fits"
        + " the padded image, and padding of 0 or more pixels, fewer than the window has"
    case .bitWidthUnsupported: "expected 1 to 8"
    case .codeTooLarge(_, let bits):
      "expected -\(1 << max(bits - 1, 0)) to \((1 << max(bits - 1, 0)) - 1)"
    case .scaleNotPositive: "expected a finite number above zero"
    case .wrongMultiplier: "look for a scale that is far too large or too small"
    case .scalesTooFarApart(_, let limit):
      "its arithmetic ends below \(Int(limit)) times: one of the two ranges is not what the tensors hold; calibrate or "
        + "train again on data that reach it, or give the output a wider range"
    case .accumulatorTooLarge: "use fewer inputs, smaller weights, or a larger output scale"
    case .biasTooLarge:
      "look for what made the bias so large, or calibrate again, so that the output's range holds what the bias gives"
    }
  }

  private static func words(_ range: ClosedRange<Int32>) -> String {
    "\(range.lowerBound)...\(range.upperBound)"
  }
}
