import FixedPoint
import IntegerInference
import Support

// Windows on images, and poolings.

extension ONNXImporter {
  /// Adds a maximum over windows, of codes or of the numbers that they represent: the grid stays.
  mutating func addMaxPool(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(1...1)
    let (tensor, wrap) = try moved(node)
    let image = try image(tensor)
    let shape = operations[image].shape
    let window =
      node.kind == .globalMaxPool ? Window(size: (shape[0], shape[1])) : try poolingWindow(node, of: image)
    let size = window.outputSize(of: (shape[0], shape[1]))
    var result = tensor
    result.operation = try append(
      .maxPooling(window), reading: [image], shape: [size.height, size.width, shape[2]],
      grid: operations[image].grid, named: node.output)
    result.axes = imageAxes(like: tensor)
    try set(wrap(result), for: node.output)
  }

  /// Adds a mean over windows, of floating-point numbers or of codes.
  mutating func addAveragePool(_ node: ONNXNode) throws(ONNXError.Cause) {
    let isOfCodes = node.kind == .qLinearAveragePool
    try node.checkInputs(isOfCodes ? 4...5 : 1...1)
    try node.expect("channels_last", 0)
    let tensor = isOfCodes ? try codes(node, 0) : try reals(node, 0)
    let image = try image(tensor)
    let window = try poolingWindow(node, of: image)
    guard node.integer("count_include_pad", default: 0) == 0 || window.padding == .none else {
      throw .optionUnsupported(
        option: "count_include_pad", value: "1", expected: "0: a mean of the pixels of the image alone")
    }
    let shape = operations[image].shape
    let size = window.outputSize(of: (shape[0], shape[1]))
    let pending = Pending(
      kind: .averagePooling(window), sources: [image], shape: [size.height, size.width, shape[2]],
      axes: imageAxes(like: tensor), name: node.output)
    guard isOfCodes else { return try wait(for: pending, node) }
    let grid = try grid(node, scale: 3, zeroPoint: 4, isUnsigned: tensor.isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  /// Adds a mean over whole images.
  mutating func addGlobalAveragePool(_ node: ONNXNode) throws(ONNXError.Cause) {
    let isOfCodes = node.kind == .qLinearGlobalAveragePool
    try node.checkInputs(isOfCodes ? 4...5 : 1...1)
    try node.expect("channels_last", 0)
    let tensor = isOfCodes ? try codes(node, 0) : try reals(node, 0)
    let pending = try mean(node, tensor, axes: imageAxes(like: tensor))
    guard isOfCodes else { return try wait(for: pending, node) }
    let grid = try grid(node, scale: 3, zeroPoint: 4, isUnsigned: tensor.isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  /// Adds a ReduceMean over height and width, as torch's exporter writes an AdaptiveAvgPool2d(1).
  mutating func addReduceMean(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(1...2)
    let tensor = try reals(node, 0)
    let list = try node.input(1) == nil ? node.integers("axes") ?? [] : numbers(node, 1, "list of axes")
    let rank = tensor.axes.count
    let axes = Set(list.map { $0 < 0 ? $0 + rank : $0 })
    let isChannelsLast = tensor.axes.count == 4 && axes == [1, 2]
    guard rank == 4, axes == [2, 3] || isChannelsLast else {
      throw .optionUnsupported(
        option: "list of axes", value: "\(list.prefix(8))", expected: "height and width of images")
    }
    var source = tensor
    if isChannelsLast { source.axes = [tensor.axes[0], tensor.axes[3], tensor.axes[1], tensor.axes[2]] }
    let first = imageAxes(like: tensor)[0]
    let kept: [[Int]] = isChannelsLast ? [first, [0], [1], [2]] : [first, [2], [0], [1]]
    let keeps = node.integer("keepdims", default: 1) != 0
    try wait(for: mean(node, source, axes: keeps ? kept : [first, [2]]), node)
  }

  private mutating func mean(
    _ node: ONNXNode, _ tensor: Tensor, axes: [[Int]]
  ) throws(ONNXError.Cause) -> Pending {
    let image = try image(tensor)
    return Pending(
      kind: .globalAveragePooling, sources: [image], shape: [1, 1, operations[image].shape[2]], axes: axes,
      name: node.output)
  }

  // MARK: - Windows

  /// The window of a pooling, whose last positions may reach over the edge.
  ///
  /// With `ceil_mode` a window stands wherever it begins within the image or the padding before it; what it lacks is
  /// padding, which a pooling does not count.
  private func poolingWindow(_ node: ONNXNode, of image: Int) throws(ONNXError.Cause) -> Window {
    let size = node.integers("kernel_shape") ?? []
    guard size.count == 2 else {
      throw .optionUnsupported(
        option: "kernel_shape", value: "\(size.prefix(8))", expected: "height and width")
    }
    if node.kind == .maxPool { try node.expect("storage_order", 0) }
    let window = try window(node, size: (size[0], size[1]), of: image)
    guard node.integer("ceil_mode", default: 0) != 0 else { return window }
    let shape = operations[image].shape
    func missing(_ extent: Int, _ before: Int, _ after: Int, _ size: Int, _ stride: Int) -> Int {
      let whole = extent + before + after
      guard whole >= size else { return after }
      var positions = (whole - size + stride - 1) / stride + 1
      if (positions - 1) * stride >= extent + before { positions -= 1 }
      return max((positions - 1) * stride + size - extent - before, after)
    }
    let padding = window.padding
    return Window(
      size: (window.height, window.width), strides: (window.verticalStride, window.horizontalStride),
      padding: .init(
        top: padding.top, left: padding.left,
        bottom: missing(shape[0], padding.top, padding.bottom, window.dilatedHeight, window.verticalStride),
        right: missing(shape[1], padding.left, padding.right, window.dilatedWidth, window.horizontalStride)),
      dilations: (window.verticalDilation, window.horizontalDilation))
  }

  /// The window of a node on images.
  func window(
    _ node: ONNXNode, size: (height: Int, width: Int), of image: Int
  ) throws(ONNXError.Cause) -> Window {
    let stated = node.integers("kernel_shape") ?? [size.height, size.width]
    guard stated == [size.height, size.width] else {
      throw .optionUnsupported(
        option: "kernel_shape", value: "\(stated.prefix(8))", expected: "that of its weights, \(size)")
    }
    let (strides, dilations) = (node.integers("strides") ?? [1, 1], node.integers("dilations") ?? [1, 1])
    let pads = node.integers("pads") ?? [0, 0, 0, 0]
    guard strides.count == 2, dilations.count == 2, pads.count == 4,
      ([size.height, size.width] + strides + dilations).allSatisfy({ (1...65535).contains($0) }),
      pads.allSatisfy({ (0...65535).contains($0) })
    else {
      throw .optionUnsupported(
        option: "window",
        value:
          "\(size) with strides \(strides.prefix(8)), dilations \(dilations.prefix(8)) and pads \(pads.prefix(8))",
        expected: "numbers of 1 to 65535 for height and width, and pads of 0 or more on four sides")
    }
    let shape = operations[image].shape
    let same = Window(
      size: size, strides: (strides[0], strides[1]), sameFor: (shape[0], shape[1]),
      dilations: (dilations[0], dilations[1]))
    let padding: Window.Padding
    switch node.text("auto_pad", default: "NOTSET") {
    case "NOTSET", "": padding = .init(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    case "VALID": padding = .none
    case "SAME_UPPER": padding = same.padding
    case "SAME_LOWER":
      padding = .init(
        top: same.padding.bottom, left: same.padding.right, bottom: same.padding.top, right: same.padding.left
      )
    case let other:
      throw .optionUnsupported(
        option: "auto_pad", value: UntrustedText.shown(other),
        expected: "NOTSET, VALID, SAME_UPPER or SAME_LOWER")
    }
    let window = Window(
      size: size, strides: (strides[0], strides[1]), padding: padding, dilations: (dilations[0], dilations[1])
    )
    let result = window.outputSize(of: (shape[0], shape[1]))
    guard result.height > 0, result.width > 0 else {
      throw .wrongShape(of: "input", found: shape, expected: "images that its window fits")
    }
    return window
  }
}
