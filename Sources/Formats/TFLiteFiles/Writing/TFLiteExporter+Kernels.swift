import FixedPoint
import IntegerInference

// Operators with weights.

extension TFLiteExporter {
  /// Adds a convolution; padding other than SAME and VALID becomes a PAD before it, which changes no code.
  mutating func addConvolution(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ window: Window, reading input: Int,
    to output: Int
  ) throws(TFLiteError.Cause) {
    let (padding, source) = try padded(operation, window, reading: input)
    let filters = kernel.shape[3]
    let isGrouped = kernel.shape[2] != tensors[input].shape[3]
    let fileOrder = kernel.intWeights.transposed(
      rows: kernel.intWeights.count / filters, columns: filters)
    let (weights, is4Bit) = addWeights(
      operation, kernel, fileOrder,
      shape: [filters, kernel.shape[0], kernel.shape[1], kernel.shape[2]], dimension: 0)
    let bias = addBias(operation, kernel, reading: input)
    add(
      .conv2D, version: is4Bit ? 7 : isGrouped ? 6 : 3, [source, weights, bias], output,
      TFLiteOptions(
        type: 1,
        [
          .padding: padding, .strideWidth: window.horizontalStride, .strideHeight: window.verticalStride,
          .dilationWidth: window.horizontalDilation, .dilationHeight: window.verticalDilation,
          .activation: try activation(kernel.activationRange, operation).rawValue,
        ]))
  }

  /// Adds a depthwise convolution; padding is as in a convolution.
  mutating func addDepthwiseConvolution(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ window: Window, reading input: Int,
    to output: Int
  ) throws(TFLiteError.Cause) {
    let (padding, source) = try padded(operation, window, reading: input)
    let (weights, is4Bit) = addWeights(
      operation, kernel, kernel.intWeights,
      shape: [1, kernel.shape[0], kernel.shape[1], kernel.shape[2] * kernel.shape[3]], dimension: 3)
    let bias = addBias(operation, kernel, reading: input)
    add(
      .depthwiseConv2D, version: is4Bit ? 6 : 3, [source, weights, bias], output,
      TFLiteOptions(
        type: 2,
        [
          .padding: padding, .strideWidth: window.horizontalStride, .strideHeight: window.verticalStride,
          .dilationWidth: window.horizontalDilation, .dilationHeight: window.verticalDilation,
          .depthMultiplier: kernel.shape[3],
          .activation: try activation(kernel.activationRange, operation).rawValue,
        ]))
  }

  /// Adds a dense layer over the last dimension.
  mutating func addDense(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, reading input: Int, to output: Int
  ) throws(TFLiteError.Cause) {
    let (inputs, units) = (kernel.shape[0], kernel.shape[1])
    let (weights, is4Bit) = addWeights(
      operation, kernel, kernel.intWeights.transposed(rows: inputs, columns: units),
      shape: [units, inputs], dimension: 0)
    let bias = addBias(operation, kernel, reading: input)
    add(
      .fullyConnected, version: is4Bit ? 10 : operation.shape.count > 1 ? 5 : 4, [input, weights, bias],
      output,
      TFLiteOptions(
        type: 8,
        [
          .activation: try activation(kernel.activationRange, operation).rawValue,
          .keepDimensions: operation.shape.count > 1 ? 1 : 0,
        ]))
  }

  /// Adds a transposed convolution, whose file says the shape of its output and so has a batch of 1.
  mutating func addTransposedConvolution(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ window: Window, isSame: Bool,
    reading input: Int, to output: Int
  ) throws(TFLiteError.Cause) {
    let filters = kernel.shape[3]
    let codes = kernel.intWeights.transposed(
      rows: kernel.intWeights.count / filters, columns: filters)
    // Its kernels read weights of 8 bits only.
    let weights = addConstant(
      operation.name + "/kernel", .int8,
      shape: [filters, kernel.shape[0], kernel.shape[1], kernel.shape[2]],
      bytes: codes.map { UInt8(bitPattern: $0) }, scales: kernel.scales)
    if kernel.bitWidth != 8 { note(operation, "its weights of \(kernel.bitWidth) bits are stored in 8") }
    let shape = addConstant(operation.name + "/shape", [1] + operation.shape)
    let bias = addBias(operation, kernel, reading: input)
    let activation = try activation(kernel.activationRange, operation)
    add(
      .transposeConv, version: activation == .none ? 3 : 4, [shape, weights, input, bias], output,
      TFLiteOptions(
        type: 49,
        [
          .padding: isSame ? 0 : 1, .strideWidth: window.horizontalStride,
          .strideHeight: window.verticalStride, .activation: activation.rawValue,
        ]))
  }

  /// The number of a window's padding, and the tensor to read: a padded one if the format lacks that padding.
  private mutating func padded(
    _ operation: IntegerOperation, _ window: Window, reading input: Int
  ) throws(TFLiteError.Cause) -> (padding: Int, source: Int) {
    if let padding = padding(of: window, reading: input) { return (padding, input) }
    let shape = tensors[input].shape
    let source = model.operations[operation.inputs[0]]
    let padded = try addCodes(
      source, suffix: " padded for \(operation.name)",
      shape: [
        shape[1] + window.padding.top + window.padding.bottom,
        shape[2] + window.padding.left + window.padding.right, shape[3],
      ])
    addPad(operation.name, window.padding, reading: input, to: padded)
    note(operation, "its padding stands in the file as a PAD of its own")
    return (1, padded)
  }

  /// Adds weights in the file's order, in the narrowest type with which the runtime gives the model's codes.
  ///
  /// LiteRT's reference kernels give the same codes for `INT4` and `INT8`. Its default interpreter leaves `INT4` to
  /// XNNPACK in a FULLY_CONNECTED of an even number of inputs only; elsewhere kernels of LiteRT's own run, which round
  /// otherwise (measured with LiteRT 2.3.0).
  private mutating func addWeights(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, _ codes: [Int8], shape: [Int], dimension: Int
  ) -> (tensor: Int, is4Bit: Bool) {
    let isDense = shape.count == 2
    let fits = kernel.bitWidth <= 4
    let is4Bit = fits && (model.arithmetic == .tflite || isDense && shape[1] % 2 == 0)
    let stored = is4Bit ? 4 : 8
    if kernel.bitWidth != stored {
      note(
        operation,
        "its weights of \(kernel.bitWidth) bits are stored in \(stored)"
          + (fits && !is4Bit
            ? ", since for INT4 LiteRT's default interpreter would not use XNNPACK, whose codes these are"
            : ""))
    }
    if is4Bit, isDense, kernel.scales.count > 1 {
      note(operation, "TFLite Micro refuses INT4 weights of a dense layer with a scale for each unit")
    }
    let tensor = addConstant(
      operation.name + "/kernel", is4Bit ? .int4 : .int8, shape: shape,
      bytes: is4Bit ? codes.packedNibbles : codes.map { UInt8(bitPattern: $0) }, scales: kernel.scales,
      dimension: dimension)
    return (tensor, is4Bit)
  }

  /// Adds the biases; their scales are the products of those of the input and the weights.
  private mutating func addBias(
    _ operation: IntegerOperation, _ kernel: IntegerKernel, reading input: Int
  ) -> Int {
    let scale = tensors[input].scales[0]
    return addConstant(
      operation.name + "/bias", .int32, shape: [kernel.bias32.count],
      bytes: kernel.bias32.littleEndianBytes, scales: kernel.scales.map { $0 * scale })
  }
}

extension [Int8] {
  /// Codes of 4 bits, two to a byte with the earlier one in its lower half.
  fileprivate var packedNibbles: [UInt8] {
    stride(from: 0, to: count, by: 2).map { index in
      let low = UInt8(bitPattern: self[index]) & 15
      return index + 1 < count ? low | UInt8(bitPattern: self[index + 1]) << 4 : low
    }
  }
}
