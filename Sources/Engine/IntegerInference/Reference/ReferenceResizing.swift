import FixedPoint

/// Resizing of images by weighted means of four pixels: LiteRT's `RESIZE_BILINEAR`, kernel
/// `reference_ops::ResizeBilinearInteger`.
///
///     code = Σ rows, columns  rowWeight · columnWeight · x,   the two weights of an axis adding up to 1
///
/// The grid stays: weights that add up to 1 leave the zero point alone. LiteRT has weights of 10 bits, from a step of 10
/// bits, and rounds the sum half away from zero; XNNPACK weights of 11 bits, from 32-bit floats, and rounds half up.
struct ReferenceBilinearResizing: IntegerStep {
  /// The two input pixels of an output pixel along one axis, in codes from the axis's first, and the second's weight.
  struct Pair {
    let first: Int
    let second: Int
    let weight: Int
  }

  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let channels: Int
  private let rows: [Pair]
  private let columns: [Pair]
  /// The bits of a weight.
  private let bits: Int
  private let rounding: RoundingRule

  func run(_ memory: CodeMemory, examples: Int) {
    let one = 1 << bits
    for example in 0..<examples {
      let image = memory[input] + example * counts.input
      var result = memory[output] + example * counts.output
      for row in rows {
        for column in columns {
          let (top, bottom) = (image + row.first, image + row.second)
          for channel in 0..<channels {
            let (left, right) = (column.first + channel, column.second + channel)
            let above = Int(top[left]) * (one - column.weight) + Int(top[right]) * column.weight
            let below = Int(bottom[left]) * (one - column.weight) + Int(bottom[right]) * column.weight
            let sum = above * (one - row.weight) + below * row.weight
            result[channel] = Int8(truncatingIfNeeded: rounding.shiftedRight(Int64(sum), by: 2 * bits))
          }
          result += channels
        }
      }
    }
  }
}

extension ReferenceBilinearResizing {
  init(_ index: Int, in model: IntegerModel, alignCorners: Bool, halfPixelCenters: Bool) {
    let operation = model.operations[index]
    let (source, shape) = (model.operations[operation.inputs[0]], operation.shape)
    (input, output, channels) = (operation.inputs[0], index, shape[2])
    counts = (source.count, operation.count)
    (bits, rounding) = model.arithmetic == .xnnpack ? (11, .halfUp) : (10, .halfAwayFromZero)
    let pairs = model.arithmetic == .xnnpack ? Self.floatPairs : Self.integerPairs
    rows = pairs(source.shape[0], shape[0], source.shape[1] * channels, alignCorners, halfPixelCenters)
    columns = pairs(source.shape[1], shape[1], channels, alignCorners, halfPixelCenters)
  }

  /// LiteRT's pixels and weights along one axis, whose pixels are `step` codes apart: places in 1024ths of a pixel.
  ///
  /// With half pixel centers, the first places may lie before the first pixel, and the last ones behind the last:
  /// there both pixels are the same, and their weights do not matter.
  private static func integerPairs(
    _ input: Int, _ output: Int, _ step: Int, _ alignCorners: Bool, _ halfPixelCenters: Bool
  ) -> [Pair] {
    let isAligned = alignCorners && output > 1
    let (from, to) = isAligned ? (input - 1, output - 1) : (input, output)
    let scale = (1024 * from + to / 2) / to
    return (0..<output).map { pixel in
      let place = pixel * scale + (halfPixelCenters ? scale / 2 - 512 : 0)
      let first = min(max(place / 1024, 0), input - 1)
      let second = min((place + 1023) / 1024, input - 1)
      return Pair(first: first * step, second: second * step, weight: place - 1024 * first)
    }
  }
}

// MARK: - With floats

extension ReferenceBilinearResizing {
  /// XNNPACK's pixels and weights along one axis: places in 32-bit floats, kept within the image, and the weight's
  /// fraction rounded half to even to 2048ths.
  private static func floatPairs(
    _ input: Int, _ output: Int, _ step: Int, _ alignCorners: Bool, _ halfPixelCenters: Bool
  ) -> [Pair] {
    let ends = alignCorners && output > 1 ? 1 : 0
    let scale = Float(input - ends) / Float(output - ends)
    let offset = halfPixelCenters ? 0.5 * scale - 0.5 : 0
    return (0..<output).map { pixel in
      let place = min(max(Float(pixel) * scale + offset, 0), Float(input - 1))
      let first = Int(place)
      let weight = ((place - Float(first)) * 2048).rounded(.toNearestOrEven)
      return Pair(
        first: first * step, second: min(first + 1, input - 1) * step, weight: Int(weight))
    }
  }
}
