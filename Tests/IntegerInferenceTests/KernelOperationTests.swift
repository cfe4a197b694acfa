import FixedPoint
import IntegerInference
import Support
import Testing

/// Convolutions and dense layers against loops over 64-bit integers, written from the formula.
@Suite struct KernelOperationTests {
  /// Height, width, channels, filters, window, strides; `same` padding or none.
  struct Case: CustomStringConvertible, Sendable {
    let image: [Int]
    let filters: Int
    let size: (Int, Int)
    let strides: (Int, Int)
    let isSame: Bool
    var dilations = (1, 1)
    var groups = 1
    var description: String {
      "\(image) \(filters) \(size) \(strides) \(isSame ? "same" : "valid") \(dilations) \(groups)"
    }

    var window: Window {
      isSame
        ? Window(size: size, strides: strides, sameFor: (image[0], image[1]), dilations: dilations)
        : Window(size: size, strides: strides, dilations: dilations)
    }
  }

  static let cases = [
    Case(image: [1, 1, 1], filters: 1, size: (1, 1), strides: (1, 1), isSame: false),
    Case(image: [5, 7, 3], filters: 4, size: (3, 3), strides: (1, 1), isSame: true),
    Case(image: [6, 5, 1], filters: 17, size: (5, 5), strides: (1, 1), isSame: true),
    Case(image: [8, 6, 2], filters: 3, size: (2, 3), strides: (2, 1), isSame: true),
    Case(image: [7, 9, 5], filters: 2, size: (3, 2), strides: (3, 2), isSame: false),
    Case(image: [4, 4, 16], filters: 33, size: (1, 1), strides: (2, 2), isSame: false),
    Case(image: [3, 3, 2], filters: 3, size: (1, 3), strides: (2, 3), isSame: true),
    Case(image: [2, 11, 1], filters: 2, size: (2, 7), strides: (1, 4), isSame: true),
    Case(image: [7, 8, 3], filters: 5, size: (3, 3), strides: (1, 1), isSame: true, dilations: (2, 3)),
    Case(image: [9, 7, 2], filters: 3, size: (2, 3), strides: (2, 1), isSame: false, dilations: (4, 2)),
    Case(image: [1, 2, 1], filters: 2, size: (2, 2), strides: (1, 1), isSame: true, dilations: (3, 9)),
    Case(image: [5, 6, 6], filters: 9, size: (3, 2), strides: (1, 2), isSame: true, groups: 3),
    Case(image: [4, 5, 4], filters: 4, size: (3, 3), strides: (1, 1), isSame: true, groups: 4),
    Case(
      image: [8, 7, 4], filters: 2, size: (3, 3), strides: (1, 1), isSame: true, dilations: (2, 2), groups: 2),
  ]

  /// The accumulator of an output pixel by the definition of a convolution.
  private func accumulator(
    _ image: [Int8], _ extents: [Int], _ zeroPoint: Int32, _ window: Window, row: Int, column: Int,
    weight: (Int, Int, Int) -> Int8?
  ) -> Int64 {
    var sum: Int64 = 0
    for r in 0..<window.height {
      for c in 0..<window.width {
        let (y, x) = (
          row * window.verticalStride + r * window.verticalDilation - window.padding.top,
          column * window.horizontalStride + c * window.horizontalDilation - window.padding.left
        )
        guard (0..<extents[0]).contains(y), (0..<extents[1]).contains(x) else { continue }
        for channel in 0..<extents[2] {
          guard let weight = weight(r, c, channel) else { continue }
          let code = image[(y * extents[1] + x) * extents[2] + channel]
          sum += (Int64(code) - Int64(zeroPoint)) * Int64(weight)
        }
      }
    }
    return sum
  }

  @Test(arguments: cases, IntegerArithmetic.allCases)
  func `an integer convolution equals its definition`(_ shape: Case, _ arithmetic: IntegerArithmetic) throws {
    var generator = SeededGenerator(seed: 7)
    let window = shape.window
    let size = window.outputSize(of: (shape.image[0], shape.image[1]))
    let (channels, filters) = (shape.image[2] / shape.groups, shape.filters / shape.groups)
    let kernelShape = [window.height, window.width, channels, shape.filters]
    let kernel = Models.kernel(
      kernelShape, channels: shape.filters, activationRange: -100...90, using: &generator)
    let (input, output) = (try Models.grid(0.02, -37), try Models.grid(0.11, 12))
    let model = try Models.single(
      .convolution(kernel, window), from: [(shape.image, input)],
      shape: [size.height, size.width, shape.filters], grid: output, arithmetic: arithmetic)
    let image = Models.codes(shape.image.reduce(1, *), using: &generator)
    var expected: [Int8] = []
    for row in 0..<size.height {
      for column in 0..<size.width {
        for filter in 0..<shape.filters {
          let sum = accumulator(image, shape.image, -37, window, row: row, column: column) { r, c, channel in
            guard channel / channels == filter / filters else { return nil }
            let tap = r * window.width + c
            return kernel.intWeights[(tap * channels + channel % channels) * shape.filters + filter]
          }
          expected.append(
            Oracle.code(sum + Int64(kernel.bias32[filter]), kernel, filter, input, output, arithmetic))
        }
      }
    }
    for path in IntegerSession.Path.allCases {
      #expect(IntegerSession(model, path: path).codes(image, examples: 1) == expected)
    }
  }

  @Test(arguments: cases, [1, 3])
  func `an integer depthwise convolution equals its definition`(_ shape: Case, _ multiplier: Int) throws {
    for arithmetic in IntegerArithmetic.allCases {
      var generator = SeededGenerator(seed: 8)
      let window = shape.window
      let size = window.outputSize(of: (shape.image[0], shape.image[1]))
      let channels = shape.image[2] * multiplier
      let kernel = Models.kernel(
        [window.height, window.width, shape.image[2], multiplier], channels: channels, using: &generator)
      let (input, output) = (try Models.grid(0.02, 127), try Models.grid(0.07, -128))
      let model = try Models.single(
        .depthwiseConvolution(kernel, window), from: [(shape.image, input)],
        shape: [size.height, size.width, channels], grid: output, arithmetic: arithmetic)
      let image = Models.codes(shape.image.reduce(1, *), using: &generator)
      var expected: [Int8] = []
      for row in 0..<size.height {
        for column in 0..<size.width {
          for filter in 0..<channels {
            let sum = accumulator(image, shape.image, 127, window, row: row, column: column) {
              r, c, channel in
              guard channel == filter / multiplier else { return nil }
              return kernel.intWeights[(r * window.width + c) * channels + filter]
            }
            expected.append(
              Oracle.code(sum + Int64(kernel.bias32[filter]), kernel, filter, input, output, arithmetic))
          }
        }
      }
      for path in IntegerSession.Path.allCases {
        #expect(IntegerSession(model, path: path).codes(image, examples: 1) == expected)
      }
    }
  }

  @Test(arguments: [[1], [37], [3, 5], [2, 2, 9]], IntegerArithmetic.allCases)
  func `an integer dense layer equals its definition`(_ shape: [Int], _ arithmetic: IntegerArithmetic) throws
  {
    var generator = SeededGenerator(seed: 9)
    let inputs = shape[shape.count - 1]
    let kernel = Models.kernel(
      [inputs, 11], channels: 11, perChannel: shape.count > 1, using: &generator)
    let (input, output) = (try Models.grid(0.02, 5), try Models.grid(0.03, -3))
    let model = try Models.single(
      .dense(kernel), from: [(shape, input)], shape: shape.dropLast() + [11], grid: output,
      arithmetic: arithmetic)
    let rows = shape.dropLast().reduce(1, *)
    let codes = Models.codes(rows * inputs, using: &generator)
    var expected: [Int8] = []
    for row in 0..<rows {
      for unit in 0..<11 {
        var sum = Int64(kernel.bias32[unit])
        for index in 0..<inputs {
          sum += (Int64(codes[row * inputs + index]) - 5) * Int64(kernel.intWeights[index * 11 + unit])
        }
        expected.append(Oracle.code(sum, kernel, unit, input, output, arithmetic))
      }
    }
    for path in IntegerSession.Path.allCases {
      #expect(IntegerSession(model, path: path).codes(codes, examples: 1) == expected)
    }
  }
}
