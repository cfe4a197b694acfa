import Support
import Testing

@testable import Tensors

/// Convolutions in Winograd's form are the same chains of operations on every processor, and near the sums themselves.
@Suite(.enabled(if: hasLanes, "the processor has no fused multiply-adds")) struct WinogradTests {
  struct Case: CustomStringConvertible {
    let image: [Int]
    let filters: Int
    var padding = Padding.same
    var description: String { "\(image), \(filters) filters, \(padding)" }
  }

  /// Even and odd sides, several strips of tiles, blocks of filters that are full and not.
  static let cases = [
    Case(image: [1, 2, 2, 32], filters: 32), Case(image: [2, 3, 5, 32], filters: 33),
    Case(image: [1, 7, 4, 37], filters: 70), Case(image: [2, 14, 14, 32], filters: 64),
    Case(image: [1, 5, 61, 33], filters: 40, padding: .valid), Case(image: [1, 21, 9, 64], filters: 48),
  ]

  /// The form in plain Swift, formula by formula.
  private static func sums(_ windows: Windows, _ image: Tensor, _ kernel: Tensor, _ bias: Tensor) -> [Float] {
    let g = windows.geometry
    let (pixels, weights, filters) = (image.values, kernel.values, kernel.shape[3])
    /// G g Gᵀ in double precision.
    func transformed(_ channel: Int, _ filter: Int) -> [Float] {
      func weight(_ i: Int, _ j: Int) -> Double {
        Double(weights[((3 * i + j) * g.channels + channel) * filters + filter])
      }
      func four(_ a: Double, _ b: Double, _ c: Double) -> [Double] {
        [a, (a + c + b) / 2, (a + c - b) / 2, c]
      }
      let columns = (0..<3).map { j in four(weight(0, j), weight(1, j), weight(2, j)) }
      return (0..<4).flatMap { i in four(columns[0][i], columns[1][i], columns[2][i]).map { Float($0) } }
    }
    let kernels = (0..<g.channels).map { channel in (0..<filters).map { transformed(channel, $0) } }
    var result = [Float](repeating: 0, count: windows.batch * g.out_height * g.out_width * filters)
    for number in 0..<windows.batch {
      for top in stride(from: 0, to: g.out_height, by: 2) {
        for left in stride(from: 0, to: g.out_width, by: 2) {
          /// Bᵀ d B of a channel.
          let tiles = (0..<g.channels).map { channel in
            func pixel(_ i: Int, _ j: Int) -> Float {
              let (y, x) = (top + i - g.pad_top, left + j - g.pad_left)
              guard (0..<g.height).contains(y), (0..<g.width).contains(x) else { return 0 }
              return pixels[((number * g.height + y) * g.width + x) * g.channels + channel]
            }
            func four(_ d: [Float]) -> [Float] { [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]] }
            let columns = (0..<4).map { j in four((0..<4).map { pixel($0, j) }) }
            return (0..<4).flatMap { i in four(columns.map { $0[i] }) }
          }
          for filter in 0..<filters {
            var products = [Float](repeating: 0, count: 16)
            for channel in 0..<g.channels {
              for place in 0..<16 {
                products[place].addProduct(tiles[channel][place], kernels[channel][filter][place])
              }
            }
            func two(_ m: [Float]) -> [Float] { [m[0] + m[1] + m[2], m[1] - m[2] - m[3]] }
            let columns = (0..<4).map { j in two((0..<4).map { products[4 * $0 + j] }) }
            for i in 0..<2 where top + i < g.out_height {
              let row = two(columns.map { $0[i] })
              for j in 0..<2 where left + j < g.out_width {
                let place = (number * g.out_height + top + i) * g.out_width + left + j
                result[place * filters + filter] = row[j] + bias.values[filter]
              }
            }
          }
        }
      }
    }
    return result
  }

  @Test(arguments: cases)
  func `every result is that of the formula, with 8 lanes and 16, on one thread and three`(_ test: Case) {
    var generator = SeededGenerator(seed: 6)
    let image = Tensor.uniform(-1, 1, shape: test.image, using: &generator)
    let kernel = Tensor.uniform(-1, 1, shape: [3, 3, test.image[3], test.filters], using: &generator)
    let bias = Tensor.uniform(-1, 1, shape: [test.filters], using: &generator)
    let windows = Windows(test.image, window: 3, strides: 1, padding: test.padding, for: "conv2D")
    let sums = Self.sums(windows, image, kernel, bias)
    let direct = InferenceConvolutionTests.sums(windows, image, kernel, bias)
    let largest = direct.reduce(0) { max($0, abs($1)) }
    #expect(zip(sums, direct).allSatisfy { abs($0 - $1) < 2e-6 * largest }, "near the sums themselves")
    #expect(sums != direct, "not those of another form")
    for isPooled in [false, true] {
      var ending = isPooled ? ConvolutionEnding.relu(maximum: 2) : .sums
      ending.isPooled = isPooled
      let expected = InferenceConvolutionTests.ended(sums, windows, filters: test.filters, ending)
      for (lanes, workers) in [(8, 1), (8, 3), (16, 1), (16, 3)] where lanes <= InferenceConvolution.mostLanes
      {
        let convolution = InferenceConvolution(
          windows, kernel: kernel.on(Backend(kernels: .oneDNN, workers: workers)), bias: bias, ending: ending,
          lanes: lanes)
        let values = convolution.results(windows.batch, of: image, count: expected.count)
        #expect(values == expected, "\(lanes) lanes, \(workers) threads, pooled: \(isPooled)")
      }
    }
  }

  @Test(arguments: 0..<4)
  func `what is no number stays so, pooled too, and changes no other tile`(_ place: Int) {
    let windows = Windows([1, 2, 8, 32], window: 3, strides: 1, padding: .same, for: "conv2D")
    let image = Tensor(
      (0..<2 * 8 * 32).map { $0 == (place / 2 * 8 + place % 2) * 32 ? .nan : 1 }, shape: [2, 8, 32])
    let kernel = Tensor([Float](repeating: 1, count: 9 * 32 * 32), shape: [3, 3, 32, 32])
    let convolution = InferenceConvolution(
      windows, kernel: kernel, bias: Tensor([Float](repeating: 0, count: 32), shape: [32]),
      ending: ConvolutionEnding(isPooled: true))
    let values = convolution.results(1, of: image, count: 4 * 32)
    #expect(values[0].isNaN && values[3 * 32] == 192)
  }
}
