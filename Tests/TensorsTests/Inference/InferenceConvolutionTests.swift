import Support
import Testing

@testable import Tensors

/// Whether this processor has fused multiply-adds, without which there is no such convolution.
let hasLanes = InferenceConvolution.mostLanes > 0

extension InferenceConvolution {
  /// The `count` results of some images.
  func results(_ images: Int, of tensor: Tensor, count: Int) -> [Float] {
    let result = Buffer(count: count)
    withExtendedLifetime(tensor) { run(images, from: tensor.buffer.pointer, into: result.pointer) }
    return Array(UnsafeBufferPointer(start: result.pointer, count: count))
  }
}

@Suite(.enabled(if: hasLanes, "the processor has no fused multiply-adds")) struct InferenceConvolutionTests {
  struct Case: CustomStringConvertible {
    let image: [Int]
    let kernel: [Int]
    var strides = Size2D(1, 1)
    var padding = Padding.same
    var description: String { "\(image), \(kernel), \(strides), \(padding)" }
  }

  /// Widths of 1 to 31 windows, and 1 to 70 filters: every tile, and blocks that are full and not.
  static let cases =
    (1...31).map { Case(image: [1, 4, $0, 2], kernel: [3, 3, 2, 1 + 70 * $0 / 31]) }
    + [
      Case(image: [3, 6, 7, 3], kernel: [3, 2, 3, 5], strides: Size2D(2, 3)),
      Case(image: [2, 9, 8, 5], kernel: [2, 4, 5, 33], strides: Size2D(3, 1), padding: .valid),
      Case(image: [2, 5, 5, 4], kernel: [1, 1, 4, 48]),
      // So large that threads share the rows, the filters, and the pixels.
      Case(image: [1, 13, 12, 40], kernel: [3, 3, 40, 70], strides: Size2D(1, 2)),
      Case(image: [1, 1, 4, 600], kernel: [1, 1, 600, 500]),
      Case(image: [1, 21, 20, 64], kernel: [1, 1, 64, 64]),
      // Channel by channel: 16 filters of 16 channels and more.
      Case(image: [2, 5, 4, 16], kernel: [3, 3, 16, 16]),
      Case(image: [1, 6, 29, 17], kernel: [2, 3, 17, 16]),
      Case(image: [1, 9, 32, 16], kernel: [3, 3, 16, 16], padding: .valid),
    ]

  /// The sums in plain Swift: for each element of the window one fused multiply-add, in the order that the shape has.
  static func sums(_ windows: Windows, _ image: Tensor, _ kernel: Tensor, _ bias: Tensor) -> [Float] {
    let g = windows.geometry
    let (pixels, weights, biases) = (image.values, kernel.values, bias.values)
    let isByChannels =
      g.window_width == 3 && g.stride_width == 1 && g.channels >= 16 && biases.count == 16
    let order = (0..<windows.patchSize).map { place in
      guard isByChannels else { return place }
      let (row, inRow) = (place / (3 * g.channels), place % (3 * g.channels))
      return (3 * row + inRow % 3) * g.channels + inRow / 3
    }
    var result: [Float] = []
    for number in 0..<windows.batch {
      for (y, x) in (0..<g.out_height).flatMap({ y in (0..<g.out_width).map { (y, $0) } }) {
        for filter in biases.indices {
          var sum = biases[filter]
          for tap in order {
            let (place, channel) = (tap / g.channels, tap % g.channels)
            let row = y * g.stride_height + place / g.window_width - g.pad_top
            let column = x * g.stride_width + place % g.window_width - g.pad_left
            let isInside = (0..<g.height).contains(row) && (0..<g.width).contains(column)
            let pixel = ((number * g.height + row) * g.width + column) * g.channels + channel
            sum.addProduct(isInside ? pixels[pixel] : 0, weights[tap * biases.count + filter])
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  /// The largest of each 2 × 2 neighbours, then the bounds.
  static func ended(
    _ sums: [Float], _ windows: Windows, filters: Int, _ ending: ConvolutionEnding
  ) -> [Float] {
    let g = windows.geometry
    let pool = ending.isPooled ? 2 : 1
    var result: [Float] = []
    for number in 0..<windows.batch {
      for y in 0..<g.out_height / pool {
        for x in 0..<g.out_width / pool {
          for filter in 0..<filters {
            let values = (0..<pool * pool).map { neighbour in
              let (row, column) = (y * pool + neighbour / pool, x * pool + neighbour % pool)
              return sums[((number * g.out_height + row) * g.out_width + column) * filters + filter]
            }
            result.append(min(max(values.max() ?? 0, ending.bounds.lowest), ending.bounds.highest))
          }
        }
      }
    }
    return result
  }

  @Test(arguments: cases)
  func `every result is the same chain of fused multiply-adds, with 8 lanes and 16, on one thread and three`(
    _ test: Case
  ) {
    var generator = SeededGenerator(seed: 5)
    let image = Tensor.uniform(-1, 1, shape: test.image, using: &generator)
    let kernel = Tensor.uniform(-1, 1, shape: test.kernel, using: &generator)
    let bias = Tensor.uniform(-1, 1, shape: [test.kernel[3]], using: &generator)
    let windows = Windows(
      test.image, window: Size2D(test.kernel[0], test.kernel[1]), strides: test.strides,
      padding: test.padding, for: "conv2D")
    let sums = Self.sums(windows, image, kernel, bias)
    for isPooled in [false, true] {
      for rectified in [ConvolutionEnding.sums, .relu(maximum: nil), .relu(maximum: 0.5)] {
        var ending = rectified
        ending.isPooled = isPooled
        let expected = Self.ended(sums, windows, filters: test.kernel[3], ending)
        for (lanes, workers) in [(8, 1), (8, 3), (16, 1), (16, 3), (8, 100)]
        where lanes <= InferenceConvolution.mostLanes {
          let convolution = InferenceConvolution(
            windows, kernel: kernel.on(Backend(kernels: .oneDNN, workers: workers)), bias: bias,
            ending: ending, lanes: lanes, winograd: false)
          let values = convolution.results(windows.batch, of: image, count: expected.count)
          #expect(values == expected, "\(lanes) lanes, \(workers) threads, \(ending)")
        }
      }
    }
  }

  @Test(arguments: 0..<4)
  func `what is no number stays so when it is pooled, wherever it stands`(_ place: Int) {
    let windows = Windows([1, 2, 4, 1], window: 1, strides: 1, padding: .same, for: "conv2D")
    var values: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    values[place / 2 * 4 + place % 2] = .nan
    let image = Tensor(values, shape: [8])
    for lanes in [8, 16] where lanes <= InferenceConvolution.mostLanes {
      let convolution = InferenceConvolution(
        windows, kernel: Tensor([1], shape: [1, 1, 1, 1]), bias: Tensor([0], shape: [1]),
        ending: ConvolutionEnding(isPooled: true), lanes: lanes)
      let values = convolution.results(1, of: image, count: 2)
      #expect(values[0].isNaN && values[1] == 8, "\(lanes) lanes")
    }
  }

  @Test func `what is no number stays so, rectified too`() {
    let windows = Windows([1, 1, 3, 1], window: 1, strides: 1, padding: .same, for: "conv2D")
    let convolution = InferenceConvolution(
      windows, kernel: Tensor([1], shape: [1, 1, 1, 1]), bias: Tensor([0], shape: [1]),
      ending: .relu(maximum: 6))
    let values = convolution.results(1, of: Tensor([.nan, -1, 8], shape: [3]), count: 3)
    #expect(values[0].isNaN && values[1] == 0 && values[2] == 6)
  }
}
