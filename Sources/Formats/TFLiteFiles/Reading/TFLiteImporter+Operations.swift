import FixedPoint
import IntegerInference

// Operations without weights.

extension TFLiteImporter {
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
          role: "type", found: "FLOAT32, and no QUANTIZE reads it",
          expected: "an integer model: convert the model with full integer quantization")
      }
      let operation = append(
        .input, reading: [], shape: try exampleShape(of: index), grid: try grid(of: reader.outputs[0]),
        named: index)
      values[index] = .reals(operation)
    } else {
      let operation = append(
        .input, reading: [], shape: try exampleShape(of: index), grid: try grid(of: index), named: index)
      values[index] = tensor.type == .uint8 ? .unsigned(operation) : .codes(operation)
    }
  }

  /// Adds an addition of two tensors of equal shape.
  mutating func addAddition(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    try checkCount(one.inputs, of: "inputs", 2...2)
    let range = try activationRange(one)
    try append(
      .add(activationRange: range), reading: [codes(one, 0), codes(one, 1)], to: one.outputs[0])
  }

  /// Adds a pooling; a fused activation becomes a limit on the pooled codes.
  mutating func addPooling(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let source = try codes(one, 0)
    let window = try window(
      one, size: (one.options[.filterHeight], one.options[.filterWidth]), reading: source)
    let output = one.outputs[0]
    try append(
      operation == .maxPool2D ? .maxPooling(window) : .averagePooling(window), reading: [source], to: output)
    if one.options[.activation] != 0 {
      let range = try activationRange(one)
      guard case .codes(let pooled)? = values[output] else { return }
      try append(.requantization(activationRange: range), reading: [pooled], to: output)
    }
  }

  /// Adds a mean over height and width.
  mutating func addMean(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let source = try input(one, 0)
    var axes: Set<Int> = []
    for axis in try integers(one, 1, "axes") { axes.insert(try exampleAxis(axis, of: source)) }
    guard graph.tensors[source].shape.count == 4, axes == [0, 1] else {
      throw .optionUnsupported(
        option: "list of axes", value: "\(axes.sorted()) of an example",
        expected: "height and width of images")
    }
    try append(.globalAveragePooling, one)
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
  mutating func addReLU(
    _ one: TFLiteFile.Operator, _ operation: TFLiteOperation
  ) throws(TFLiteError.Cause) {
    let activation: TFLiteActivation = operation == .relu ? .relu : operation == .relu6 ? .relu6 : .reluN1To1
    let range = activation.range(on: try grid(of: one.outputs[0]))
    try append(.requantization(activationRange: range), one)
  }

  /// Adds a concatenation along an axis of an example.
  mutating func addConcatenation(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let output = one.outputs[0]
    if isShapeArithmetic(one) { return values[output] = .shape }
    guard one.options[.activation] == 0 else {
      throw .optionUnsupported(
        option: "fused activation", value: "number \(one.options[.activation])", expected: "none")
    }
    try checkCount(one.inputs, of: "inputs", 1...Int.max)
    var sources: [Int] = []
    for position in one.inputs.indices { sources.append(try codes(one, position)) }
    try append(
      .concatenation(axis: try exampleAxis(one.options[.axis], of: output)), reading: sources, to: output)
  }

  /// Adds a change of shape; the new shape is that of the output.
  mutating func addReshape(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    if isShapeArithmetic(one) { return values[one.outputs[0]] = .shape }
    try append(.reshape, one)
  }

  /// Adds a padding of images with real 0.
  mutating func addPadding(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let source = try input(one, 0)
    let (rank, amounts) = (graph.tensors[source].shape.count, try integers(one, 1, "list of paddings"))
    guard rank == 4, amounts.count == 8, amounts.allSatisfy({ (0...65535).contains($0) }),
      amounts[0] == 0, amounts[1] == 0, amounts[6] == 0, amounts[7] == 0
    else {
      throw .optionUnsupported(
        option: "list of paddings", value: "\(amounts) for \(rank) dimensions",
        expected: "0 to 65535 pixels of height and width, and 0 elsewhere")
    }
    try append(
      .padding(.init(top: amounts[2], left: amounts[4], bottom: amounts[3], right: amounts[5])), one)
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
        result = append(
          .requantization(activationRange: target.quantizedRange), reading: [operation],
          shape: try exampleShape(of: output), grid: target, named: output)
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
