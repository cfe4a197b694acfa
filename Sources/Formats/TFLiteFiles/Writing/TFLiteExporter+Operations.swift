import FixedPoint
import IntegerInference

// The operators of a file. Versions are the lowest that have the operation on INT8, so that older runtimes read them.

extension TFLiteExporter {
  /// Adds the operators of an operation.
  mutating func add(
    _ operation: IntegerOperation, reading inputs: [Int], to output: Int
  ) throws(TFLiteError.Cause) {
    switch operation.kind {
    case .input, .constant: return
    case .convolution(let kernel, let window):
      try addConvolution(operation, kernel, window, reading: inputs[0], to: output)
    case .depthwiseConvolution(let kernel, let window):
      try addDepthwiseConvolution(operation, kernel, window, reading: inputs[0], to: output)
    case .dense(let kernel): try addDense(operation, kernel, reading: inputs[0], to: output)
    case .maxPooling(let window):
      try addPooling(.maxPool2D, operation, window, reading: inputs[0], to: output)
    case .averagePooling(let window):
      try addPooling(.averagePool2D, operation, window, reading: inputs[0], to: output)
    case .globalAveragePooling:
      let axes = addConstant(operation.name + "/axes", [1, 2])
      add(
        .mean, version: 2, inputs + [axes], output,
        TFLiteOptions(type: 27, [.keepDimensions: operation.shape.count == 3 ? 1 : 0]))
    case .add(let range):
      let activation = try activation(range, operation)
      add(.add, version: 2, inputs, output, TFLiteOptions(type: 11, [.activation: activation.rawValue]))
    case .subtract(let range):
      let activation = try activation(range, operation)
      add(.sub, version: 2, inputs, output, TFLiteOptions(type: 28, [.activation: activation.rawValue]))
    case .multiply(let range):
      let activation = try activation(range, operation)
      add(.mul, version: 2, inputs, output, TFLiteOptions(type: 21, [.activation: activation.rawValue]))
    case .prelu: add(.prelu, version: 1, inputs, output, TFLiteOptions())
    case .transposedConvolution(let kernel, let window, let isSame):
      try addTransposedConvolution(
        operation, kernel, window, isSame: isSame, reading: inputs[0], to: output)
    case .constantPadding(let before, let after, let code):
      addConstantPadding(operation, before, after, code, reading: inputs[0], to: output)
    case .slice(let begin, let size, let strides):
      addSlice(operation, begin, size, strides, reading: inputs[0], to: output)
    case .transpose(let permutation):
      addTranspose(operation, permutation, reading: inputs[0], to: output)
    case .resizeNearestNeighbor(let alignCorners, let halfPixelCenters):
      addResizing(
        .resizeNearestNeighbor, operation, alignCorners: alignCorners, halfPixelCenters: halfPixelCenters,
        reading: inputs[0], to: output)
    case .resizeBilinear(let alignCorners, let halfPixelCenters):
      addResizing(
        .resizeBilinear, operation, alignCorners: alignCorners, halfPixelCenters: halfPixelCenters,
        reading: inputs[0], to: output)
    case .concatenation(let axis):
      add(.concatenation, version: 2, inputs, output, TFLiteOptions(type: 10, [.axis: axis + 1]))
    case .reshape:
      let shape = [-1] + operation.shape
      let constant = addConstant(operation.name + "/shape", shape)
      add(
        .reshape, version: 1, inputs + [constant], output,
        TFLiteOptions(type: 17, [:], lists: [.newShape: shape]))
    case .padding(let padding):
      addPad(operation.name, padding, reading: inputs[0], to: output)
    case .softmax: add(.softmax, version: 2, inputs, output, TFLiteOptions(type: 9, [:], floats: [.beta: 1]))
    case .hardSwish: add(.hardSwish, version: 1, inputs, output, TFLiteOptions(type: 91))
    case .leakyReLU(let slope):
      add(.leakyReLU, version: 1, inputs, output, TFLiteOptions(type: 75, [:], floats: [.slope: slope]))
    case .sigmoid: add(.logistic, version: 2, inputs, output, TFLiteOptions())
    case .tanh: add(.tanh, version: 2, inputs, output, TFLiteOptions())
    case .requantization(let range):
      try addRequantization(operation, range, reading: inputs[0], to: output)
    }
  }

  /// Adds a conversion to another grid: QUANTIZE, or a ReLU as an operation of its own.
  ///
  /// TFLite Micro's kernels of RELU6 and RELU_N1_TO_1 ignore the output's scale, so these two are written with one grid
  /// for input and output, behind a QUANTIZE where the grids differ.
  private mutating func addRequantization(
    _ operation: IntegerOperation, _ range: ClosedRange<Int32>, reading input: Int, to output: Int
  ) throws(TFLiteError.Cause) {
    let activation = try activation(range, operation)
    switch activation {
    case .none: add(.quantize, version: 1, [input], output, TFLiteOptions(type: 89))
    case .relu: add(.relu, version: 2, [input], output, TFLiteOptions())
    case .relu6, .reluN1To1:
      var source = input
      if tensors[input].scales != tensors[output].scales
        || tensors[input].zeroPoints != tensors[output].zeroPoints
      {
        source = try addCodes(operation, suffix: "/unlimited")
        add(.quantize, version: 1, [input], source, TFLiteOptions(type: 89))
        note(operation, "written as QUANTIZE and \(activation == .relu6 ? "RELU6" : "RELU_N1_TO_1")")
      }
      add(
        activation == .relu6 ? .relu6 : .reluN1To1, version: activation == .relu6 ? 2 : 1, [source], output,
        TFLiteOptions())
    }
  }

  /// Adds a pooling, whose padding has to be that of SAME or VALID.
  private mutating func addPooling(
    _ kind: TFLiteOperation, _ operation: IntegerOperation, _ window: Window, reading input: Int,
    to output: Int
  ) throws(TFLiteError.Cause) {
    guard let padding = padding(of: window, reading: input) else {
      throw .notExpressible(
        reason: "its padding \(window.padding.words) is neither that of SAME nor VALID",
        remedy: "use the padding same or valid")
    }
    add(
      kind, version: 2, [input], output,
      TFLiteOptions(
        type: 5,
        [
          .padding: padding, .strideWidth: window.horizontalStride, .strideHeight: window.verticalStride,
          .filterWidth: window.width, .filterHeight: window.height,
        ]))
  }

  /// Adds a PAD of height and width.
  mutating func addPad(_ name: String, _ padding: Window.Padding, reading input: Int, to output: Int) {
    let amounts = [0, 0, padding.top, padding.bottom, padding.left, padding.right, 0, 0]
    let constant = addConstant(name + "/paddings", amounts, shape: [4, 2])
    add(.pad, version: 2, [input, constant], output, TFLiteOptions(type: 22))
  }

  /// The number of the padding that a window has on the images of a tensor: 0 for SAME, 1 for VALID; nil for another.
  func padding(of window: Window, reading input: Int) -> Int? {
    if window.padding == .none { return 1 }
    let same = Window(
      size: (window.height, window.width), strides: (window.verticalStride, window.horizontalStride),
      sameFor: (tensors[input].shape[1], tensors[input].shape[2]),
      dilations: (window.verticalDilation, window.horizontalDilation))
    return window == same ? 0 : nil
  }

  /// The activation whose codes are in a range.
  func activation(
    _ range: ClosedRange<Int32>, _ operation: IntegerOperation
  ) throws(TFLiteError.Cause) -> TFLiteActivation {
    for activation in [TFLiteActivation.none, .relu, .relu6, .reluN1To1]
    where activation.range(on: operation.grid, model.arithmetic) == range {
      return activation
    }
    throw .notExpressible(
      reason:
        "its activation lets the codes \(range.lowerBound) to \(range.upperBound) through, and the format has"
        + " ReLU, ReLU6 and the limits -1 and 1",
      remedy: "use one of these activations")
  }
}

extension Window.Padding {
  /// The amounts in words.
  fileprivate var words: String { "(top \(top), left \(left), bottom \(bottom), right \(right))" }
}
