import FixedPoint
import IntegerInference

/// Models of every operation that is written, with odd shapes, scales and limits.
enum WrittenModels {
  static let names = models.map(\.name)

  /// The model of a name, in an arithmetic.
  static func model(_ name: String, _ arithmetic: IntegerArithmetic) throws -> IntegerModel {
    var maker = ModelMaker(seed: UInt64(names.firstIndex(of: name) ?? 0) + 1)
    for one in models where one.name == name { try one.make(&maker) }
    return try maker.model(name, arithmetic)
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
  ]
}
