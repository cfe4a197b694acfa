import FixedPoint
import IntegerInference

// Operators with weights.

extension ONNXExporter {
  /// The names of a kernel's weights, with their scales and zero points, and of its biases.
  private struct Parameters {
    let weights: String
    let scales: String
    let zeroPoints: String
    let bias: String
  }

  /// Adds a convolution; a depthwise one has as many groups as channels.
  mutating func addConvolution(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ window: Window, isDepthwise: Bool
  ) -> ONNXCodes {
    let source = source(operation)
    let filters = kernel.bias32.count
    let channels = isDepthwise ? 1 : kernel.shape[2]
    // From [taps, channels, filters] to [filters, channels, taps].
    let (taps, block) = (kernel.shape[0] * kernel.shape[1], channels * filters)
    let codes = (0..<block).flatMap { place in
      let index = place % channels * filters + place / channels
      return (0..<taps).map { kernel.intWeights[$0 * block + index] }
    }
    return addConvolution(
      operation, kernel, codes, shape: [filters, channels, kernel.shape[0], kernel.shape[1]],
      [
        .integers("kernel_shape", [window.height, window.width]),
        .integers("strides", [window.verticalStride, window.horizontalStride]), window.padsAttribute,
        .integers("dilations", [window.verticalDilation, window.horizontalDilation]),
        .integer("group", source.fileShape[0] / channels),
      ])
  }

  /// Adds a convolution of weights in the file's order.
  private mutating func addConvolution(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ codes: [Int8], shape: [Int],
    _ attributes: [ONNXAttribute]
  ) -> ONNXCodes {
    let (source, name) = (source(operation), name(of: operation))
    let grid = graph.grid(operation.grid, codeType, named: name)
    let fileShape = ONNXAxes(operation.shape).fileShape
    let parameters = addParameters(operation, kernel, codes, shape: shape, axis: 0, reading: source)
    let result: ONNXCodes
    if format != .qOperator {
      result = addFloats(
        "Conv", reading: [source], [parameters.weights, parameters.bias], named: name, attributes, on: grid,
        shape: fileShape)
    } else {
      let output = graph.add(
        "QLinearConv",
        [
          source.name, source.grid.scale, source.grid.zeroPoint, parameters.weights, parameters.scales,
          parameters.zeroPoints, grid.scale, grid.zeroPoint, parameters.bias,
        ], named: name, attributes)
      result = ONNXCodes(name: output, grid: grid, fileShape: fileShape)
    }
    return limited(result, to: kernel.activationRange, operation)
  }

  /// Adds a dense layer over the last dimension: of images it is a convolution of one pixel, of other tensors of several
  /// dimensions a product of matrices between two changes of shape.
  mutating func addDense(_ operation: IntegerOperation, _ kernel: IntegerKernel) -> ONNXCodes {
    let (inputs, units) = (kernel.shape[0], kernel.shape[1])
    guard operation.shape.count != 3 else {
      return addConvolution(
        operation, kernel, kernel.intWeights.byColumns(rows: inputs, columns: units),
        shape: [units, inputs, 1, 1], [.integers("kernel_shape", [1, 1])])
    }
    let (name, isFlat) = (name(of: operation), operation.shape.count == 1)
    var rows = source(operation)
    if !isFlat {
      let shape = graph.add(name + "/rows", [-1, inputs])
      rows = addMovement("Reshape", reading: [rows], [shape], named: name + "/to rows", shape: [inputs])
    }
    let product = limited(
      addProduct(operation, kernel, reading: rows), to: kernel.activationRange, operation)
    guard !isFlat else { return product }
    let shape = graph.add(name + "/shape", [-1] + operation.shape)
    return addMovement(
      "Reshape", reading: [product], [shape], named: name + "/from rows", shape: operation.shape)
  }

  /// Adds a product of matrices and biases.
  private mutating func addProduct(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, reading rows: ONNXCodes
  ) -> ONNXCodes {
    let (name, units) = (name(of: operation), kernel.shape[1])
    let grid = graph.grid(operation.grid, codeType, named: name)
    let parameters = addParameters(
      operation, kernel, kernel.intWeights, shape: kernel.shape, axis: 1, reading: rows)
    guard format == .qOperator else {
      return addFloats(
        "Gemm", reading: [rows], [parameters.weights, parameters.bias], named: name, on: grid, shape: [units])
    }
    let weights = [parameters.weights, parameters.scales, parameters.zeroPoints]
    let hasBias = kernel.bias32.contains { $0 != 0 }
    let output = graph.add(
      hasBias ? "QGemm" : "QLinearMatMul",
      [rows.name, rows.grid.scale, rows.grid.zeroPoint] + weights + (hasBias ? [parameters.bias] : [])
        + [grid.scale, grid.zeroPoint], named: name, isMicrosoft: hasBias)
    return ONNXCodes(name: output, grid: grid, fileShape: [units])
  }

  /// Adds weights in the file's order and biases, whose scales are the products of those of the input and the weights.
  ///
  /// In a QDQ file both are dequantized. Weights of 4 bits go through a Cast to 8 bits, which ONNX Runtime computes once
  /// when it loads a file: it has no kernels for codes of 4 bits, and would compute the operator on floats.
  private mutating func addParameters(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ codes: [Int8], shape: [Int], axis: Int,
    reading source: ONNXCodes
  ) -> Parameters {
    let (name, isScalar) = (name(of: operation), kernel.scales.count == 1)
    let is4Bit = kernel.bitWidth <= 4 && opset == .v21
    let stored = is4Bit ? 4 : 8
    if kernel.bitWidth != stored {
      note(
        operation,
        "its weights of \(kernel.bitWidth) bits are stored in \(stored)"
          + (kernel.bitWidth == 4 && !is4Bit ? "; the operator set 21 has INT4" : ""))
    }
    let hasLongSums = format != .qOperator && kernel.hasLongSums && !isByChannel(shape, source)
    if hasLongSums, !avoidsSaturation { longSums.append(operation) }
    // Products of unsigned codes have another kernel, without such sums.
    let type: ONNXCodeType = hasLongSums && avoidsSaturation ? .uint8 : .int8
    var weights: String
    if is4Bit {
      weights = graph.add(nibbles: codes, named: name + "/kernel", shape: shape)
      weights = graph.add("Cast", [weights], named: name + "/cast", [.integer("to", 3)])
    } else {
      weights = graph.add(name + "/kernel", codes.map { Int32($0) }, type, shape: shape)
    }
    let scales = graph.add(name + "/kernel/scale", kernel.scales, isScalar: isScalar)
    let zeros = graph.add(
      name + "/kernel/zero_point", kernel.scales.map { _ in 0 }, type,
      shape: isScalar ? [] : [kernel.scales.count])
    let bias = graph.add(name + "/bias", kernel.bias32)
    guard format != .qOperator else {
      return Parameters(weights: weights, scales: scales, zeroPoints: zeros, bias: bias)
    }
    weights = graph.add(
      "DequantizeLinear", [weights, scales, zeros], named: name + "/dequantize kernel",
      isScalar ? [] : [.integer("axis", axis)])
    let biasScales = graph.add(
      name + "/bias/scale", kernel.scales.map { $0 * source.grid.values.scale }, isScalar: isScalar)
    let biasZeros = graph.add(
      name + "/bias/zero_point", kernel.scales.map { _ in Int32(0) }, isScalar: isScalar)
    let reals = graph.add(
      "DequantizeLinear", [bias, biasScales, biasZeros], named: name + "/dequantize bias",
      isScalar ? [] : [.integer("axis", 0)])
    return Parameters(weights: weights, scales: scales, zeroPoints: zeros, bias: reals)
  }

  /// Whether weights of this shape are a filter for each channel, for which ONNX Runtime has a kernel of 32-bit sums.
  private func isByChannel(_ shape: [Int], _ source: ONNXCodes) -> Bool {
    shape.count == 4 && shape[1] == 1 && shape[0] == source.fileShape[0] && shape[0] > 1
  }
}

extension IntegerKernel {
  /// Whether two products of weights of one output channel with codes up to 255 can leave 16 bits.
  fileprivate var hasLongSums: Bool {
    // The two largest and the two smallest weights of each channel.
    var ends = bias32.map { _ in (largest: (0, 0), smallest: (0, 0)) }
    for (index, code) in intWeights.enumerated() {
      let (channel, code) = (index % ends.count, Int(code))
      if code > ends[channel].largest.1 {
        let first = ends[channel].largest.0
        ends[channel].largest = (max(first, code), min(first, code))
      } else if code < ends[channel].smallest.1 {
        let first = ends[channel].smallest.0
        ends[channel].smallest = (min(first, code), max(first, code))
      }
    }
    return ends.contains {
      ($0.largest.0 + $0.largest.1) * 255 > 32767 || ($0.smallest.0 + $0.smallest.1) * 255 < -32768
    }
  }
}
