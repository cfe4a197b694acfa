import FixedPoint
import IntegerInference

// Operations that move codes.

extension TFLiteImporter {
  /// Adds a padding: of images with real 0, or of any axes with any code.
  mutating func addPadding(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let source = try input(one, 0)
    let isBatched = hasBatch(source)
    let image = operations[try codes(one, 0)].shape
    let (rank, amounts) = (image.count + (isBatched ? 1 : 0), try integers(one, 1, "list of paddings"))
    guard amounts.count == 2 * rank, amounts.allSatisfy({ (0...65535).contains($0) }),
      !isBatched || amounts.prefix(2) == [0, 0]
    else {
      throw .optionUnsupported(
        option: "list of paddings", value: "\(amounts) for \(rank) dimensions",
        expected: "0 to 65535 before and after each dimension, and 0 for the batch")
    }
    let own = amounts.dropFirst(isBatched ? 2 : 0)
    let before = own.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let after = own.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    let zeroPoint = try grid(of: one.outputs[0]).zeroPoint
    let code = operation == .padV2 ? try paddingCode(one) : Int8(zeroPoint)
    let shape = image.indices.map { before[$0] + image[$0] + after[$0] }
    if before.count == 3, before[2] == 0, after[2] == 0, Int32(code) == zeroPoint {
      try append(
        .padding(.init(top: before[0], left: before[1], bottom: after[0], right: after[1])), one,
        shape: shape)
    } else {
      try append(.constantPadding(before: before, after: after, code: code), one, shape: shape)
    }
  }

  /// The code with which a PADV2 pads.
  private func paddingCode(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) -> Int8 {
    let (tensor, bytes) = try constant(one, 2, "padding value")
    guard tensor.type == .int8, let code = bytes.first, tensor.count == 1 else {
      throw .typeUnsupported(
        role: "padding value", found: "\(tensor.type.name) and shape \(tensor.shape)",
        expected: "one code of type INT8")
    }
    let (own, output) = (try grid(of: try input(one, 2)), try grid(of: one.outputs[0]))
    guard own.hasSameGrid(as: output) else {
      throw .wrongQuantization(
        tensor: label(one.inputs[2]), reason: "has another grid than the output",
        remedy: "expected the same one: the code is used as it is")
    }
    return Int8(bitPattern: code)
  }

  /// Adds a part of a tensor, with a stride along each axis.
  mutating func addStridedSlice(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let source = try input(one, 0)
    let shape = try wholeShape(of: source)
    for field in [TFLiteOptions.Field.ellipsisMask, .newAxisMask] where one.options[field] != 0 {
      throw .optionUnsupported(option: field.rawValue, value: "\(one.options[field])", expected: "0")
    }
    let (begins, ends, strides) = (
      try integers(one, 1, "beginnings"), try integers(one, 2, "ends"), try integers(one, 3, "strides")
    )
    guard [begins.count, ends.count, strides.count].allSatisfy({ $0 == shape.count }) else {
      throw .wrongCount(
        of: "beginnings, ends or strides", expected: "\(shape.count), one for each dimension",
        found: begins.count)
    }
    var (begin, size) = ([Int](), [Int]())
    for axis in shape.indices {
      func isMasked(_ field: TFLiteOptions.Field) -> Bool {
        axis < 32 && one.options[field] & (1 << axis) != 0
      }
      let (first, count) = try Self.part(
        of: shape[axis], from: isMasked(.beginMask) ? nil : begins[axis],
        to: isMasked(.shrinkAxisMask) ? begins[axis] &+ 1 : isMasked(.endMask) ? nil : ends[axis],
        stride: isMasked(.shrinkAxisMask) ? 1 : strides[axis], isOffset: one.options[.offset] != 0)
      begin.append(first)
      size.append(count)
    }
    if hasBatch(source) {
      guard begin[0] == 0, size[0] == shape[0], strides[0] == 1 else {
        throw .optionUnsupported(option: "part of the batch", value: "\(size[0])", expected: "all examples")
      }
      (begin, size) = (Array(begin.dropFirst()), Array(size.dropFirst()))
    }
    // Axes that are taken out of the shape had one element left.
    let kept = shape.indices.filter { $0 >= 32 || one.options[.shrinkAxisMask] & (1 << $0) == 0 }
    let output = one.outputs[0]
    let part = try append(
      .slice(begin: begin, size: size, strides: Array(strides.suffix(size.count))),
      reading: [try codes(one, 0)], shape: size, grid: try grid(of: output), named: output)
    values[output] = .codes(part)
    guard kept.count < shape.count else { return }
    let isBatched = hasBatch(source)
    guard !isBatched || kept.first == 0 else {
      throw .optionUnsupported(option: "shrinkAxisMask", value: "that of the batch", expected: "other axes")
    }
    let rest = kept.filter { !isBatched || $0 > 0 }.map { size[$0 - (isBatched ? 1 : 0)] }
    try append(.reshape, reading: [part], shape: rest.isEmpty ? [1] : rest, to: output)
    ranks[output] = rest.count + (isBatched ? 1 : 0)
  }

  /// The first element and the number of elements of a part of an axis; nil stands for the axis's own end.
  private static func part(
    of extent: Int, from begin: Int?, to end: Int?, stride: Int, isOffset: Bool
  ) throws(TFLiteError.Cause) -> (first: Int, count: Int) {
    let limit = Int(Int32.max)
    guard stride != 0, abs(stride) <= limit, abs(begin ?? 0) <= limit, abs(end ?? 0) <= limit else {
      throw .optionUnsupported(option: "stride", value: "\(stride)", expected: "a number other than 0")
    }
    func place(_ index: Int) -> Int { index < 0 ? index + extent : index }
    let last = stride > 0 ? extent : -1
    let first =
      begin.map { min(max(place($0), 0), stride > 0 ? extent : extent - 1) } ?? (stride > 0 ? 0 : extent - 1)
    var stop = last
    if let end {
      let wanted = isOffset ? first + end : place(end)
      stop = stride > 0 ? min(max(wanted, 0), extent) : min(max(wanted, -1), extent - 1)
    }
    let count = stride > 0 ? (stop - first + stride - 1) / stride : (first - stop - stride - 1) / -stride
    guard count > 0 else {
      throw .optionUnsupported(
        option: "part of an axis", value: "empty", expected: "one element or more of \(extent)")
    }
    return (first, count)
  }

  /// Adds the parts of a tensor that a SPLIT makes.
  mutating func addSplit(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let axes = try integers(one, 0, "axis")
    let source = try input(one, 1)
    guard axes.count == 1 else { throw .wrongCount(of: "axes", expected: "1", found: axes.count) }
    let axis = try exampleAxis(axes[0], of: source)
    let operation = try codes(one, 1)
    let shape = operations[operation].shape
    guard shape[axis] % one.outputs.count == 0 else {
      throw .wrongShape(
        of: "input", found: shape, expected: "a multiple of \(one.outputs.count) codes along axis \(axis)")
    }
    var (begin, size) = ([Int](repeating: 0, count: shape.count), shape)
    size[axis] = shape[axis] / one.outputs.count
    for output in one.outputs {
      try append(
        .slice(begin: begin, size: size, strides: shape.map { _ in 1 }), reading: [operation], shape: size,
        to: output)
      begin[axis] += size[axis]
    }
  }

  /// Adds a reordering of the axes of an example.
  mutating func addTranspose(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    var permutation = try integers(one, 1, "permutation")
    let shape = operations[try codes(one, 0)].shape
    if hasBatch(try input(one, 0)) {
      guard permutation.first == 0 else {
        throw .optionUnsupported(
          option: "permutation", value: "\(permutation)", expected: "the batch to stay the first axis")
      }
      permutation = permutation.dropFirst().map { $0 - 1 }
    }
    guard permutation.sorted() == Array(shape.indices) else {
      throw .optionUnsupported(
        option: "permutation", value: "\(permutation)", expected: "each axis once")
    }
    try append(.transpose(permutation: permutation), one, shape: permutation.map { shape[$0] })
  }

  /// Adds repetitions along axes, as concatenations of a tensor with itself.
  mutating func addTile(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let (source, output) = (try input(one, 0), one.outputs[0])
    var multiples = try integers(one, 1, "list of multiples")
    let rank = try wholeShape(of: source).count
    guard multiples.count == rank, multiples.allSatisfy({ (1...256).contains($0) }),
      !hasBatch(source) || multiples[0] == 1
    else {
      throw .optionUnsupported(
        option: "list of multiples", value: "\(multiples)",
        expected: "1 to 256 for each dimension, and 1 for the batch")
    }
    if hasBatch(source) { multiples.removeFirst() }
    var operation = try codes(one, 0)
    var shape = operations[operation].shape
    let grid = operations[operation].grid
    for axis in multiples.indices where multiples[axis] > 1 {
      shape[axis] *= multiples[axis]
      operation = try append(
        .concatenation(axis: axis), reading: [Int](repeating: operation, count: multiples[axis]),
        shape: shape, grid: grid, named: output)
    }
    values[output] = .codes(operation)
  }

  /// Adds a resizing of images to the output's size.
  mutating func addResizing(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let (corners, centers) = (one.options[.alignCorners] != 0, one.options[.halfPixelCenters] != 0)
    let (size, image) = (try shapeValues(one, 1, "size"), operations[try codes(one, 0)].shape)
    guard image.count == 3, size.count == 2 else {
      throw .wrongShape(of: "input", found: image, expected: "[height, width, channels] for each example")
    }
    try append(
      operation == .resizeBilinear
        ? .resizeBilinear(alignCorners: corners, halfPixelCenters: centers)
        : .resizeNearestNeighbor(alignCorners: corners, halfPixelCenters: centers), one,
      shape: size + [image[2]])
  }
}
