import FixedPoint
import Support

// Checks of kernels and windows, and that no accumulator can overflow.

extension IntegerOperation {
  func checkConvolution(
    _ kernel: IntegerKernel, _ window: Window, of source: IntegerOperation, depthwise: Bool,
    _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    try checkIsImage(source)
    let channels = source.shape[2]
    let expected = "[\(window.height), \(window.width), \(channels), \(depthwise ? "multiplier" : "filters")]"
    guard
      kernel.shape.count == 4, Array(kernel.shape[..<2]) == [window.height, window.width],
      kernel.shape[2] == channels || (!depthwise && kernel.shape[2] >= 1 && channels % kernel.shape[2] == 0),
      kernel.shape[3] >= 1, kernel.shape[3] <= Int(Int32.max)
    else { throw .wrongKernelShape(expected: expected, found: kernel.shape) }
    let groups = kernel.groups(of: source)
    guard groups == 1 || kernel.shape[3] % groups == 0 else {
      throw .wrongKernelShape(
        expected: expected + ", or filters that the kernel's \(groups) groups can share evenly",
        found: kernel.shape)
    }
    let filters = depthwise ? channels * kernel.shape[3] : kernel.shape[3]
    try checkWindow(window, of: source, channels: filters)
    try checkKernel(kernel, channels: filters, source, arithmetic)
  }

  func checkDense(
    _ kernel: IntegerKernel, of source: IntegerOperation, _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let inputs = source.shape[source.shape.count - 1]
    guard kernel.shape.count == 2, kernel.shape[0] == inputs, kernel.shape[1] >= 1 else {
      throw .wrongKernelShape(expected: "[\(inputs), units]", found: kernel.shape)
    }
    try checkShape(source.shape.dropLast() + [kernel.shape[1]])
    try checkKernel(kernel, channels: kernel.shape[1], source, arithmetic)
  }

  /// Checks that the window covers at least one pixel of the image at every position.
  func checkWindow(
    _ window: Window, of source: IntegerOperation, channels: Int
  ) throws(IntegerModelError.Cause) {
    try checkIsImage(source)
    let positive = [window.height, window.width, window.verticalStride, window.horizontalStride]
    guard positive.allSatisfy({ (1...0xFFFF).contains($0) }) else {
      throw .wrongWindow(reason: "its window has size and strides \(positive)")
    }
    let dilations = [window.verticalDilation, window.horizontalDilation]
    guard dilations.allSatisfy({ (1...0xFFFF).contains($0) }) else {
      throw .wrongWindow(reason: "its window has dilations \(dilations)")
    }
    guard !window.isDilated || kernel != nil else {
      throw .wrongWindow(reason: "its window has dilations \(dilations), and a pooling has none")
    }
    let padding = window.padding
    let amounts = [padding.top, padding.left, padding.bottom, padding.right]
    let (rows, columns) = (0..<window.dilatedHeight, 0..<window.dilatedWidth)
    guard
      rows.contains(padding.top), rows.contains(padding.bottom), columns.contains(padding.left),
      columns.contains(padding.right)
    else {
      throw .wrongWindow(
        reason: "its padding of \(amounts) pixels could leave a window of \(window.dilatedHeight) ×"
          + " \(window.dilatedWidth) without a pixel of the image")
    }
    let size = window.outputSize(of: (source.shape[0], source.shape[1]))
    guard size.height >= 1, size.width >= 1 else {
      throw .wrongWindow(
        reason: "its window of \(window.dilatedHeight) × \(window.dilatedWidth) does not fit the image,"
          + " \(source.shape)")
    }
    try checkShape([size.height, size.width, channels])
  }

  func checkKernel(
    _ kernel: IntegerKernel, channels: Int, _ source: IntegerOperation, _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    try checkParts(of: kernel, channels: channels)
    try checkActivationRange(kernel.activationRange)
    do { try checkAccumulators(of: kernel, source, arithmetic) } catch .accumulatorTooLarge(
      let channel, let bound, let limit)
    {
      let bias = Int(kernel.bias32[channel])
      throw bias.magnitude > bound / 2
        ? .biasTooLarge(channel: channel, bias: bias, bound: bound, limit: limit)
        : .accumulatorTooLarge(channel: channel, bound: bound, limit: limit)
    }
  }

  private func checkAccumulators(
    of kernel: IntegerKernel, _ source: IntegerOperation, _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    for (channel, bound) in kernel.accumulatorBounds(reading: source.grid).enumerated() {
      let scale = kernel.scale(of: channel)
      let multiplier = Double(source.grid.scale) * Double(scale) / Double(grid.scale)
      switch arithmetic {
      case .tflite where kernel.shape.count == 2: try checkBound(bound, channel: channel)
      case .tflite: try checkFixedPoint(multiplier, bound: bound, channel: channel)
      case .xnnpack, .onnxRuntime:
        let rounded = source.grid.scale * scale / grid.scale
        guard rounded.isNormal, arithmetic == .onnxRuntime || rounded < 256 else {
          throw .wrongMultiplier(multiplier)
        }
        try checkBound(bound, channel: channel)
      }
    }
  }

  private func checkParts(of kernel: IntegerKernel, channels: Int) throws(IntegerModelError.Cause) {
    guard (1...8).contains(kernel.bitWidth) else { throw .bitWidthUnsupported(kernel.bitWidth) }
    guard let count = kernel.shape.checkedProduct else {
      throw .wrongKernelShape(expected: "one whose codes can be counted", found: kernel.shape)
    }
    guard kernel.intWeights.count == count else {
      throw .wrongCount(of: "codes", expected: "\(count)", found: kernel.intWeights.count)
    }
    let largest = Int8(truncatingIfNeeded: (1 << (kernel.bitWidth - 1)) - 1)
    if let code = kernel.intWeights.first(where: { $0 > largest || $0 < -largest - 1 }) {
      throw .codeTooLarge(code: code, bitWidth: kernel.bitWidth)
    }
    guard kernel.scales.count == 1 || kernel.scales.count == channels else {
      throw .wrongCount(of: "scales", expected: "1 or \(channels)", found: kernel.scales.count)
    }
    for scale in kernel.scales where !(scale.isFinite && scale > 0) { throw .scaleNotPositive(scale) }
    guard kernel.bias32.count == channels else {
      throw .wrongCount(of: "biases", expected: "\(channels)", found: kernel.bias32.count)
    }
  }
}
