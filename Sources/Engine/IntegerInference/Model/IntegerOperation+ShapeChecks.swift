import FixedPoint

// Checks of operations that move codes, and of those that change the size of images.

extension IntegerOperation {
  /// Checks that a list of numbers has one for each axis of an operation.
  private func checkAxes(
    _ numbers: [Int], _ name: String, of source: IntegerOperation
  ) throws(IntegerModelError.Cause) {
    guard numbers.count == source.shape.count else {
      throw .wrongParameter(
        problem: "it reads \(source.shape.count) axes, and its \(name) are for \(numbers.count)",
        expected: "one for each axis of an example, which has no axis for the examples")
    }
  }

  func checkSlice(
    _ begin: [Int], _ size: [Int], _ strides: [Int], of source: IntegerOperation
  ) throws(IntegerModelError.Cause) {
    try checkAxes(begin, "beginnings", of: source)
    try checkAxes(size, "sizes", of: source)
    try checkAxes(strides, "strides", of: source)
    for axis in source.shape.indices {
      let extent = source.shape[axis]
      let (stride, limit) = (strides[axis], Int(Int32.max))
      let isPossible =
        (0..<extent).contains(begin[axis]) && (1...extent).contains(size[axis])
        && (-limit...limit).contains(stride) && stride != 0
        && (0..<extent).contains(begin[axis] + (size[axis] - 1) * stride)
      guard isPossible else {
        throw .wrongParameter(
          problem: "of \(extent) codes along axis \(axis) it takes \(size[axis]) from code \(begin[axis]) on,"
            + " \(stride) apart",
          expected: "a stride other than 0 that stays within the axis")
      }
    }
    try checkShape(size)
  }

  func checkTranspose(_ permutation: [Int], of source: IntegerOperation) throws(IntegerModelError.Cause) {
    guard permutation.sorted() == Array(source.shape.indices) else {
      throw .wrongParameter(
        problem: "its permutation is \(permutation)",
        expected:
          "each of 0..<\(source.shape.count) once: the axes of an example, which has no axis for the examples"
      )
    }
    try checkShape(permutation.map { source.shape[$0] })
  }

  func checkConstantPadding(
    _ before: [Int], _ after: [Int], _ code: Int8, of source: IntegerOperation
  ) throws(IntegerModelError.Cause) {
    try checkAxes(before, "counts before", of: source)
    try checkAxes(after, "counts after", of: source)
    for count in before + after where !(0...Int(Int32.max)).contains(count) {
      throw .wrongParameter(problem: "it adds \(count) codes along an axis", expected: "0 or more, below 2³¹")
    }
    let range = grid.quantizedRange
    guard range.contains(Int32(code)) else {
      throw .wrongParameter(
        problem: "it pads with the code \(code)",
        expected: "a code of its grid, \(range.lowerBound)...\(range.upperBound)")
    }
    try checkShape(source.shape.indices.map { before[$0] + source.shape[$0] + after[$0] })
  }

  func checkResize(
    of source: IntegerOperation, _ alignCorners: Bool, _ halfPixelCenters: Bool
  ) throws(IntegerModelError.Cause) {
    try checkIsImage(source)
    guard !(alignCorners && halfPixelCenters) else {
      throw .wrongParameter(
        problem: "it aligns corners and has half pixel centers", expected: "at most one of them")
    }
    guard shape.count == 3, shape[2] == source.shape[2] else {
      throw .wrongShape(expected: Array(shape.prefix(2)) + [source.shape[2]], found: shape)
    }
    for extent in shape.prefix(2) + source.shape.prefix(2) where extent > 0xFFFF {
      throw .wrongParameter(
        problem: "it resizes an image of \(extent) pixels in one direction", expected: "at most 65535")
    }
  }

  func checkTransposedConvolution(
    _ kernel: IntegerKernel, _ window: Window, isSame: Bool, of source: IntegerOperation,
    _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    guard arithmetic != .onnxRuntime else {
      throw .notInArithmetic(operation: "transposed convolution of codes", arithmetic)
    }
    try checkIsImage(source)
    let counts = [window.height, window.width, window.verticalStride, window.horizontalStride]
    guard counts.allSatisfy({ (1...0xFFFF).contains($0) }), !window.isDilated else {
      throw .wrongWindow(reason: "its window has size and strides \(counts), and dilations")
    }
    guard kernel.shape.count == 4,
      Array(kernel.shape[..<3]) == [window.height, window.width, source.shape[2]],
      kernel.shape[3] >= 1, kernel.shape[3] <= Int(Int32.max)
    else {
      throw .wrongKernelShape(
        expected: "[\(window.height), \(window.width), \(source.shape[2]), filters]", found: kernel.shape)
    }
    try checkTransposedShape(window, isSame: isSame, filters: kernel.shape[3], of: source)
    if arithmetic == .xnnpack, isSame,
      window.height < window.verticalStride || window.width < window.horizontalStride
    {
      throw .notInArithmetic(
        operation: "transposed convolution of padding same whose kernel is smaller than its stride",
        arithmetic)
    }
    try checkKernel(kernel, channels: kernel.shape[3], source, arithmetic)
  }

  /// Checks the output's size and the padding of a transposed convolution.
  private func checkTransposedShape(
    _ window: Window, isSame: Bool, filters: Int, of source: IntegerOperation
  ) throws(IntegerModelError.Cause) {
    let least = [(window.height, window.verticalStride), (window.width, window.horizontalStride)].enumerated()
      .map { axis, extents in
        (source.shape[axis] - 1) * extents.1 + (isSame ? 1 : extents.0)
      }
    let strides = [window.verticalStride, window.horizontalStride]
    guard shape.count == 3, shape[2] == filters,
      zip(shape, zip(least, strides)).allSatisfy({ $0 >= $1.0 && $0 < $1.0 + $1.1 })
    else { throw .wrongShape(expected: least + [filters], found: shape) }
    let expected =
      isSame
      ? Window(
        size: (window.height, window.width), strides: (window.verticalStride, window.horizontalStride),
        transposedSameFrom: (source.shape[0], source.shape[1]), to: (shape[0], shape[1])
      ).padding : .none
    guard window.padding == expected else {
      let padding = [window.padding, expected].map { [$0.top, $0.left, $0.bottom, $0.right] }
      throw .wrongParameter(
        problem: "its window has padding \(padding[0]), and its output has shape \(shape)",
        expected: "padding of \(padding[1]) pixels above, left, below and right")
    }
  }
}
