import FixedPoint
import IntegerInference

/// Models of every operation that is written, with odd shapes, scales and limits.
enum WrittenModels {
  static let names = models.map(\.name)

  /// The model of a name.
  static func model(_ name: String) throws -> IntegerModel {
    var maker = WrittenModelMaker(seed: UInt64(names.firstIndex(of: name) ?? 0) + 1)
    for one in models where one.name == name { try one.make(&maker) }
    return try maker.model(name)
  }

  typealias Maker = @Sendable (inout WrittenModelMaker) throws -> Void
  private static let models = kernels + elements + movements
  private static let square3 = (height: 3, width: 3)

  private static let kernels: [(name: String, make: Maker)] = [
    (
      "convolution_and_dense",
      { maker in
        try maker.input(9, 7, 5)
        try maker.convolution(11, Window(size: square3, sameFor: (9, 7)), limit: .infinity)
        try maker.convolution(6, Window(size: (2, 3), strides: (2, 1)))
        try maker.sameGrid("flatten", .reshape, [2], [120])
        try maker.dense(10)
      }
    ),
    (
      "convolution_limits",
      { maker in
        try maker.input(10, 10, 3)
        try maker.convolution(
          8, Window(size: square3, strides: (2, 2), sameFor: (10, 10)), scales: 1, limit: 1)
        try maker.convolution(5, Window(size: square3), limit: .infinity, zeroPoint: -90)
        try maker.convolution(6, Window(size: square3), limit: 6, zeroPoint: -3)
      }
    ),
    (
      "convolution_padded",
      { maker in
        try maker.input(8, 8, 3)
        let padding = Window.Padding(top: 1, left: 0, bottom: 2, right: 1)
        try maker.convolution(8, Window(size: square3, strides: (2, 2), padding: padding))
        try maker.depthwise(1, Window(size: square3, strides: (2, 2), padding: padding))
      }
    ),
    (
      "convolution_4_bits",
      { maker in
        try maker.input(9, 7, 5)
        try maker.convolution(7, Window(size: square3), bits: 4, limit: .infinity)
        try maker.convolution(9, Window(size: square3), bits: 3)
        try maker.convolution(3, Window(size: (1, 1)), bits: 6)
      }
    ),
    (
      "weights_of_7_bits",
      { maker in
        try maker.input(9, 7, 5)
        try maker.convolution(7, Window(size: square3), bits: 7, limit: .infinity)
        try maker.depthwise(1, Window(size: square3, sameFor: (7, 5)), bits: 7)
        try maker.sameGrid("flatten", .reshape, [2], [245])
        try maker.dense(10, bits: 7)
      }
    ),
    (
      "depthwise",
      { maker in
        try maker.input(9, 7, 5)
        try maker.depthwise(1, Window(size: square3, strides: (2, 2), sameFor: (9, 7)), limit: 6)
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
      "convolution_dilated",
      { maker in
        try maker.input(12, 11, 4)
        try maker.convolution(5, Window(size: square3, sameFor: (12, 11), dilations: (2, 3)))
        try maker.depthwise(2, Window(size: (3, 2), dilations: (2, 2)), limit: .infinity)
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
      "dense",
      { maker in
        try maker.input(63)
        try maker.dense(20, limit: .infinity)
        try maker.dense(20, scales: 1)
        try maker.dense(7, bits: 6)
      }
    ),
    (
      "dense_without_bias",
      { maker in
        try maker.input(64)
        try maker.dense(20, limit: 6, zeroPoint: -60, hasBias: false)
        try maker.dense(9, scales: 1, hasBias: false)
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
      "dense_of_rows",
      { maker in
        try maker.input(5, 12)
        try maker.dense(6)
        try maker.sameGrid("reshape", .reshape, [1], [3, 2, 5])
        try maker.dense(7, limit: .infinity)
      }
    ),
    (
      "activations_of_4_bits",
      { maker in
        try maker.input(9, 7, 5, zeroPoint: 2, codes: -8...7)
        try maker.convolution(7, Window(size: square3), bits: 4, limit: .infinity, codes: -8...7)
        try maker.ownGrid(
          "average", .averagePooling(Window(size: (2, 2))), [1], [6, 4, 7],
          scale: maker.operations[1].grid.scale * 0.8, zeroPoint: -8, codes: -8...7)
        try maker.sameGrid("reshape", .reshape, [2], [168])
        try maker.dense(10, bits: 4)
      }
    ),
  ]
}
