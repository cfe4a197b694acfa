extension IntegerModelError.Cause {
  /// What is wrong and what to do about it.
  var explanation: String { problem + "; " + remedy }

  private var problem: String {
    switch self {
    case .noInput: "nothing takes codes from the caller"
    case .noOutput: "no operation gives the result"
    case .unknownOutput(let number, _): "output \(number) is no operation"
    case .nameTwice: "another operation has the same name"
    case .inputCount(_, let found): "it reads \(found) tensors"
    case .inputNotBefore(let number, let own): "it is operation \(own) and reads operation \(number)"
    case .impossibleShape(let shape): "an example of shape \(shape) is impossible"
    case .tooManyCodes(let count): "its operations give \(count) codes for one example"
    case .wrongShape(let expected, let found): "it gives shape \(expected), and its shape says \(found)"
    case .wrongInputShape(_, let found): "it reads shape \(found)"
    case .gridTooWide(let range): "its grid has codes \(Self.words(range)), and a code is an Int8"
    case .gridsDiffer(let input):
      "it passes codes on as they are, and its grid is another than that of \(input)"
    case .wrongSoftmaxGrid(let scale, let zeroPoint):
      "the grid of a softmax is fixed, and this one has scale \(scale) and zero point \(zeroPoint)"
    case .limitsOutsideGrid(let limits, _): "its activation lets codes \(Self.words(limits)) through"
    case .wrongWindow(let reason): reason
    case .wrongKernelShape(_, let found): "its kernel has shape \(found)"
    case .wrongCount(let what, _, let found): "its kernel has \(found) \(what)"
    case .bitWidthUnsupported(let bits): "weights of \(bits) bits are not supported"
    case .codeTooLarge(let code, let bits): "a weight of \(bits) bits cannot be \(code)"
    case .scaleNotPositive(let scale): "a weight scale is \(scale)"
    case .wrongMultiplier(let multiplier):
      "its numbers would be rescaled by \(multiplier), which the scheme's arithmetic cannot express"
    case .accumulatorTooLarge(let channel, let bound, let limit):
      "the accumulator of channel \(channel) could reach \(bound), and its arithmetic ends at \(limit)"
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
    case .wrongInputShape(let expected, _), .wrongKernelShape(let expected, _): "expected \(expected)"
    case .wrongCount(_, let expected, _): "expected \(expected)"
    case .gridTooWide: "expected a range within -128...127"
    case .gridsDiffer: "put a requantization between them"
    case .wrongSoftmaxGrid: "expected scale 1/256, zero point -128 and codes -128...127"
    case .limitsOutsideGrid(_, let grid): "expected limits within the grid's \(Self.words(grid))"
    case .wrongWindow:
      "expected sizes and strides of 1 to 65535 pixels, a window that fits the padded image, and padding of 0 or"
        + " more pixels, fewer than the window has"
    case .bitWidthUnsupported: "expected 1 to 8"
    case .codeTooLarge(_, let bits):
      "expected -\(1 << max(bits - 1, 0)) to \((1 << max(bits - 1, 0)) - 1)"
    case .scaleNotPositive: "expected a finite number above zero"
    case .wrongMultiplier: "look for a scale that is far too large or too small"
    case .accumulatorTooLarge: "use fewer inputs, smaller weights, or a larger output scale"
    }
  }

  private static func words(_ range: ClosedRange<Int32>) -> String {
    "\(range.lowerBound)...\(range.upperBound)"
  }
}
