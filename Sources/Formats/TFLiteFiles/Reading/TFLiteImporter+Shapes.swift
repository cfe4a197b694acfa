import IntegerInference
import Support

// The shapes that a file's operators compute. A runtime does not trust the shapes that stand in a file; nor is it
// possible, since those behind a RESHAPE of a free batch may be wrong.

extension TFLiteImporter {
  // MARK: - Shapes of operations

  /// The shape that an operation of images computes with a window.
  func shape(_ window: Window, of source: Int, channels: Int) -> [Int] {
    let image = operations[source].shape
    let size = window.outputSize(of: (image[0], image[1]))
    return [size.height, size.width, channels]
  }

  /// The shape of an element-wise operation: that of the operand with more codes.
  func shape(ofElements sources: [Int]) -> [Int] {
    sources.map { operations[$0].shape }.max { ($0.count, $0.reduce(1, *)) < ($1.count, $1.reduce(1, *)) }
      ?? []
  }

  /// The shape of an example, of a whole shape with its batch.
  func example(of whole: [Int]) throws(TFLiteError.Cause) -> [Int] {
    if whole.count >= 2, whole[0] == batch { return Array(whole.dropFirst()) }
    guard batch == 1 else {
      throw .wrongShape(
        of: "output", found: whole,
        expected:
          "\(batch) examples as first dimension, as the input has; convert the model with a batch of 1")
    }
    return whole
  }

  /// The shape of a tensor with its batch.
  func wholeShape(of index: Int) throws(TFLiteError.Cause) -> [Int] {
    guard case .codes(let operation)? = values[index] else { return graph.tensors[index].shape }
    return (hasBatch(index) ? [batch] : []) + operations[operation].shape
  }

  // MARK: - Changes of shape

  /// Adds a RESHAPE, SQUEEZE or EXPAND_DIMS.
  mutating func addReshape(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let (source, output) = (try input(one, 0), one.outputs[0])
    let operand = try codes(one, 0)
    let old = try wholeShape(of: source)
    var whole = old
    switch operation {
    case .squeeze:
      let dimensions = one.options.lists[.squeezeDimensions] ?? []
      let axes = Set(dimensions.map { $0 < 0 ? $0 + old.count : $0 })
      whole = old.enumerated().filter { !(axes.isEmpty ? $0.element == 1 : axes.contains($0.offset)) }
        .map(\.element)
    case .expandDims:
      let axis = try shapeValues(one, 1, "axis").first ?? 0
      let place = axis < 0 ? axis + old.count + 1 : axis
      guard (0...old.count).contains(place) else {
        throw .optionUnsupported(option: "axis", value: "\(axis)", expected: "one of \(old.count + 1)")
      }
      whole.insert(1, at: place)
    default:
      whole =
        try optionalInput(one, 1) == nil
        ? one.options.lists[.newShape] ?? [] : shapeValues(one, 1, "new shape")
      try complete(&whole, to: old)
    }
    let shape = try example(of: whole)
    guard shape.allSatisfy({ $0 > 0 }), shape.checkedProduct == operations[operand].count else {
      throw .wrongShape(of: "output", found: whole, expected: "as many codes as \(old)")
    }
    let index = try append(
      .reshape, reading: [operand], shape: shape, grid: try grid(of: output), named: output)
    values[output] = .codes(index)
    ranks[output] = whole.count
  }

  /// Replaces the −1 of a new shape by the extent that keeps the number of codes.
  private func complete(_ shape: inout [Int], to old: [Int]) throws(TFLiteError.Cause) {
    guard let free = shape.firstIndex(of: -1) else { return }
    shape[free] = 1
    guard shape.allSatisfy({ $0 > 0 }), let known = shape.checkedProduct, let count = old.checkedProduct,
      count % known == 0
    else {
      throw .wrongShape(of: "new shape", found: shape, expected: "a divisor of the codes of \(old)")
    }
    shape[free] = count / known
  }

  // MARK: - Whole numbers of shapes

  /// Adds a SHAPE, or an operator that computes with whole numbers of shapes.
  mutating func addShapeArithmetic(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let output = one.outputs[0]
    switch operation {
    case .shape: values[output] = .shape(try wholeShape(of: try input(one, 0)))
    case .pack, .concatenation:
      var numbers: [Int] = []
      for position in one.inputs.indices { numbers += try shapeValues(one, position, "part") }
      // A shape has few extents; a file that packs the same ones again and again has no meaning.
      guard numbers.count <= 64 else { throw unsupportedShape }
      values[output] = .shape(numbers)
    case .stridedSlice:
      let numbers = try shapeValues(one, 0, "shape")
      let (begin, end, stride) = (
        try shapeValues(one, 1, "beginning"), try shapeValues(one, 2, "end"),
        try shapeValues(one, 3, "stride")
      )
      let isSingle = one.options[.shrinkAxisMask] & 1 != 0
      guard begin.count == 1, end.count == 1, stride == [1], one.options[.ellipsisMask] == 0,
        one.options[.newAxisMask] == 0
      else { throw unsupportedSlice }
      func place(_ index: Int) -> Int {
        min(max(index < 0 ? index + numbers.count : index, 0), numbers.count)
      }
      let first = one.options[.beginMask] & 1 != 0 ? 0 : place(begin[0])
      let last = isSingle ? first + 1 : one.options[.endMask] & 1 != 0 ? numbers.count : place(end[0])
      guard first < last, last <= numbers.count else { throw unsupportedSlice }
      values[output] = .shape(Array(numbers[first..<last]))
    case .reshape, .squeeze, .expandDims: values[output] = .shape(try shapeValues(one, 0, "shape"))
    default: throw unsupportedShape
    }
  }

  private var unsupportedShape: TFLiteError.Cause {
    .optionUnsupported(
      option: "input", value: "made of shapes",
      expected: "parts of shapes, put together to a shape of 64 extents at most")
  }

  private var unsupportedSlice: TFLiteError.Cause {
    .optionUnsupported(
      option: "part of a shape", value: "not a range", expected: "some extents in their order")
  }

  /// Whole numbers that an operator reads: a constant, or what operators before it computed of shapes.
  func shapeValues(
    _ one: TFLiteFile.Operator, _ position: Int, _ role: String
  ) throws(TFLiteError.Cause) -> [Int] {
    if let index = optionalInput(one, position), case .shape(let numbers)? = values[index] { return numbers }
    return try integers(one, position, role)
  }
}
