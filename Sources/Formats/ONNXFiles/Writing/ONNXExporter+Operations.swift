import FixedPoint
import IntegerInference

extension ONNXExporter {
  /// Adds the nodes of an operation, and returns its codes.
  mutating func codes(of operation: IntegerOperation) throws(ONNXError.Cause) -> ONNXCodes {
    switch operation.kind {
    case .input, .constant, .transposedConvolution, .subtract, .prelu, .resizeBilinear:
      throw .notExpressible(
        reason: "ONNX Runtime has no \(operation.description) of codes",
        remedy: "leave this operation in floats")
    case .convolution(let kernel, let window):
      return addConvolution(operation, kernel, window, isDepthwise: false)
    case .depthwiseConvolution(let kernel, let window):
      return addConvolution(operation, kernel, window, isDepthwise: true)
    case .dense(let kernel): return addDense(operation, kernel)
    case .maxPooling(let window):
      return addMovement(
        "MaxPool", reading: [source(operation)], named: name(of: operation), window.poolingAttributes,
        shape: ONNXAxes(operation.shape).fileShape)
    case .averagePooling(let window):
      let codes = addComputation(
        ("AveragePool", "QLinearAveragePool"), reading: [source(operation)], operation,
        dependsOnType: true, window.poolingAttributes)
      return limited(codes, to: operation.grid.quantizedRange, operation)
    case .globalAveragePooling: return addGlobalAveragePooling(operation)
    case .add(let range): return addElements(("Add", "QLinearAdd"), operation, range)
    case .multiply(let range): return addElements(("Mul", "QLinearMul"), operation, range)
    case .concatenation(let axis):
      try checkHasBatch(operation)
      let sources = operation.inputs.indices.map { source(operation, $0) }
      return addMovement(
        "Concat", reading: sources, named: name(of: operation),
        [.integer("axis", ONNXAxes(operation.shape).number(of: axis))],
        shape: ONNXAxes(operation.shape).fileShape)
    case .reshape:
      let source = source(operation)
      return reshaped(
        source, from: model.operations[operation.inputs[0]].shape, to: operation.shape, name(of: operation))
    case .padding(let padding):
      return addPadding(
        operation, [padding.top, padding.left, 0], [padding.bottom, padding.right, 0],
        code: Int8(truncatingIfNeeded: operation.grid.zeroPoint))
    case .constantPadding(let before, let after, let code):
      return addPadding(operation, before, after, code: code)
    case .slice(let begin, let size, let strides): return addSlice(operation, begin, size, strides)
    case .transpose(let permutation): return addTranspose(operation, permutation)
    case .resizeNearestNeighbor(let alignCorners, let halfPixelCenters):
      return addResizing(operation, alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
    case .softmax:
      let axis = ONNXAxes(operation.shape).number(of: operation.shape.count - 1)
      let codes = addComputation(
        ("Softmax", "QLinearSoftmax"), reading: [source(operation)], operation, [.integer("axis", axis)],
        ofCodes: [.integer("opset", 13)])
      return limited(codes, to: operation.grid.quantizedRange, operation)
    case .hardSwish: return addHardSwish(operation)
    case .leakyReLU(let slope):
      let codes = addComputation(
        ("LeakyRelu", "QLinearLeakyRelu"), reading: [source(operation)], operation, [.float("alpha", slope)])
      return limited(codes, to: operation.grid.quantizedRange, operation)
    case .sigmoid:
      let codes = addComputation(
        ("Sigmoid", "QLinearSigmoid"), reading: [source(operation)], operation)
      return limited(codes, to: operation.grid.quantizedRange, operation)
    case .tanh: return addActivation("Tanh", operation)
    case .requantization(let range): return addRequantization(operation, range)
    }
  }

  /// Adds an activation that ONNX Runtime computes on floats.
  private mutating func addActivation(_ type: String, _ operation: IntegerOperation) -> ONNXCodes {
    let source = source(operation)
    let grid = graph.grid(operation.grid, codeType, named: name(of: operation))
    let codes = addFloats(
      type, reading: [source], named: name(of: operation), on: grid,
      shape: ONNXAxes(operation.shape).fileShape)
    return limited(codes, to: operation.grid.quantizedRange, operation)
  }

  /// Adds a hard swish: an operator from version 14 on, before it the two operators that it stands for.
  private mutating func addHardSwish(_ operation: IntegerOperation) -> ONNXCodes {
    guard opset == .v13 else { return addActivation("HardSwish", operation) }
    let name = name(of: operation)
    let reals = graph.dequantize(source(operation), named: name + "/dequantize")
    let gate = graph.add(
      "HardSigmoid", [reals], named: name + "/gate", [.float("alpha", 1 / 6), .float("beta", 0.5)])
    let product = graph.add("Mul", [reals, gate], named: name)
    let grid = graph.grid(operation.grid, codeType, named: name)
    let codes = ONNXCodes(
      name: graph.quantize(product, grid, named: name + "/quantize"), grid: grid,
      fileShape: ONNXAxes(operation.shape).fileShape)
    return limited(codes, to: operation.grid.quantizedRange, operation)
  }

  /// Adds a sum or a product, with the limit of its activation.
  private mutating func addElements(
    _ types: (floats: String, codes: String), _ operation: IntegerOperation, _ range: ClosedRange<Int32>
  ) -> ONNXCodes {
    let operands = [operand(operation, 0), operand(operation, 1)]
    return limited(
      addComputation(types, reading: operands, operation, dependsOnType: true), to: range, operation)
  }

  /// Adds the mean of each channel; ONNX keeps the two axes of the image.
  private mutating func addGlobalAveragePooling(_ operation: IntegerOperation) -> ONNXCodes {
    let source = source(operation)
    let channels = operation.shape[operation.shape.count - 1]
    let mean = addComputation(
      ("GlobalAveragePool", "QLinearGlobalAveragePool"), reading: [source], operation,
      ofCodes: [.integer("channels_last", 0)], shape: [channels, 1, 1])
    let codes = limited(mean, to: operation.grid.quantizedRange, operation)
    return operation.shape.count == 3
      ? codes
      : reshaped(codes, from: [1, 1, channels], to: [channels], name(of: operation) + "/flatten")
  }

  /// Adds a change of grid, which is also a ReLU if its limit is one.
  private mutating func addRequantization(
    _ operation: IntegerOperation, _ range: ClosedRange<Int32>
  ) -> ONNXCodes {
    let (source, name) = (source(operation), name(of: operation))
    guard !source.grid.values.hasSameGrid(as: operation.grid) else {
      return limited(source, to: range, operation)
    }
    let grid = graph.grid(operation.grid, codeType, named: name)
    var reals = graph.dequantize(source, named: name + "/dequantize")
    if format != .qOperator {
      // Of two pairs of QuantizeLinear and DequantizeLinear behind one another ONNX Runtime makes one.
      let limits = [operation.grid.quantizedRange.lowerBound, operation.grid.quantizedRange.upperBound]
      reals = graph.add(
        "Clip",
        [reals]
          + limits.enumerated().map { index, code in
            graph.add(
              "\(name)/\(index == 0 ? "lowest" : "largest")",
              [Float(code - operation.grid.zeroPoint) * operation.grid.scale], isScalar: true)
          }, named: name + "/clip to grid")
    }
    let codes = ONNXCodes(
      name: graph.quantize(reals, grid, named: name), grid: grid, fileShape: source.fileShape)
    return limited(codes, to: range, operation)
  }
}

extension Window {
  /// The attributes of a pooling.
  fileprivate var poolingAttributes: [ONNXAttribute] {
    [
      .integers("kernel_shape", [height, width]), .integers("strides", [verticalStride, horizontalStride]),
      padsAttribute,
    ]
  }

  /// The padding as an attribute: what is before each axis, then what is behind.
  var padsAttribute: ONNXAttribute {
    .integers("pads", [padding.top, padding.left, padding.bottom, padding.right])
  }
}
