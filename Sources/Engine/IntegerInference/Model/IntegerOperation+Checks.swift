import FixedPoint
import Support

extension IntegerOperation {
  /// Checks the operation against the operations that it reads.
  func check(
    reading sources: [IntegerOperation], arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    try checkOwnShapeAndGrid()
    try checkInputCount()
    switch kind {
    case .input: return
    case .constant(let codes): try checkConstant(codes)
    case .convolution(let kernel, let window):
      try checkConvolution(kernel, window, of: sources[0], depthwise: false, arithmetic)
    case .depthwiseConvolution(let kernel, let window):
      try checkConvolution(kernel, window, of: sources[0], depthwise: true, arithmetic)
    case .transposedConvolution(let kernel, let window, let isSame):
      try checkTransposedConvolution(kernel, window, isSame: isSame, of: sources[0], arithmetic)
    case .dense(let kernel): try checkDense(kernel, of: sources[0], arithmetic)
    case .maxPooling(let window), .averagePooling(let window):
      try checkWindow(window, of: sources[0], channels: sources[0].shape.last ?? 0)
      if kind.keepsGrid(arithmetic) {
        try checkSameGrid(as: sources)
      } else {
        try checkFloatRatio(to: sources[0])
      }
    case .globalAveragePooling:
      try checkIsImage(sources[0])
      let channels = sources[0].shape[2]
      try checkShape(shape.count == 3 ? [1, 1, channels] : [channels])
      try checkMean(of: sources[0], arithmetic)
    case .add(let activationRange):
      try checkOperands(sources)
      try checkActivationRange(activationRange)
      try checkAddition(of: sources, arithmetic)
    case .subtract(let activationRange):
      try checkOperands(sources)
      try checkActivationRange(activationRange)
      try checkSubtraction(of: sources, arithmetic)
    case .multiply(let activationRange):
      try checkOperands(sources)
      try checkActivationRange(activationRange)
      try checkMultiplication(of: sources, arithmetic)
    case .concatenation(let axis): try checkConcatenation(of: sources, axis: axis)
    case .reshape:
      guard sources[0].count == count else { throw .wrongShape(expected: sources[0].shape, found: shape) }
      try checkSameGrid(as: sources)
    case .padding(let padding): try checkPadding(padding, of: sources[0])
    case .constantPadding(let before, let after, let code):
      try checkConstantPadding(before, after, code, of: sources[0])
      try checkSameGrid(as: sources)
    case .slice(let begin, let size, let strides):
      try checkSlice(begin, size, strides, of: sources[0])
      try checkSameGrid(as: sources)
    case .transpose(let permutation):
      try checkTranspose(permutation, of: sources[0])
      try checkSameGrid(as: sources)
    case .resizeNearestNeighbor(let alignCorners, let halfPixelCenters):
      try checkResize(of: sources[0], alignCorners, halfPixelCenters)
      try checkSameGrid(as: sources)
    case .resizeBilinear(let alignCorners, let halfPixelCenters):
      try checkResize(of: sources[0], alignCorners, halfPixelCenters)
      try checkSameGrid(as: sources)
      guard arithmetic != .onnxRuntime else {
        throw .notInArithmetic(operation: "bilinear resizing of codes", arithmetic)
      }
    case .softmax: try checkSoftmax(of: sources[0], arithmetic)
    case .hardSwish:
      try checkShape(sources[0].shape)
      try checkHardSwish(of: sources[0], arithmetic)
    case .leakyReLU(let slope):
      try checkShape(sources[0].shape)
      try checkLeakyReLU(of: sources[0], slope: slope, arithmetic)
    case .prelu: try checkPReLU(of: sources, arithmetic)
    case .sigmoid, .tanh:
      try checkShape(sources[0].shape)
      try checkFixedGrid(arithmetic)
      try checkNormalScales(of: sources[0])
    case .requantization(let activationRange):
      try checkShape(sources[0].shape)
      try checkActivationRange(activationRange)
      try checkRequantization(of: sources[0], activationRange: activationRange, arithmetic)
    }
  }

  private func checkOwnShapeAndGrid() throws(IntegerModelError.Cause) {
    guard !shape.isEmpty, shape.allSatisfy({ $0 >= 1 }), let count = shape.checkedProduct,
      count <= Int(Int32.max)
    else { throw .impossibleShape(shape) }
    guard Self.allCodes.contains(grid.quantizedRange.lowerBound),
      Self.allCodes.contains(grid.quantizedRange.upperBound)
    else { throw .gridTooWide(grid.quantizedRange) }
  }

  private func checkInputCount() throws(IntegerModelError.Cause) {
    let expected: (counts: ClosedRange<Int>, words: String) =
      switch kind {
      case .input, .constant: (0...0, "none")
      case .add, .subtract, .multiply, .prelu: (2...2, "two")
      case .concatenation: (1...Int.max, "one or more")
      default: (1...1, "one")
      }
    guard expected.counts.contains(inputs.count) else {
      throw .inputCount(expected: expected.words, found: inputs.count)
    }
  }

  private func checkConcatenation(of sources: [IntegerOperation], axis: Int) throws(IntegerModelError.Cause) {
    var expected = sources[0].shape
    guard expected.indices.contains(axis) else {
      throw .wrongInputShape(expected: "a dimension of number \(axis), counted from 0", found: expected)
    }
    expected[axis] = 0
    for source in sources {
      var own = source.shape
      guard own.count == expected.count else {
        throw .wrongInputShape(expected: "as many dimensions as the first", found: own)
      }
      expected[axis] += own[axis]
      own[axis] = expected[axis]
      guard own == expected else {
        throw .wrongInputShape(expected: "that of the first but for dimension \(axis)", found: source.shape)
      }
    }
    try checkShape(expected)
    try checkSameGrid(as: sources)
  }

  private func checkPadding(
    _ padding: Window.Padding, of source: IntegerOperation
  ) throws(IntegerModelError.Cause) {
    try checkIsImage(source)
    let amounts = [padding.top, padding.left, padding.bottom, padding.right]
    guard amounts.allSatisfy({ (0...Int(Int32.max)).contains($0) }) else {
      throw .wrongWindow(reason: "its padding is \(amounts) pixels")
    }
    try checkShape([
      padding.top + source.shape[0] + padding.bottom, padding.left + source.shape[1] + padding.right,
      source.shape[2],
    ])
    try checkSameGrid(as: [source])
  }
}

extension IntegerOperation {
  /// The codes of an `Int8`.
  package static let allCodes: ClosedRange<Int32> = -128...127

  func checkShape(_ expected: [Int]) throws(IntegerModelError.Cause) {
    guard shape == expected else { throw .wrongShape(expected: expected, found: shape) }
  }

  func checkIsImage(_ source: IntegerOperation) throws(IntegerModelError.Cause) {
    guard source.shape.count == 3 else {
      throw .wrongInputShape(expected: "[height, width, channels]", found: source.shape)
    }
  }

  private func checkSameGrid(as sources: [IntegerOperation]) throws(IntegerModelError.Cause) {
    for source in sources {
      guard source.grid.hasSameGrid(as: grid) else { throw .gridsDiffer(input: source.name) }
    }
  }

  /// Checks that the grid is the one that the arithmetic fixes, if it fixes one.
  func checkFixedGrid(_ arithmetic: IntegerArithmetic) throws(IntegerModelError.Cause) {
    guard let fixed = kind.fixedGrid(arithmetic) else { return }
    guard grid.scale == fixed.scale, grid.zeroPoint == fixed.zeroPoint, grid.quantizedRange == Self.allCodes
    else {
      throw .wrongFixedGrid(
        of: kind.word, expected: "scale 1/\(Int(1 / fixed.scale)), zero point \(fixed.zeroPoint)",
        scale: grid.scale, zeroPoint: grid.zeroPoint)
    }
  }

  func checkActivationRange(_ activationRange: ClosedRange<Int32>) throws(IntegerModelError.Cause) {
    let grid = grid.quantizedRange
    guard grid.contains(activationRange.lowerBound), grid.contains(activationRange.upperBound) else {
      throw .activationRangeOutsideGrid(range: activationRange, grid: grid)
    }
  }
}
