import FixedPoint
import IntegerInference
import Support

// Operations with weights: CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.

extension TFLiteImporter {
  /// Appends a convolution; the file's filter is [filters, height, width, channels ÷ groups].
  mutating func addConvolution(
    _ one: TFLiteFile.Operator, padding: Window.Padding? = nil
  ) throws(TFLiteError.Cause) {
    let source = try codes(one, 0)
    let (kernel, size) = try convolutionKernel(one)
    let window = try window(one, size: size, reading: source, padding: padding)
    try append(
      .convolution(kernel, window), reading: [source],
      shape: shape(window, of: source, channels: kernel.shape[3]), to: one.outputs[0])
  }

  /// Appends a depthwise convolution; the file's filter is [1, height, width, channels × multiplier].
  mutating func addDepthwiseConvolution(
    _ one: TFLiteFile.Operator, padding: Window.Padding? = nil
  ) throws(TFLiteError.Cause) {
    let source = try codes(one, 0)
    let (tensor, codes, bitWidth) = try weights(one, rank: 4)
    let (_, height, width, outputs) = tensor.shape.fixed4
    let channels = operations[source].shape.last ?? 1
    guard tensor.shape[0] == 1, outputs % channels == 0 else {
      throw .wrongShape(
        of: "filter", found: tensor.shape,
        expected: "[1, height, width, \(channels) channels × multiplier]")
    }
    let kernel = try kernel(
      one, tensor, shape: [height, width, channels, outputs / channels], bitWidth: bitWidth, codes: codes,
      outputs: outputs, dimension: 3)
    let window = try window(one, size: (height, width), reading: source, padding: padding)
    try append(
      .depthwiseConvolution(kernel, window), reading: [source],
      shape: shape(window, of: source, channels: outputs), to: one.outputs[0])
  }

  /// Appends a dense layer; the file's filter is [units, inputs].
  ///
  /// The runtime reads the input as rows of as many numbers as the filter has columns, whatever its shape.
  mutating func addDense(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    var source = try codes(one, 0)
    let (tensor, codes, bitWidth) = try weights(one, rank: 2)
    let (units, inputs) = (tensor.shape[0], tensor.shape[1])
    guard one.options[.weightsFormat] == 0 else {
      throw .optionUnsupported(
        option: "weights format", value: "number \(one.options[.weightsFormat])",
        expected: "the default order")
    }
    let (shape, grid) = (operations[source].shape, operations[source].grid)
    if shape.last != inputs {
      guard operations[source].count % inputs == 0 else {
        throw .wrongShape(
          of: "filter", found: tensor.shape, expected: "a divisor of the input's \(shape) as its last extent")
      }
      let rows = operations[source].count / inputs
      source = try append(
        .reshape, reading: [source], shape: rows == 1 ? [inputs] : [rows, inputs], grid: grid,
        named: try input(one, 0))
    }
    let kernel = try kernel(
      one, tensor, shape: [inputs, units], bitWidth: bitWidth,
      codes: codes.transposed(rows: units, columns: inputs), outputs: units, dimension: 0)
    let output = one.outputs[0]
    let rows = Array(operations[source].shape.dropLast())
    try append(.dense(kernel), reading: [source], shape: rows + [units], to: output)
    // Without keep_num_dims the rows of all examples make one dimension.
    if one.options[.keepDimensions] == 0, rows.count > 0 {
      guard case .codes(let dense)? = values[output], let count = rows.checkedProduct else { return }
      let shape = try example(of: [batch * count, units])
      if shape != rows + [units] { try append(.reshape, reading: [dense], shape: shape, to: output) }
      ranks[output] = 2
    } else {
      ranks[output] = rows.count + 2
    }
  }

  /// The kernel of a convolution and the size of its window; the file's filter is [filters, height, width, channels].
  private func convolutionKernel(
    _ one: TFLiteFile.Operator
  ) throws(TFLiteError.Cause) -> (kernel: IntegerKernel, size: (height: Int, width: Int)) {
    let (tensor, codes, bitWidth) = try weights(one, rank: 4)
    let (filters, height, width, channels) = tensor.shape.fixed4
    let kernel = try kernel(
      one, tensor, shape: [height, width, channels, filters], bitWidth: bitWidth,
      codes: codes.transposed(rows: filters, columns: height * width * channels), outputs: filters,
      dimension: 0)
    return (kernel, (height, width))
  }

  /// The kernel of an operator, with weights in the engine's order.
  private func kernel(
    _ one: TFLiteFile.Operator, _ tensor: TFLiteFile.Tensor, shape: [Int], bitWidth: Int, codes: [Int8],
    outputs: Int, dimension: Int
  ) throws(TFLiteError.Cause) -> IntegerKernel {
    let isPerChannel = tensor.scales.count == outputs && tensor.quantizedDimension == dimension
    guard tensor.scales.count == 1 || isPerChannel else {
      throw .wrongQuantization(
        tensor: label(one.inputs[1]),
        reason: "has \(tensor.scales.count) scales along dimension \(tensor.quantizedDimension)",
        remedy: "expected one, or \(outputs) along dimension \(dimension)")
    }
    return IntegerKernel(
      shape: shape, intWeights: codes, bitWidth: bitWidth, scales: tensor.scales,
      bias32: try biases(one, count: outputs),
      activationRange: try activationRange(one))
  }

  /// Appends a transposed convolution; the file's filter is [filters, height, width, channels].
  ///
  /// The first input says the output's shape, which the output states, too.
  mutating func addTransposedConvolution(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    var direct = one
    guard one.inputs.count >= 3 else {
      throw .wrongCount(of: "inputs", expected: "3 or 4", found: one.inputs.count)
    }
    direct.inputs = [one.inputs[2], one.inputs[1]] + one.inputs.dropFirst(3)
    let source = try codes(direct, 0)
    let (kernel, size) = try convolutionKernel(direct)
    let output = one.outputs[0]
    let (image, result) = (operations[source].shape, try example(of: shapeValues(one, 0, "output shape")))
    let plain = try window(direct, size: size, reading: source, padding: Window.Padding.none)
    let isSame = one.options[.padding] == 0
    guard isSame || one.options[.padding] == 1, result.count == 3 else {
      throw .wrongShape(of: "output", found: result, expected: "[height, width, filters] for each example")
    }
    let window =
      isSame
      ? Window(
        size: size, strides: (plain.verticalStride, plain.horizontalStride),
        transposedSameFrom: (image[0], image[1]), to: (result[0], result[1])) : plain
    guard arithmetic != .xnnpack || graph.tensors[one.inputs[0]].constant != nil else {
      throw .optionUnsupported(
        option: "output shape", value: "computed while the model runs",
        expected:
          "a constant: else LiteRT's default interpreter does not use XNNPACK here. Convert the model with a"
          + " batch of 1, or read it with the arithmetic tflite")
    }
    try append(
      .transposedConvolution(kernel, window, isSame: isSame), reading: [source], shape: result, to: output)
  }

  /// The window of an operator on images.
  ///
  /// - Parameters:
  ///   - one: The operator.
  ///   - size: The height and width of its weights.
  ///   - source: The operation whose images it reads.
  ///   - padding: The padding; nil means what the operator's option means for these images.
  /// - Returns: The window.
  /// - Throws: The cause of an error if the images or an option are impossible.
  func window(
    _ one: TFLiteFile.Operator, size: (height: Int, width: Int), reading source: Int,
    padding: Window.Padding? = nil
  ) throws(TFLiteError.Cause) -> Window {
    let shape = operations[source].shape
    guard shape.count == 3 else {
      throw .wrongShape(of: "input", found: shape, expected: "[height, width, channels] for each example")
    }
    let strides = (vertical: one.options[.strideHeight], horizontal: one.options[.strideWidth])
    let dilations = (vertical: one.options[.dilationHeight], horizontal: one.options[.dilationWidth])
    let extents = [
      size.height, size.width, strides.vertical, strides.horizontal, dilations.vertical, dilations.horizontal,
    ]
    guard extents.allSatisfy({ (1...65535).contains($0) }) else {
      throw .optionUnsupported(
        option: "window", value: "\(size) with strides \(strides) and dilations \(dilations)",
        expected: "numbers of 1 to 65535")
    }
    if let padding {
      return Window(size: size, strides: strides, padding: padding, dilations: dilations)
    }
    switch one.options[.padding] {
    case 0:
      return Window(
        size: size, strides: strides, sameFor: (shape[0], shape[1]), dilations: dilations)
    case 1: return Window(size: size, strides: strides, dilations: dilations)
    default:
      throw .optionUnsupported(
        option: "padding", value: "number \(one.options[.padding])", expected: "SAME or VALID")
    }
  }
}

extension [Int] {
  /// The four extents of a shape that was checked to have four.
  fileprivate var fixed4: (Int, Int, Int, Int) { (self[0], self[1], self[2], self[3]) }
}

extension [Int8] {
  /// The transpose of a matrix that is stored row by row.
  func transposed(rows: Int, columns: Int) -> [Int8] {
    [Int8](unsafeUninitializedCapacity: count) { target, filled in
      for row in 0..<rows {
        for column in 0..<columns { target[column * rows + row] = self[row * columns + column] }
      }
      filled = count
    }
  }
}
