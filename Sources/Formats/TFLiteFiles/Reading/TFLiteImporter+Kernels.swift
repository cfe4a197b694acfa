import FixedPoint
import IntegerInference

// Operations with weights: CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.

extension TFLiteImporter {
  /// Appends a convolution; the file's filter is [filters, height, width, channels].
  mutating func addConvolution(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    let source = try codes(one, 0)
    let (tensor, codes, bitWidth) = try weights(one, rank: 4)
    let (filters, height, width, channels) = tensor.shape.fixed4
    let kernel = try kernel(
      one, tensor, shape: [height, width, channels, filters], bitWidth: bitWidth,
      codes: codes.transposed(rows: filters, columns: height * width * channels), outputs: filters,
      dimension: 0)
    let window = try window(one, size: (height, width), reading: source)
    try append(.convolution(kernel, window), reading: [source], to: one.outputs[0])
  }

  /// Appends a depthwise convolution; the file's filter is [1, height, width, channels × multiplier].
  mutating func addDepthwiseConvolution(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
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
    let window = try window(one, size: (height, width), reading: source)
    try append(.depthwiseConvolution(kernel, window), reading: [source], to: one.outputs[0])
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
      source = append(
        .reshape, reading: [source], shape: rows == 1 ? [inputs] : [rows, inputs], grid: grid,
        named: try input(one, 0))
    }
    let kernel = try kernel(
      one, tensor, shape: [inputs, units], bitWidth: bitWidth,
      codes: codes.transposed(rows: units, columns: inputs), outputs: units, dimension: 0)
    let output = one.outputs[0]
    let computed = operations[source].shape.dropLast() + [units]
    let stated = try exampleShape(of: output)
    let dense = append(
      .dense(kernel), reading: [source], shape: Array(computed), grid: try self.grid(of: output),
      named: output)
    values[output] = .codes(
      stated == Array(computed)
        ? dense
        : append(
          .reshape, reading: [dense], shape: stated, grid: operations[dense].grid, named: output))
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

  /// The window of an operator on images, with the padding that its option means for this image.
  func window(
    _ one: TFLiteFile.Operator, size: (height: Int, width: Int), reading source: Int
  ) throws(TFLiteError.Cause) -> Window {
    let shape = operations[source].shape
    guard shape.count == 3 else {
      throw .wrongShape(of: "input", found: shape, expected: "[height, width, channels] for each example")
    }
    let strides = (vertical: one.options[.strideHeight], horizontal: one.options[.strideWidth])
    let extents = [size.height, size.width, strides.vertical, strides.horizontal]
    guard extents.allSatisfy({ (1...65535).contains($0) }) else {
      throw .optionUnsupported(
        option: "window", value: "\(size) with strides \(strides)",
        expected: "sizes and strides of 1 to 65535")
    }
    guard one.options[.dilationHeight] == 1, one.options[.dilationWidth] == 1 else {
      throw .optionUnsupported(
        option: "dilation", value: "\(one.options[.dilationHeight]) × \(one.options[.dilationWidth])",
        expected: "1 × 1")
    }
    switch one.options[.padding] {
    case 0: return Window(size: size, strides: strides, sameFor: (shape[0], shape[1]))
    case 1: return Window(size: size, strides: strides)
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
