import FixedPoint
import IntegerInference
import Support

/// A chain of integer operations with random codes, for measurements of speed.
struct IntegerChain {
  private(set) var operations: [IntegerOperation] = []
  private var generator = SeededGenerator(seed: 1)

  private var shape: [Int] { operations[operations.count - 1].shape }

  private mutating func append(
    _ name: String, _ kind: IntegerOperation.Kind, _ shape: [Int], _ grid: AffineQuantizer
  ) {
    operations.append(
      IntegerOperation(
        name: "\(name)_\(operations.count)", kind: kind,
        inputs: operations.isEmpty ? [] : [operations.count - 1],
        shape: shape, grid: grid))
  }

  private var lastGrid: AffineQuantizer { operations[operations.count - 1].grid }

  /// Adds the input: images of real numbers 0 … 1.
  mutating func input(_ shape: [Int]) throws {
    append("input", .input, shape, try AffineQuantizer(scale: 1 / 255, zeroPoint: -128))
  }

  /// A kernel with `taps` products in each sum, and the grid of its output after ReLU.
  private mutating func kernel(_ shape: [Int], taps: Int, channels: Int) throws -> (
    IntegerKernel, AffineQuantizer
  ) {
    let codes = (0..<(taps * channels)).map { _ in Int8(generator.below(255) - 127) }
    let scales = [Float](repeating: 0.01, count: channels)
    let grid = try AffineQuantizer(scale: lastGrid.scale * Float(taps).squareRoot(), zeroPoint: -128)
    let bias = [Int32](repeating: 0, count: channels)
    return (IntegerKernel(shape: shape, intWeights: codes, scales: scales, bias32: bias), grid)
  }

  /// Adds a convolution of 3 × 3 with ReLU, and max pooling of 2 × 2.
  mutating func block(filters: Int, samePadding: Bool) throws {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let window =
      samePadding ? Window(size: (3, 3), sameFor: (height, width)) : Window(size: (3, 3))
    let size = window.outputSize(of: (height, width))
    let (kernel, grid) = try kernel([3, 3, channels, filters], taps: 9 * channels, channels: filters)
    append("convolution", .convolution(kernel, window), [size.height, size.width, filters], grid)
    let pooling = Window(size: (2, 2), strides: (2, 2))
    append("pooling", .maxPooling(pooling), [size.height / 2, size.width / 2, filters], grid)
  }

  /// Adds a convolution with ReLU.
  mutating func convolution(filters: Int, size: (Int, Int), stride: Int, samePadding: Bool) throws {
    let channels = shape[2]
    let (window, height, width) = window(size, stride, samePadding)
    let (kernel, grid) = try kernel(
      [size.0, size.1, channels, filters], taps: size.0 * size.1 * channels, channels: filters)
    append("convolution", .convolution(kernel, window), [height, width, filters], grid)
  }

  /// Adds a depthwise convolution with ReLU.
  mutating func depthwise(size: (Int, Int), stride: Int, samePadding: Bool) throws {
    let channels = shape[2]
    let (window, height, width) = window(size, stride, samePadding)
    let (kernel, grid) = try kernel(
      [size.0, size.1, channels, 1], taps: size.0 * size.1, channels: channels)
    append("depthwise", .depthwiseConvolution(kernel, window), [height, width, channels], grid)
  }

  /// A window on the last images, and the size of what it gives.
  private func window(_ size: (Int, Int), _ stride: Int, _ samePadding: Bool) -> (Window, Int, Int) {
    let image = (height: shape[0], width: shape[1])
    let window =
      samePadding
      ? Window(size: size, strides: (stride, stride), sameFor: image)
      : Window(size: size, strides: (stride, stride))
    let result = window.outputSize(of: image)
    return (window, result.height, result.width)
  }

  /// Adds the average over all pixels, by a window.
  mutating func averagePooling() {
    append("pooling", .averagePooling(Window(size: (shape[0], shape[1]))), [1, 1, shape[2]], lastGrid)
  }

  /// Adds probabilities.
  mutating func softmax() throws {
    append("softmax", .softmax, shape, try AffineQuantizer(scale: 0x1p-8, zeroPoint: -128))
  }

  mutating func flatten() { append("flatten", .reshape, [shape.reduce(1, *)], lastGrid) }

  mutating func dense(units: Int) throws {
    let (kernel, grid) = try kernel([shape[0], units], taps: shape[0], channels: units)
    append("dense", .dense(kernel), [units], grid)
  }

  func model(_ name: String, _ arithmetic: IntegerArithmetic) throws -> IntegerModel {
    try IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: [operations.count - 1])
  }
}

extension Subject {
  /// The model with random codes, in the form of converted models: normalization is folded, and ReLU is an activation
  /// range.
  public func integerModel(_ arithmetic: IntegerArithmetic) throws -> IntegerModel {
    var chain = IntegerChain()
    try chain.input([28, 28, 1])
    switch self {
    case .small: try chain.block(filters: 12, samePadding: false)
    case .leNetBN:
      try chain.block(filters: 32, samePadding: true)
      try chain.block(filters: 64, samePadding: true)
    }
    chain.flatten()
    if self == .leNetBN { try chain.dense(units: 128) }
    try chain.dense(units: 10)
    return try chain.model(rawValue, arithmetic)
  }

  /// The parts of the model that have a kernel, each as a separate model with its pooling.
  public func integerParts(_ arithmetic: IntegerArithmetic) throws -> [IntegerModel] {
    func part(_ name: String, _ shape: [Int], _ build: (inout IntegerChain) throws -> Void) throws
      -> IntegerModel
    {
      var chain = IntegerChain()
      try chain.input(shape)
      try build(&chain)
      return try chain.model(name, arithmetic)
    }
    switch self {
    case .small:
      return [
        try part("convolution 12@3×3, pooling", [28, 28, 1]) {
          try $0.block(filters: 12, samePadding: false)
        },
        try part("dense 2028 → 10", [2028]) { try $0.dense(units: 10) },
      ]
    case .leNetBN:
      return [
        try part("convolution 32@3×3, pooling", [28, 28, 1]) { try $0.block(filters: 32, samePadding: true) },
        try part("convolution 64@3×3×32, pooling", [14, 14, 32]) {
          try $0.block(filters: 64, samePadding: true)
        },
        try part("dense 3136 → 128", [3136]) { try $0.dense(units: 128) },
        try part("dense 128 → 10", [128]) { try $0.dense(units: 10) },
      ]
    }
  }
}

extension IntegerModel {
  /// The multiply-adds of one example.
  public var multiplyAdds: Int {
    operations.reduce(0) { sum, operation in
      guard let kernel = operation.kernel else { return sum }
      return sum + operation.count * (kernel.intWeights.count / kernel.bias32.count)
    }
  }
}
