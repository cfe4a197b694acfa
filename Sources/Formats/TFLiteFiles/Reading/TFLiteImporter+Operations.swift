import FixedPoint
import IntegerInference
import Support

// Operations without weights.

extension TFLiteImporter {
  /// The shape of an example of an input.
  private func inputShape(of index: Int) throws(TFLiteError.Cause) -> [Int] {
    let shape = graph.tensors[index].shape
    guard shape.allSatisfy({ $0 > 0 }), shape.checkedProduct != nil else { throw .impossibleShape(shape) }
    return try example(of: shape)
  }

  /// Adds an operation that takes a file's input.
  ///
  /// An input of floating-point numbers has the grid of the QUANTIZE that reads it.
  mutating func addInput(_ index: Int) throws(TFLiteError.Cause) {
    guard values[index] == nil else {
      throw .wrongCount(of: "places in the list of inputs", expected: "1", found: 2)
    }
    let tensor = graph.tensors[index]
    if tensor.type == .float32 {
      guard
        let reader = graph.operators.first(where: {
          $0.code.operation == .quantize && $0.inputs == [index] && $0.outputs.count == 1
        })
      else {
        throw .typeUnsupported(
          role: "input", found: "FLOAT32, and no QUANTIZE reads it",
          expected: "an integer model: convert the model with full integer quantization")
      }
      let operation = try append(
        .input, reading: [], shape: try inputShape(of: index), grid: try grid(of: reader.outputs[0]),
        named: index)
      values[index] = .reals(operation)
    } else {
      let operation = try append(
        .input, reading: [], shape: try inputShape(of: index), grid: try grid(of: index), named: index)
      values[index] = tensor.type == .uint8 ? .unsigned(operation) : .codes(operation)
    }
  }

  /// Adds a pooling; a fused activation becomes a limit on the pooled codes.
  mutating func addPooling(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let source = try codes(one, 0)
    let window = try window(
      one, size: (one.options[.filterHeight], one.options[.filterWidth]), reading: source)
    let output = one.outputs[0]
    let shape = shape(window, of: source, channels: operations[source].shape[2])
    try append(
      operation == .maxPool2D ? .maxPooling(window) : .averagePooling(window), reading: [source],
      shape: shape,
      to: output)
    if one.options[.activation] != 0 {
      let range = try activationRange(one)
      guard case .codes(let pooled)? = values[output] else { return }
      try append(.requantization(activationRange: range), reading: [pooled], shape: shape, to: output)
    }
  }

  /// Adds a mean over height and width.
  mutating func addMean(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let source = try input(one, 0)
    var axes: Set<Int> = []
    for axis in try integers(one, 1, "axes") { axes.insert(try exampleAxis(axis, of: source)) }
    let image = operations[try codes(one, 0)].shape
    guard image.count == 3, axes == [0, 1] else {
      throw .optionUnsupported(
        option: "list of axes", value: "\(axes.sorted()) of an example",
        expected: "height and width of images; a GlobalAveragePooling1D is one of images of L×1 pixels")
    }
    let channels = image[2]
    try append(
      .globalAveragePooling, one, shape: one.options[.keepDimensions] != 0 ? [1, 1, channels] : [channels])
  }

  /// Adds a softmax.
  mutating func addSoftmax(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    guard one.options.floats[.beta] == 1 else {
      throw .optionUnsupported(
        option: "beta", value: "\(one.options.floats[.beta] ?? 0)", expected: "1")
    }
    try append(.softmax, one)
  }

  /// Adds a ReLU that no other operation contains.
  ///
  /// LiteRT's default interpreter runs it in the kernel of its own that the reference has, too. Where the limits are all
  /// codes, a requantization would be that of a QUANTIZE, which XNNPACK runs; so there it is a PReLU with slopes of 0,
  /// whose codes are those of the kernel.
  mutating func addReLU(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let activation: TFLiteActivation = operation == .relu ? .relu : operation == .relu6 ? .relu6 : .reluN1To1
    let (source, output) = (try codes(one, 0), one.outputs[0])
    let grid = try grid(of: output)
    let range = activation.range(on: grid, .tflite)
    guard arithmetic == .xnnpack, range == grid.quantizedRange,
      !operations[source].grid.hasSameGrid(as: grid), activation != .reluN1To1
    else { return try append(.requantization(activationRange: range), one) }
    let slope = try append(
      .constant([Int8(grid.zeroPoint)]), reading: [], shape: [1], grid: grid, named: output)
    try append(.prelu, reading: [source, slope], shape: operations[source].shape, to: output)
  }

  /// Adds a concatenation along an axis of an example.
  mutating func addConcatenation(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    guard one.options[.activation] == 0 else {
      throw .optionUnsupported(
        option: "fused activation", value: "number \(one.options[.activation])", expected: "none")
    }
    try checkCount(one.inputs, of: "inputs", 1...Int.max)
    var sources: [Int] = []
    for position in one.inputs.indices { sources.append(try codes(one, position)) }
    let axis = try exampleAxis(one.options[.axis], of: one.inputs[0])
    var shape = operations[sources[0]].shape
    var extent = 0
    for source in sources {
      guard operations[source].shape.indices.contains(axis) else {
        throw .wrongShape(
          of: "input", found: operations[source].shape,
          expected: "\(shape.count) axes, as the first input has")
      }
      extent += operations[source].shape[axis]
    }
    shape[axis] = extent
    try append(.concatenation(axis: axis), reading: sources, shape: shape, to: one.outputs[0])
  }

  /// Adds a conversion to another grid, which at the ends of a model is none.
  mutating func addQuantize(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let (source, output) = (try input(one, 0), one.outputs[0])
    let target = try grid(of: output)
    let isUnsigned = graph.tensors[output].type == .uint8
    switch values[source] {
    case .reals(let operation):
      guard operations[operation].grid == target else {
        throw .wrongQuantization(
          tensor: label(output), reason: "has a grid other than that of the numbers it is made of",
          remedy:
            "expected codes to pass through floating-point numbers unchanged; convert the model without them")
      }
      values[output] = isUnsigned ? .unsigned(operation) : .codes(operation)
    case .codes(let operation), .unsigned(let operation):
      var result = operation
      if operations[operation].grid != target {
        result = try append(
          .requantization(activationRange: target.quantizedRange), reading: [operation],
          shape: operations[operation].shape, grid: target, named: output)
      }
      values[output] = isUnsigned ? .unsigned(result) : .codes(result)
    case .shape, nil: throw .notComputed(tensor: label(source))
    }
  }

  /// Notes the real numbers of codes, which only a model's output or another QUANTIZE may read.
  mutating func addDequantize(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let source = try input(one, 0)
    switch values[source] {
    case .codes(let operation), .unsigned(let operation), .reals(let operation):
      values[one.outputs[0]] = .reals(operation)
    case .shape, nil:
      throw graph.tensors[source].constant == nil
        ? .notComputed(tensor: label(source))
        : .typeUnsupported(
          role: "input", found: "\(graph.tensors[source].type.name) constants",
          expected: "codes that an operation computed: the model has weights only stored in integers")
    }
  }
}
