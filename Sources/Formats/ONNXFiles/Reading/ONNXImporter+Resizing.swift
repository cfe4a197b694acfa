import IntegerInference
import Support

// Resize of images by repeating or leaving out pixels.

extension ONNXImporter {
  /// Adds a Resize of mode nearest.
  ///
  /// ONNX has several rules for the input pixel of an output pixel. A rule that names the same pixels as one of those
  /// that operations have, for these extents, is that one.
  mutating func addResize(_ node: ONNXNode) throws(ONNXError.Cause) {
    let mode = node.text("mode", default: "nearest")
    guard mode == "nearest" else {
      throw .notInIntegers(
        reason:
          "its mode is \(UntrustedText.shown(mode)), and ONNX Runtime's integers are not followed there",
        remedy: "use the mode nearest before quantization")
    }
    let (tensor, wrap) = try moved(node)
    let image = try image(tensor)
    let shape = operations[image].shape
    let (size, scales) = try resizedExtents(node, tensor)
    guard size.allSatisfy({ (1...65535).contains($0) }), shape[0] <= 65535, shape[1] <= 65535 else {
      throw .wrongShape(of: "output", found: size, expected: "images of 1 to 65535 pixels each way")
    }
    let rule = node.text(
      "coordinate_transformation_mode", default: version < 11 ? "asymmetric" : "half_pixel")
    let nearest = node.text("nearest_mode", default: version < 11 ? "floor" : "round_prefer_floor")
    let wanted = try (0..<2).map { axis throws(ONNXError.Cause) in
      try Self.pixels(rule, nearest, from: shape[axis], to: size[axis], scale: scales[axis])
    }
    let kinds = [(false, false), (false, true), (true, false)]
    guard
      let kind = kinds.first(where: { corners, centers in
        (0..<2).allSatisfy { axis in
          Self.enginePixels(
            from: shape[axis], to: size[axis], alignCorners: corners, halfPixelCenters: centers)
            == wanted[axis]
        }
      })
    else {
      throw .optionUnsupported(
        option: "rule for pixels",
        value:
          "\(UntrustedText.shown(rule)) with \(UntrustedText.shown(nearest)) from \(shape.prefix(2)) to \(size)",
        expected:
          "one that names the pixels ⌊i · scale⌋: coordinate_transformation_mode asymmetric, nearest_mode floor"
      )
    }
    var result = tensor
    result.operation = try append(
      .resizeNearestNeighbor(alignCorners: kind.0, halfPixelCenters: kind.1), reading: [image],
      shape: size + [shape[2]], grid: operations[image].grid, named: node.output)
    result.axes = imageAxes(like: tensor)
    try set(wrap(result), for: node.output)
  }

  /// Adds a Gather of rows or columns: a resizing along one axis, or a part of it.
  mutating func addGatherOfPixels(_ node: ONNXNode) throws(ONNXError.Cause) {
    let (moved, wrap) = try moved(node)
    let tensor = try withOwnAxes(moved)
    let axis = try ownAxis(node.integer("axis", default: 0), of: tensor)
    let source = operations[tensor.operation]
    let extent = source.shape[axis]
    let constant = try constant(node, 1, "list of indices")
    let indices = try integers(constant, "list of indices", atMost: 65535).map { $0 < 0 ? $0 + extent : $0 }
    guard constant.shape.count == 1, let first = indices.first,
      indices.allSatisfy({ (0..<extent).contains($0) })
    else {
      throw .optionUnsupported(
        option: "list of indices", value: "\(indices.prefix(8))", expected: "a list of places below \(extent)"
      )
    }
    var shape = source.shape
    shape[axis] = indices.count
    let step = indices.count > 1 ? indices[1] - first : 1
    var kind: IntegerOperation.Kind?
    if step != 0, indices.enumerated().allSatisfy({ $0.element == first + $0.offset * step }) {
      var (begin, steps) = (shape.map { _ in 0 }, shape.map { _ in 1 })
      (begin[axis], steps[axis]) = (first, step)
      kind = .slice(begin: begin, size: shape, strides: steps)
    } else if shape.count == 3, axis < 2, extent <= 65535, shape.prefix(2).allSatisfy({ $0 <= 65535 }) {
      let rules = [(false, false), (false, true), (true, false)]
      let rule = rules.first { corners, centers in
        Self.enginePixels(from: extent, to: indices.count, alignCorners: corners, halfPixelCenters: centers)
          == indices
      }
      if let rule { kind = .resizeNearestNeighbor(alignCorners: rule.0, halfPixelCenters: rule.1) }
    }
    guard let kind else {
      throw .optionUnsupported(
        option: "list of indices", value: "\(indices.prefix(8))",
        expected: "places of equal distances, or those of rows or columns of a resized image")
    }
    var result = tensor
    result.operation = try append(
      kind, reading: [tensor.operation], shape: shape, grid: source.grid, named: node.output)
    try set(wrap(result), for: node.output)
  }

  /// Height and width of the output, and the factors by which they grow.
  private mutating func resizedExtents(
    _ node: ONNXNode, _ tensor: Tensor
  ) throws(ONNXError.Cause) -> (size: [Int], scales: [Float]) {
    let extents = extents(tensor)
    guard node.integers("axes") == nil, extents.count == 4 else {
      throw .optionUnsupported(option: "axes", value: "given", expected: "sizes or scales of all four axes")
    }
    let position = version < 11 ? 1 : 2
    if version >= 11, node.input(3) != nil {
      let sizes = try numbers(node, 3, "list of sizes")
      guard sizes.count == 4, sizes[1] == extents[1] else {
        throw .wrongShape(
          of: "output", found: Array(sizes.prefix(8)), expected: "as many channels as the input has")
      }
      return (Array(sizes.suffix(2)), (2..<4).map { Float(sizes[$0]) / Float(extents[$0]) })
    }
    let scales = try floats(try constant(node, position, "list of scales"), "list of scales")
    guard scales.count == 4, scales[0] == 1, scales[1] == 1, scales.allSatisfy({ $0 > 0 && $0 < 65536 })
    else {
      throw .optionUnsupported(
        option: "list of scales", value: "\(scales.prefix(8))", expected: "1, 1 and those of height and width"
      )
    }
    let size = (2..<4).map { Int((Float(extents[$0]) * scales[$0]).rounded(.down)) }
    return (size, Array(scales.suffix(2)))
  }

  /// The input pixel of each output pixel along an axis, as ONNX says.
  private static func pixels(
    _ rule: String, _ nearest: String, from input: Int, to output: Int, scale: Float
  ) throws(ONNXError.Cause) -> [Int] {
    func place(_ pixel: Int) -> Float? {
      let x = Float(pixel)
      switch rule {
      case "asymmetric": return x / scale
      case "half_pixel": return (x + 0.5) / scale - 0.5
      case "pytorch_half_pixel": return output > 1 ? (x + 0.5) / scale - 0.5 : 0
      case "align_corners": return output > 1 ? x * Float(input - 1) / Float(output - 1) : 0
      default: return nil
      }
    }
    func whole(_ x: Float) -> Float? {
      switch nearest {
      case "floor": x.rounded(.down)
      case "ceil": x.rounded(.up)
      case "round_prefer_floor": x == x.rounded(.down) + 0.5 ? x.rounded(.down) : x.rounded()
      case "round_prefer_ceil": x == x.rounded(.down) + 0.5 ? x.rounded(.up) : x.rounded()
      default: nil
      }
    }
    return try (0..<output).map { pixel throws(ONNXError.Cause) in
      guard let place = place(pixel), let nearest = whole(place) else {
        throw .optionUnsupported(
          option: "rule for pixels",
          value: "\(UntrustedText.shown(rule)) with \(UntrustedText.shown(nearest))",
          expected: "asymmetric, half_pixel, pytorch_half_pixel or align_corners")
      }
      return Int(min(max(nearest, 0), Float(input - 1)))
    }
  }

  /// The input pixel of each output pixel along an axis, as operations have them.
  private static func enginePixels(
    from input: Int, to output: Int, alignCorners: Bool, halfPixelCenters: Bool
  ) -> [Int] {
    (0..<output).map {
      NearestPixel.index(
        $0, from: input, to: output, alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
    }
  }
}
