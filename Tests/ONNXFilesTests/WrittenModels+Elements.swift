import FixedPoint
import IntegerInference

extension WrittenModels {
  static let elements: [(name: String, make: Maker)] = [
    (
      "addition",
      { maker in
        try maker.input(5, 5, 4)
        let left = try maker.convolution(4, Window(size: (3, 3), sameFor: (5, 5)))
        try maker.ownGrid(
          "addition", .add(activationRange: all), [0, left], [5, 5, 4], scale: 0.07, zeroPoint: 3)
        try maker.ownGrid(
          "addition", .add(activationRange: all), [2, 0], [5, 5, 4], scale: 0.09, zeroPoint: -128)
        try maker.ownGrid(
          "addition", .add(activationRange: -20...100), [3, left], [5, 5, 4], scale: 0.11, zeroPoint: -20)
      }
    ),
    (
      "multiplication",
      { maker in
        try maker.input(5, 4, 6)
        let other = try maker.convolution(6, Window(size: (1, 1)))
        try maker.ownGrid(
          "product", .multiply(activationRange: all), [0, other], [5, 4, 6], scale: 0.11, zeroPoint: -5)
        try maker.ownGrid(
          "product", .multiply(activationRange: -5...90), [2, 0], [5, 4, 6], scale: 0.17, zeroPoint: -5)
      }
    ),
    (
      "channels",
      { maker in
        try maker.input(5, 4, 6)
        try maker.ownGrid("mean", .globalAveragePooling, [0], [1, 1, 6], scale: 0.02, zeroPoint: 4)
        try maker.ownGrid(
          "product", .multiply(activationRange: all), [0, 1], [5, 4, 6], scale: 0.02, zeroPoint: -9)
        try maker.ownGrid(
          "sum", .add(activationRange: all), [1, 2], [5, 4, 6], scale: 0.03, zeroPoint: 17)
      }
    ),
    (
      "operands_of_other_ranks",
      { maker in
        try maker.input(5, 4, 6)
        try maker.ownGrid("mean", .globalAveragePooling, [0], [6], scale: 0.02, zeroPoint: 4)
        try maker.ownGrid("sum", .add(activationRange: all), [0, 1], [5, 4, 6], scale: 0.06, zeroPoint: 9)
        try maker.sameGrid(
          "slice", .slice(begin: [1, 0, 0], size: [1, 4, 6], strides: [1, 1, 1]), [2], [1, 4, 6])
        try maker.sameGrid("rows", .reshape, [3], [4, 6])
        try maker.ownGrid(
          "product", .multiply(activationRange: all), [4, 2], [5, 4, 6], scale: 0.07, zeroPoint: -11)
      }
    ),
    (
      "constants",
      { maker in
        try maker.input(5, 4, 6)
        let slopes = try maker.ownGrid(
          "factors", .constant([3, 50, 127, -40, 0, 90]), [], [1, 1, 6], scale: 0.004, zeroPoint: -3)
        try maker.ownGrid(
          "product", .multiply(activationRange: all), [0, slopes], [5, 4, 6], scale: 0.041, zeroPoint: -30)
        let offset = try maker.ownGrid("offset", .constant([77]), [], [1], scale: 0.02, zeroPoint: 5)
        try maker.ownGrid(
          "sum", .add(activationRange: all), [2, offset], [5, 4, 6], scale: 0.05, zeroPoint: -40)
        let image = try maker.ownGrid(
          "image", .constant((0..<120).map { Int8($0 - 60) }), [], [5, 4, 6], scale: 0.02, zeroPoint: 0)
        try maker.ownGrid(
          "sum", .add(activationRange: all), [image, 4], [5, 4, 6], scale: 0.06, zeroPoint: -40)
      }
    ),
    (
      "poolings",
      { maker in
        try maker.input(9, 7, 5)
        try maker.sameGrid("maximum", .maxPooling(Window(size: (2, 2), sameFor: (9, 7))), [0], [9, 7, 5])
        try maker.ownGrid(
          "average", .averagePooling(Window(size: (3, 3), strides: (2, 2), sameFor: (9, 7))), [1], [5, 4, 5],
          scale: 0.041, zeroPoint: 3)
        try maker.sameGrid("average", .averagePooling(Window(size: (2, 2))), [2], [4, 3, 5])
      }
    ),
    (
      "mean",
      { maker in
        try maker.input(7, 9, 6)
        try maker.ownGrid("mean", .globalAveragePooling, [0], [6], scale: 0.021, zeroPoint: 12)
        try maker.dense(5)
      }
    ),
    (
      "softmax",
      { maker in
        try maker.input(10, scale: 0.1)
        try maker.ownGrid("softmax", .softmax, [0], [10], scale: 1 / 255, zeroPoint: -128)
      }
    ),
    (
      "softmax_of_pixels",
      { maker in
        try maker.input(3, 4, 7, scale: 0.1)
        try maker.ownGrid("softmax", .softmax, [0], [3, 4, 7], scale: 1 / 256, zeroPoint: -128)
      }
    ),
    (
      "activations",
      { maker in
        try maker.input(64)
        try maker.ownGrid("swish", .hardSwish, [0], [64], scale: 0.04, zeroPoint: -119)
        try maker.ownGrid("leaky", .leakyReLU(slope: 0.3), [1], [64], scale: 0.031, zeroPoint: -90)
        try maker.ownGrid("sigmoid", .sigmoid, [2], [64], scale: 0.0041, zeroPoint: -120)
        try maker.ownGrid("tanh", .tanh, [3], [64], scale: 0.0061, zeroPoint: 3)
      }
    ),
    (
      "requantizations",
      { maker in
        try maker.input(64)
        try maker.ownGrid(
          "requantization", .requantization(activationRange: all), [0], [64], scale: 0.037, zeroPoint: 9)
        try maker.ownGrid(
          "relu", .requantization(activationRange: -100...127), [1], [64], scale: 0.021, zeroPoint: -100)
        try maker.dense(20)
        try maker.ownGrid(
          "requantization", .requantization(activationRange: all), [3], [20],
          scale: maker.operations[3].grid.scale * 1.3, zeroPoint: 4)
        try maker.dense(9)
        try maker.ownGrid(
          "relu6", .requantization(activationRange: 4...100), [5], [9],
          scale: maker.operations[5].grid.scale * 0.7, zeroPoint: 4)
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

  static let movements: [(name: String, make: Maker)] = [
    (
      "shapes",
      { maker in
        try maker.input(4, 6, 2)
        try maker.sameGrid("padding", .padding(.init(top: 1, left: 0, bottom: 2, right: 3)), [0], [7, 9, 2])
        try maker.sameGrid("concatenation", .concatenation(axis: 2), [1, 1], [7, 9, 4])
        try maker.sameGrid("concatenation", .concatenation(axis: 0), [2, 2], [14, 9, 4])
        try maker.sameGrid("reshape", .reshape, [3], [504])
        try maker.sameGrid("reshape", .reshape, [4], [7, 8, 9])
        try maker.convolution(3, Window(size: (1, 1)))
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
        try maker.sameGrid("reshape", .reshape, [3], [12, 5])
        try maker.sameGrid("transpose", .transpose(permutation: [1, 0]), [4], [5, 12])
      }
    ),
    (
      "resizings",
      { maker in
        try maker.input(5, 4, 3)
        try maker.sameGrid(
          "nearest", .resizeNearestNeighbor(alignCorners: false, halfPixelCenters: true), [0], [11, 8, 3])
        try maker.sameGrid(
          "nearest", .resizeNearestNeighbor(alignCorners: false, halfPixelCenters: false), [1], [22, 24, 3])
        try maker.sameGrid(
          "nearest", .resizeNearestNeighbor(alignCorners: true, halfPixelCenters: false), [2], [9, 10, 3])
        try maker.convolution(4, Window(size: (3, 3)))
      }
    ),
    (
      "two_inputs_and_outputs",
      { maker in
        try maker.input(6, 5, 3)
        try maker.input(6, 5, 3, scale: 0.08, zeroPoint: 20)
        let first = try maker.convolution(4, Window(size: (3, 3)), reading: 0, limit: .infinity)
        try maker.convolution(4, Window(size: (3, 3)), reading: 1)
        try maker.ownGrid("sum", .add(activationRange: all), [2, 3], [4, 3, 4], scale: 2, zeroPoint: 1)
        try maker.sameGrid("flatten", .reshape, [4], [48])
        try maker.dense(3)
        maker.outputs = [first, 6, 4]
      }
    ),
  ]

  private static let all: ClosedRange<Int32> = -128...127
}
