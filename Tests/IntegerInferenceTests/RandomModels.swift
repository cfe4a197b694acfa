import FixedPoint
import IntegerInference
import Support

/// Models of random codes whose accumulators cover the output's codes and a little more.
struct RandomModels {
  var generator: SeededGenerator
  let arithmetic: IntegerArithmetic

  init(seed: UInt64, arithmetic: IntegerArithmetic) {
    generator = SeededGenerator(seed: seed)
    self.arithmetic = arithmetic
  }

  mutating func codes(_ count: Int) -> [Int8] {
    (0..<count).map { _ in Int8(truncatingIfNeeded: generator.below(256) - 128) }
  }

  private mutating func grid(scale: Float) throws -> AffineQuantizer {
    try AffineQuantizer(scale: scale, zeroPoint: Int32(generator.below(256)) - 128)
  }

  mutating func input(_ shape: [Int]) throws -> IntegerOperation {
    IntegerOperation(name: "input", kind: .input, shape: shape, grid: try grid(scale: 0.05))
  }

  /// A kernel over sources of scale 0.05 with `taps` weights for each of `channels`, and the grid of its
  /// output.
  mutating func kernel(
    _ shape: [Int], taps: Int, channels: Int
  ) throws -> (kernel: IntegerKernel, grid: AffineQuantizer) {
    // Codes have a standard deviation of 74, and sums of products one of 74² √taps: 60 steps of the output.
    let scales = (0..<(generator.below(2) == 0 ? 1 : channels)).map { _ in generator.uniform(0.001, 0.02) }
    let deviation = 74 * 74 * Float(taps).squareRoot()
    let outputScale = 0.05 * 0.01 * deviation / 60
    // Most are multiplied by less than 1; some by more, in ONNX Runtime's arithmetic by so much that products
    // leave 32 bits.
    let small: Float = arithmetic == .onnxRuntime ? 1e-9 : 0.0004
    let output = try grid(scale: generator.below(8) == 0 ? small : outputScale)
    let bias = (0..<channels).map { _ in Int32(generator.below(20001)) - 10000 }
    let relu = generator.below(2) == 0
    let kernel = IntegerKernel(
      shape: shape, intWeights: codes(taps * channels), scales: scales, bias32: bias,
      activationRange: relu ? output.zeroPoint...127 : -128...127)
    return (kernel, output)
  }

  /// A depthwise convolution, and a max pooling with the same window behind it.
  mutating func depthwise(of image: [Int], multiplier: Int, window: Window) throws -> IntegerModel? {
    let channels = image[2] * multiplier
    let size = window.outputSize(of: (image[0], image[1]))
    let pooling = Window(
      size: (window.height, window.width), strides: (window.verticalStride, window.horizontalStride),
      padding: window.isDilated ? .none : window.padding)
    let pooled = pooling.outputSize(of: size)
    guard pooled.height > 0, pooled.width > 0 else { return nil }
    let (kernel, grid) = try kernel(
      [window.height, window.width, image[2], multiplier], taps: window.height * window.width,
      channels: channels)
    let operations = [
      try input(image),
      IntegerOperation(
        name: "depthwise", kind: .depthwiseConvolution(kernel, window), inputs: [0],
        shape: [size.height, size.width, channels], grid: grid),
      IntegerOperation(
        name: "pooling", kind: .maxPooling(pooling), inputs: [1],
        shape: [pooled.height, pooled.width, channels], grid: grid),
    ]
    return try IntegerModel(
      name: "depthwise", arithmetic: arithmetic, operations: operations, outputs: [1, 2])
  }

  /// A convolution, and a max pooling of 2 × 2 behind it if asked for.
  mutating func convolution(
    of image: [Int], filters: Int, window: Window, pooled: Bool, groups: Int = 1
  ) throws -> IntegerModel {
    let size = window.outputSize(of: (image[0], image[1]))
    let channels = image[2] / groups
    let (kernel, grid) = try kernel(
      [window.height, window.width, channels, filters], taps: window.height * window.width * channels,
      channels: filters)
    var operations = [
      try input(image),
      IntegerOperation(
        name: "convolution", kind: .convolution(kernel, window), inputs: [0],
        shape: [size.height, size.width, filters], grid: grid),
    ]
    if pooled {
      operations.append(
        IntegerOperation(
          name: "pooling", kind: .maxPooling(Window(size: (2, 2), strides: (2, 2))), inputs: [1],
          shape: [size.height / 2, size.width / 2, filters], grid: grid))
    }
    return try IntegerModel(
      name: "convolution", arithmetic: arithmetic, operations: operations, outputs: [operations.count - 1])
  }

  /// A transposed convolution of any size, strides and padding, to an output of any size that they permit.
  mutating func transposed(of image: [Int], filters: Int, atMost size: Int, strides most: Int) throws
    -> IntegerModel
  {
    let strides = (1 + generator.below(most), 1 + generator.below(most))
    // XNNPACK has no padding `same` for kernels smaller than their strides.
    let isSame = generator.below(2) == 0
    let size = (
      max(1 + generator.below(size), isSame ? strides.0 : 1),
      max(1 + generator.below(size), isSame ? strides.1 : 1)
    )
    let output = (
      (image[0] - 1) * strides.0 + (isSame ? 1 : size.0) + generator.below(strides.0),
      (image[1] - 1) * strides.1 + (isSame ? 1 : size.1) + generator.below(strides.1)
    )
    let window =
      isSame
      ? Window(size: size, strides: strides, transposedSameFrom: (image[0], image[1]), to: output)
      : Window(size: size, strides: strides)
    let (kernel, grid) = try kernel(
      [size.0, size.1, image[2], filters], taps: size.0 * size.1 * image[2], channels: filters)
    let operations = [
      try input(image),
      IntegerOperation(
        name: "transposed", kind: .transposedConvolution(kernel, window, isSame: isSame), inputs: [0],
        shape: [output.0, output.1, filters], grid: grid),
    ]
    return try IntegerModel(name: "transposed", arithmetic: arithmetic, operations: operations, outputs: [1])
  }

  /// A window that fits the image, of any strides and padding.
  mutating func window(for image: [Int], atMost size: Int, dilation: Int = 1) -> Window? {
    let (height, width) = (1 + generator.below(size), 1 + generator.below(size))
    let strides = (1 + generator.below(3), 1 + generator.below(3))
    let dilations = dilation == 1 ? (1, 1) : (1 + generator.below(dilation), 1 + generator.below(dilation))
    let (rows, columns) = ((height - 1) * dilations.0 + 1, (width - 1) * dilations.1 + 1)
    let window = Window(
      size: (height, width), strides: strides,
      padding: Window.Padding(
        top: generator.below(rows), left: generator.below(columns), bottom: generator.below(rows),
        right: generator.below(columns)), dilations: dilations)
    let output = window.outputSize(of: (image[0], image[1]))
    return output.height > 0 && output.width > 0 ? window : nil
  }

  /// A dense layer, whose weights are not below `lowestWeight`.
  mutating func dense(inputs: Int, units: Int, lowestWeight: Int8 = -128) throws -> IntegerModel {
    let (drawn, grid) = try kernel([inputs, units], taps: inputs, channels: units)
    let kernel = IntegerKernel(
      shape: drawn.shape, intWeights: drawn.intWeights.map { max($0, lowestWeight) }, scales: drawn.scales,
      bias32: drawn.bias32, activationRange: drawn.activationRange)
    let operations = [
      try input([inputs]),
      IntegerOperation(name: "dense", kind: .dense(kernel), inputs: [0], shape: [units], grid: grid),
    ]
    return try IntegerModel(name: "dense", arithmetic: arithmetic, operations: operations, outputs: [1])
  }

  /// A network with branches, in which codes are read late and by several operations, ending in two outputs.
  mutating func network() throws -> IntegerModel {
    var operations = [try input([10, 12, 3])]
    func append(
      _ kind: IntegerOperation.Kind, _ inputs: [Int], _ shape: [Int], _ grid: AffineQuantizer
    ) -> Int {
      operations.append(
        IntegerOperation(
          name: "operation \(operations.count)", kind: kind, inputs: inputs, shape: shape, grid: grid))
      return operations.count - 1
    }
    let same = Window(size: (3, 3), sameFor: (10, 12))
    let (first, grid) = try kernel([3, 3, 3, 40], taps: 27, channels: 40)
    let stem = append(.convolution(first, same), [0], [10, 12, 40], grid)
    let pooled = append(.maxPooling(Window(size: (2, 2), strides: (2, 2))), [stem], [5, 6, 40], grid)
    let padded = append(.padding(.init(top: 1, left: 1, bottom: 1, right: 1)), [pooled], [7, 8, 40], grid)
    let wide = try AffineQuantizer(scale: grid.scale * 10, zeroPoint: 3)
    let depthwise = IntegerKernel(
      shape: [3, 3, 40, 1], intWeights: codes(360), scales: [0.01], bias32: [Int32](repeating: 100, count: 40)
    )
    let left = append(
      .depthwiseConvolution(depthwise, Window(size: (3, 3))), [padded], [5, 6, 40], wide)
    let point = IntegerKernel(
      shape: [1, 1, 40, 40], intWeights: codes(1600), scales: [0.005],
      bias32: [Int32](repeating: -50, count: 40))
    let right = append(.convolution(point, Window(size: (1, 1))), [pooled], [5, 6, 40], wide)
    let sum = append(.add(activationRange: -128...127), [left, right], [5, 6, 40], grid)
    let both = append(.concatenation(axis: 2), [pooled, sum], [5, 6, 80], grid)
    let flat = append(.reshape, [both], [2400], grid)
    let (matrix, units) = try kernel([2400, 70], taps: 2400, channels: 70)
    // The reshape's codes lie in the concatenation's place, which must not be given away before both are
    // read.
    let dense = append(.dense(matrix), [flat], [70], units)
    let mean = append(.globalAveragePooling, [both], [80], grid)
    return try IntegerModel(
      name: "network", arithmetic: arithmetic, operations: operations, outputs: [dense, mean])
  }
}
