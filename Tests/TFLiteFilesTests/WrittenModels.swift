import FixedPoint
import IntegerInference

/// Models of every operation that is written, with odd shapes, scales and limits.
enum WrittenModels {
  static let names = models.map(\.name)

  /// The model of a name, in an arithmetic.
  static func model(_ name: String, _ arithmetic: IntegerArithmetic) throws -> IntegerModel {
    var maker = ModelMaker(seed: UInt64(names.firstIndex(of: name) ?? 0) + 1, arithmetic)
    for one in models where one.name == name { try one.make(&maker) }
    return try maker.model(name)
  }

  private static let square3 = (height: 3, width: 3)

  private static let models: [(name: String, make: @Sendable (inout ModelMaker) throws -> Void)] = [
    (
      "convolution",
      { maker in
        try maker.input(9, 7, 5)
        try maker.convolution(11, Window(size: square3, sameFor: (9, 7)), activation: 1)
        try maker.convolution(6, Window(size: (2, 3), strides: (2, 1)))
      }
    ),
    (
      "convolution_same_stride",
      { maker in
        try maker.input(10, 10, 3)
        try maker.convolution(
          8, Window(size: square3, strides: (2, 2), sameFor: (10, 10)), scales: 1, activation: 6)
      }
    ),
    (
      "convolution_padded",
      { maker in
        try maker.input(8, 8, 3)
        let padding = Window.Padding(top: 1, left: 1, bottom: 1, right: 1)
        try maker.convolution(8, Window(size: square3, strides: (2, 2), padding: padding))
        try maker.depthwise(1, Window(size: square3, strides: (2, 2), padding: padding))
      }
    ),
    (
      "convolution_4_bits",
      { maker in
        try maker.input(9, 7, 5)
        try maker.convolution(7, Window(size: square3), bits: 4, activation: 1)
        try maker.convolution(9, Window(size: square3), bits: 3)
      }
    ),
    (
      "depthwise",
      { maker in
        try maker.input(9, 7, 5)
        try maker.depthwise(1, Window(size: square3, strides: (2, 2), sameFor: (9, 7)), activation: 6)
        try maker.depthwise(3, Window(size: (2, 2)))
      }
    ),
    (
      "depthwise_4_bits",
      { maker in
        try maker.input(9, 7, 5)
        try maker.depthwise(1, Window(size: square3), bits: 4)
      }
    ),
    (
      "dense",
      { maker in
        try maker.input(63)
        try maker.dense(20, activation: 1)
        try maker.dense(20, scales: 1)
        try maker.dense(7, bits: 6)
      }
    ),
    (
      "dense_4_bits",
      { maker in
        try maker.input(63)
        try maker.dense(21, bits: 4)
        try maker.dense(20, bits: 4, scales: 1)
        try maker.dense(7, bits: 2)
      }
    ),
    (
      "dense_4_bits_even",
      { maker in
        try maker.input(64)
        try maker.dense(22, bits: 4, activation: 1)
        try maker.dense(20, bits: 3, scales: 1)
      }
    ),
    (
      "dense_of_rows",
      { maker in
        try maker.input(5, 12)
        try maker.dense(6)
      }
    ),
    (
      "poolings",
      { maker in
        try maker.input(9, 7, 5)
        try maker.sameGrid("maximum", .maxPooling(Window(size: (2, 2), sameFor: (9, 7))), [0], [9, 7, 5])
        try maker.sameGrid(
          "average", .averagePooling(Window(size: square3, strides: (2, 2), sameFor: (9, 7))), [1], [5, 4, 5])
      }
    ),
    (
      "mean",
      { maker in
        try maker.input(7, 9, 6)
        try maker.ownGrid("mean", .globalAveragePooling, [0], [6], scale: 0.021, zeroPoint: 12)
      }
    ),
    (
      "mean_kept",
      { maker in
        try maker.input(7, 9, 6)
        try maker.ownGrid("mean", .globalAveragePooling, [0], [1, 1, 6], scale: 0.021, zeroPoint: 12)
      }
    ),
    (
      "addition",
      { maker in
        try maker.input(5, 5, 4)
        let left = try maker.convolution(4, Window(size: square3, sameFor: (5, 5)))
        try maker.ownGrid(
          "addition", .add(activationRange: -128...127), [0, left], [5, 5, 4], scale: 0.07, zeroPoint: 3)
        try maker.ownGrid(
          "addition", .add(activationRange: -128...127), [2, 0], [5, 5, 4], scale: 0.09, zeroPoint: -128)
      }
    ),
    (
      "shapes",
      { maker in
        try maker.input(4, 6, 2)
        try maker.sameGrid(
          "padding", .padding(.init(top: 1, left: 0, bottom: 2, right: 3)), [0], [7, 9, 2])
        try maker.sameGrid("concatenation", .concatenation(axis: 2), [1, 1], [7, 9, 4])
        try maker.sameGrid("concatenation", .concatenation(axis: 0), [2, 2], [14, 9, 4])
        try maker.sameGrid("reshape", .reshape, [3], [504])
      }
    ),
    (
      "softmax",
      { maker in
        try maker.input(10, scale: 0.1)
        try maker.ownGrid("softmax", .softmax, [0], [10], scale: 0x1p-8, zeroPoint: -128)
      }
    ),
    (
      "activations",
      { maker in
        try maker.input(64)
        try maker.ownGrid("swish", .hardSwish, [0], [64], scale: 0.04, zeroPoint: -119)
        try maker.ownGrid("leaky", .leakyReLU(slope: 0.3), [1], [64], scale: 0.031, zeroPoint: -90)
        try maker.ownGrid("sigmoid", .sigmoid, [2], [64], scale: 0x1p-8, zeroPoint: -128)
      }
    ),
    (
      "tanh",
      { maker in
        try maker.input(64, scale: 0.02)
        try maker.ownGrid("tanh", .tanh, [0], [64], scale: 0x1p-7, zeroPoint: 0)
      }
    ),
    (
      "requantizations",
      { maker in
        try maker.input(64)
        try maker.ownGrid(
          "requantization", .requantization(activationRange: -128...127), [0], [64], scale: 0.037,
          zeroPoint: 9)
        try maker.ownGrid(
          "relu", .requantization(activationRange: -100...127), [1], [64], scale: 0.021, zeroPoint: -100)
      }
    ),
    (
      "relu6",
      { maker in
        try maker.input(64)
        try maker.sameGrid("relu6", .requantization(activationRange: -7...113), [0], [64])
      }
    ),
    (
      "relu6_of_its_own",
      { maker in
        try maker.input(64)
        try maker.ownGrid(
          "relu6", .requantization(activationRange: -100...100), [0], [64], scale: 0.03, zeroPoint: -100)
      }
    ),
    (
      "relu_n1_to_1",
      { maker in
        try maker.input(64)
        try maker.sameGrid("relu", .requantization(activationRange: -27...13), [0], [64])
      }
    ),
    (
      "convolution_dilated",
      { maker in
        try maker.input(12, 11, 4)
        try maker.convolution(5, Window(size: square3, sameFor: (12, 11), dilations: (2, 3)))
        try maker.depthwise(2, Window(size: (3, 2), dilations: (2, 2)), activation: 1)
      }
    ),
    (
      "convolution_grouped",
      { maker in
        try maker.input(8, 7, 6)
        try maker.convolution(8, Window(size: square3), groups: 2)
      }
    ),
    (
      "transposed",
      { maker in
        try maker.input(5, 4, 6)
        try maker.transposed(
          3, Window(size: (2, 2), strides: (2, 2)), to: (10, 8), isSame: false, activation: 1)
        try maker.transposed(
          4,
          Window(
            size: square3, strides: (2, 2), transposedSameFrom: (10, 8), to: (20, 16)), to: (20, 16),
          isSame: true)
      }
    ),
    (
      "elements",
      { maker in
        try maker.input(5, 4, 6)
        let other = try maker.convolution(6, Window(size: (1, 1)))
        try maker.ownGrid(
          "product", .multiply(activationRange: -128...127), [0, other], [5, 4, 6], scale: 0.11,
          zeroPoint: -5)
        try maker.ownGrid(
          "difference", .subtract(activationRange: -128...127), [2, 0], [5, 4, 6], scale: 0.17,
          zeroPoint: 11)
      }
    ),
    (
      "channels",
      { maker in
        try maker.input(5, 4, 6)
        try maker.ownGrid("mean", .globalAveragePooling, [0], [1, 1, 6], scale: 0.02, zeroPoint: 4)
        try maker.ownGrid(
          "product", .multiply(activationRange: -128...127), [0, 1], [5, 4, 6], scale: 0.02, zeroPoint: -9)
      }
    ),
    (
      "constants",
      { maker in
        try maker.input(5, 4, 6)
        let slopes = try maker.ownGrid(
          "slopes", .constant([3, 50, 127, -40, 0, 90]), [], [1, 1, 6], scale: 0.004, zeroPoint: -3)
        try maker.ownGrid("prelu", .prelu, [0, slopes], [5, 4, 6], scale: 0.041, zeroPoint: -30)
        let offset = try maker.ownGrid("offset", .constant([77]), [], [1], scale: 0.02, zeroPoint: 5)
        try maker.ownGrid(
          "sum", .add(activationRange: -128...127), [2, offset], [5, 4, 6], scale: 0.05, zeroPoint: -40)
      }
    ),
    (
      "movement",
      { maker in
        try maker.input(6, 7, 3)
        try maker.sameGrid(
          "slice", .slice(begin: [1, 6, 0], size: [2, 3, 3], strides: [2, -3, 1]), [0], [2, 3, 3])
        try maker.sameGrid("transpose", .transpose(permutation: [2, 0, 1]), [1], [3, 2, 3])
        try maker.sameGrid(
          "padding", .constantPadding(before: [0, 1, 2], after: [1, 0, 0], code: 99), [2], [4, 3, 5])
      }
    ),
    (
      "resizings",
      { maker in
        try maker.input(5, 4, 3)
        try maker.sameGrid(
          "nearest", .resizeNearestNeighbor(alignCorners: false, halfPixelCenters: true), [0], [11, 8, 3])
        try maker.sameGrid(
          "nearest", .resizeNearestNeighbor(alignCorners: false, halfPixelCenters: false), [1], [7, 9, 3])
        try maker.sameGrid(
          "bilinear", .resizeBilinear(alignCorners: false, halfPixelCenters: true), [2], [14, 18, 3])
        try maker.sameGrid(
          "bilinear", .resizeBilinear(alignCorners: true, halfPixelCenters: false), [3], [9, 11, 3])
      }
    ),
    (
      "relu6_on_a_tie",
      { maker in
        try maker.input(63)
        // 6 is 7.5 steps: code 7 of LiteRT's reference, 6 of XNNPACK.
        try maker.dense(20, activation: 6, grid: AffineQuantizer(scale: 0.8, zeroPoint: -1))
      }
    ),
  ]
}
