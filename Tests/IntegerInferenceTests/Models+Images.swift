import FixedPoint
import IntegerInference
import Support

extension Models {
  /// A network of the operations that ``network(seed:arithmetic:bitWidth:)`` lacks.
  ///
  /// They are dilation, groups, constants, differences and products, movements, and images of another size. ONNX Runtime
  /// has not all of them.
  static func imageNetwork(
    seed: UInt64 = 1, arithmetic: IntegerArithmetic = .tflite, bitWidth: Int = 8
  ) throws -> IntegerModel {
    var generator = SeededGenerator(seed: seed)
    let (image, wide) = (try grid(1 / 255, -128), try grid(0.05, -20))
    let dilated = kernel([3, 3, 4, 4], channels: 4, bitWidth: bitWidth, using: &generator)
    let grouped = kernel([2, 2, 2, 6], channels: 6, bitWidth: bitWidth, using: &generator)
    let apart = kernel([2, 3, 6, 1], channels: 6, bitWidth: bitWidth, using: &generator)
    let wider = kernel([3, 3, 6, 3], channels: 3, bitWidth: bitWidth, using: &generator)
    var operations: [IntegerOperation] = []
    func append(
      _ name: String, _ kind: IntegerOperation.Kind, _ shape: [Int], _ grid: AffineQuantizer,
      with other: Int? = nil
    ) {
      let isSource = operations.isEmpty || kind.word == "constant"
      let inputs = isSource ? [] : [operations.count - 1] + (other.map { [$0] } ?? [])
      operations.append(IntegerOperation(name: name, kind: kind, inputs: inputs, shape: shape, grid: grid))
    }
    append("image", .input, [6, 5, 4], image)
    append("weights", .constant(codes(4, using: &generator)), [1, 1, 4], try grid(0.01, 0))
    operations.append(
      IntegerOperation(
        name: "scaled", kind: .multiply(activationRange: -128...127), inputs: [0, 1], shape: [6, 5, 4],
        grid: try grid(0.01, 5)))
    append(
      "dilated", .convolution(dilated, Window(size: (3, 3), sameFor: (6, 5), dilations: (2, 2))), [6, 5, 4],
      wide)
    append("grouped", .convolution(grouped, Window(size: (2, 2))), [5, 4, 6], wide)
    append(
      "apart", .depthwiseConvolution(apart, Window(size: (2, 3), sameFor: (5, 4), dilations: (3, 2))),
      [5, 4, 6],
      wide)
    append("difference", .subtract(activationRange: -100...127), [5, 4, 6], wide, with: 4)
    operations.append(
      IntegerOperation(
        name: "slopes", kind: .constant(codes(6, using: &generator)), shape: [6], grid: try grid(0.004, 3)))
    operations.append(
      IntegerOperation(name: "prelu", kind: .prelu, inputs: [6, 7], shape: [5, 4, 6], grid: wide))
    append(
      "larger",
      .transposedConvolution(
        wider, Window(size: (3, 3), strides: (2, 2), transposedSameFrom: (5, 4), to: (10, 7)), isSame: true),
      [10, 7, 3], wide)
    append("nearest", .resizeNearestNeighbor(alignCorners: false, halfPixelCenters: true), [7, 9, 3], wide)
    append("bilinear", .resizeBilinear(alignCorners: true, halfPixelCenters: false), [5, 6, 3], wide)
    append("padded", .constantPadding(before: [1, 0, 2], after: [0, 2, 0], code: 9), [6, 8, 5], wide)
    append("slice", .slice(begin: [5, 1, 0], size: [3, 4, 3], strides: [-2, 2, 2]), [3, 4, 3], wide)
    append("turned", .transpose(permutation: [2, 0, 1]), [3, 3, 4], wide)
    return try IntegerModel(name: "images", arithmetic: arithmetic, operations: operations, outputs: [14])
  }
}
