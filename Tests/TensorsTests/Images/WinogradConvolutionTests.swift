import Support
import Testing

@testable import Tensors

/// In Winograd's form, results and gradients are the same chains of operations on every processor and any number of
/// threads, and near those of the direct form.
@Suite(.enabled(if: hasLanes, "the processor has no fused multiply-adds")) struct WinogradConvolutionTests {
  struct Case: CustomTestStringConvertible {
    let image: [Int]
    let filters: Int
    var padding = Padding.same
    var testDescription: String { "\(image), \(filters) filters, \(padding)" }
  }

  /// Sides of whole tiles and not, down to one pixel; blocks of channels and filters that are full and not; more images
  /// than shards; rows longer than a strip.
  static let cases = [
    Case(image: [1, 1, 1, 16], filters: 16), Case(image: [1, 4, 4, 16], filters: 16),
    Case(image: [2, 5, 7, 17], filters: 23), Case(image: [9, 6, 6, 20], filters: 33, padding: .valid),
    Case(image: [19, 8, 8, 16], filters: 32), Case(image: [1, 3, 101, 24], filters: 16, padding: .valid),
    Case(image: [3, 14, 14, 32], filters: 40),
  ]

  /// The tensors of a case: images, kernel, bias, and the gradients of the results.
  private static func operands(_ test: Case) -> (
    image: Tensor, kernel: Tensor, bias: Tensor, upstream: Tensor
  ) {
    var generator = SeededGenerator(seed: 8)
    func uniform(_ shape: [Int]) -> Tensor { .uniform(-1, 1, shape: shape, using: &generator) }
    let kernel = uniform([3, 3, test.image[3], test.filters])
    let shape = windows(test).resultShape(channels: test.filters)
    return (uniform(test.image), kernel, uniform([test.filters]), uniform(shape))
  }

  private static func windows(_ test: Case) -> Windows {
    Windows(test.image, window: 3, strides: 1, padding: test.padding, for: "conv2D")
  }

  /// The results, and the gradients of the images, the kernel and the bias.
  private static func computed(_ test: Case, on backend: Backend) -> [[Float]] {
    let (image, kernel, bias, upstream) = operands(test)
    let inputs = [image.on(backend).tracked(), kernel.tracked(), bias.tracked()]
    let result = inputs[0].conv2D(inputs[1], bias: inputs[2], padding: test.padding)
    return [result.values] + (result * upstream).sum().gradients(of: inputs).map(\.values)
  }

  @Test(arguments: cases)
  func `results and gradients are those of the formula, with 8 lanes and 16, on one thread and three`(
    _ test: Case
  ) {
    let (image, kernel, bias, upstream) = Self.operands(test)
    let formula = WinogradFormula(Self.windows(test))
    let turned = kernel.turned
    let gradient = WinogradFormula(Self.windows(test).transposed(channels: test.filters))
    let expected = [
      formula.results(image, kernel, bias),
      gradient.results(upstream, turned, .zeros([test.image[3]])),
      formula.kernelGradient(image, upstream),
    ]
    for (lanes, workers) in [(8, 1), (8, 3), (16, 1), (16, 3)] where lanes <= InferenceConvolution.mostLanes {
      var backend = Backend(kernels: .oneDNN, workers: workers, convolutions: .winograd)
      backend.lanes = lanes
      let found = Self.computed(test, on: backend)
      for (name, index) in [("results", 0), ("image gradient", 1), ("kernel gradient", 2)] {
        let differing = zip(found[index], expected[index]).count { $0 != $1 }
        #expect(differing == 0, "\(name), \(lanes) lanes, \(workers) threads, of \(expected[index].count)")
      }
    }
  }

  @Test(arguments: cases)
  func `results and gradients are near those of the direct form`(_ test: Case) {
    let winograd = Self.computed(test, on: Backend(kernels: .oneDNN, workers: nil, convolutions: .winograd))
    let direct = Self.computed(test, on: .portable)
    for (name, (found, expected)) in zip(["results", "image", "kernel", "bias"], zip(winograd, direct)) {
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let worst = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst <= 2e-5 * largest, "\(name), \(worst / largest)")
      let isOther = found != expected
      #expect(
        isOther || name == "bias" || test.image.dropLast() == [1, 1, 1], "\(name): not the direct form")
    }
  }

  @Test(arguments: [
    (Case(image: [2, 6, 6, 15], filters: 16), Size2D(3, 3), Size2D(1, 1)),
    (Case(image: [2, 6, 6, 16], filters: 15), Size2D(3, 3), Size2D(1, 1)),
    (Case(image: [2, 6, 6, 16], filters: 16), Size2D(3, 3), Size2D(2, 1)),
    (Case(image: [2, 6, 6, 16], filters: 16), Size2D(3, 1), Size2D(1, 1)),
    (Case(image: [1, 3, 3, 256], filters: 257), Size2D(3, 3), Size2D(1, 1)),
  ])
  func `what does not fit is computed directly`(_ test: Case, _ window: Size2D, _ strides: Size2D) {
    var generator = SeededGenerator(seed: 9)
    let image = Tensor.uniform(-1, 1, shape: test.image, using: &generator)
    let kernel = Tensor.uniform(
      -1, 1, shape: [window.height, window.width, test.image[3], test.filters], using: &generator)
    func computed(_ convolutions: ConvolutionAlgorithm) -> [[Float]] {
      let inputs = [image.convolved(by: convolutions).tracked(), kernel.tracked()]
      let result = inputs[0].conv2D(inputs[1], strides: strides, padding: test.padding)
      return [result.values] + (result * result).sum().gradients(of: inputs).map(\.values)
    }
    let isSame = computed(.winograd) == computed(.direct)
    #expect(isSame)
  }

  @Test(arguments: [Padding.same, .valid])
  func `transposed convolutions take it for all three, near the direct form`(_ padding: Padding) {
    var generator = SeededGenerator(seed: 10)
    let image = Tensor.uniform(-1, 1, shape: [3, 6, 7, 18], using: &generator)
    let kernel = Tensor.uniform(-1, 1, shape: [3, 3, 18, 24], using: &generator)
    func computed(_ convolutions: ConvolutionAlgorithm) -> [[Float]] {
      let inputs = [image.convolved(by: convolutions).tracked(), kernel.tracked()]
      let result = inputs[0].transposedConv2D(inputs[1], padding: padding)
      return [result.values] + (result * result).sum().gradients(of: inputs).map(\.values)
    }
    for (found, expected) in zip(computed(.winograd), computed(.direct)) {
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let worst = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst <= 2e-5 * largest)
      let isOther = found != expected
      #expect(isOther)
    }
  }
}

/// Winograd's form F(4 × 4, 3 × 3) in plain Swift, formula by formula.
struct WinogradFormula {
  private let windows: Windows

  init(_ windows: Windows) { self.windows = windows }

  /// Bᵀ d B, Aᵀ M A and so on: a transform of each column of a matrix, and then of each row.
  private static func both<T>(_ matrix: [T], columns: Int, _ transform: ([T]) -> [T]) -> [T] {
    let rows = matrix.count / columns
    let tall = (0..<columns).map { j in transform((0..<rows).map { matrix[$0 * columns + j] }) }
    return tall[0].indices.flatMap { i in transform(tall.map { $0[i] }) }
  }

  private static func pixels(_ d: [Float]) -> [Float] {
    func sum(_ factor: Float, _ x: Float, _ y: Float) -> Float { y.addingProduct(factor, x) }
    let (even, odd) = (sum(-4, d[2], d[4]), sum(-4, d[1], d[3]))
    let (outer, inner) = (d[4] - d[2], d[3] - d[1])
    return [
      sum(4, d[0], sum(-5, d[2], d[4])), even + odd, even - odd, sum(2, inner, outer), sum(-2, inner, outer),
      sum(4, d[1], sum(-5, d[3], d[5])),
    ]
  }

  private static func results(_ m: [Float]) -> [Float] {
    let (near, turn, far, twist) = (m[1] + m[2], m[1] - m[2], m[3] + m[4], m[3] - m[4])
    return [
      m[0] + near + far, turn.addingProduct(2, twist), near.addingProduct(4, far),
      turn.addingProduct(8, twist) + m[5],
    ]
  }

  private static func gradients(_ u: [Float]) -> [Float] {
    let (even, odd) = (u[0] + u[2], u[1] + u[3])
    let (far, twist) = (u[0].addingProduct(4, u[2]), (2 * u[1]).addingProduct(8, u[3]))
    return [u[0], even + odd, even - odd, far + twist, far - twist, u[3]]
  }

  /// G g, where sums are divided, and not multiplied by sixths: many elements lie halfway between two floats.
  private static func kernel(_ g: [Double]) -> [Double] {
    let (outer, far) = (g[0] + g[2], g[0] / 24 + g[2] / 6)
    return [g[0] / 4, -(outer + g[1]) / 6, -(outer - g[1]) / 6, far + g[1] / 12, far - g[1] / 12, g[2]]
  }

  private static func weights(_ m: [Double]) -> [Double] {
    let (near, far) = ((m[1] + m[2]) / 6, m[3] + m[4])
    return [m[0] / 4 - near + far / 24, (m[2] - m[1]) / 6 + (m[3] - m[4]) / 12, far / 6 - near + m[5]]
  }

  /// Calls `body` with the image, the top and the left of each tile.
  private func forEachTile(_ body: (_ image: Int, _ top: Int, _ left: Int) -> Void) {
    for image in 0..<windows.batch {
      for top in stride(from: 0, to: windows.geometry.out_height, by: 4) {
        for left in stride(from: 0, to: windows.geometry.out_width, by: 4) { body(image, top, left) }
      }
    }
  }

  /// The transformed pixels of a tile's channel.
  private func transformed(_ image: [Float], _ number: Int, _ top: Int, _ left: Int, _ channel: Int)
    -> [Float]
  {
    let g = windows.geometry
    let pixels = (0..<36).map { place -> Float in
      let (y, x) = (top + place / 6 - g.pad_top, left + place % 6 - g.pad_left)
      guard (0..<g.height).contains(y), (0..<g.width).contains(x) else { return 0 }
      return image[((number * g.height + y) * g.width + x) * g.channels + channel]
    }
    return Self.both(pixels, columns: 6, Self.pixels)
  }

  /// The offset of a result of a tile; nil if it does not exist.
  private func offset(_ number: Int, _ y: Int, _ x: Int, _ filters: Int) -> Int? {
    let g = windows.geometry
    return y < g.out_height && x < g.out_width
      ? ((number * g.out_height + y) * g.out_width + x) * filters : nil
  }

  func results(_ image: Tensor, _ kernel: Tensor, _ bias: Tensor) -> [Float] {
    let (channels, filters) = (windows.geometry.channels, kernel.shape[3])
    let (pixels, weights, biases) = (image.values, kernel.values, bias.values)
    let kernels = (0..<channels * filters).map { pair -> [Float] in
      let taps = (0..<9).map { Double(weights[$0 * channels * filters + pair]) }
      return Self.both(taps, columns: 3, Self.kernel).map { Float($0) }
    }
    var result = [Float](repeating: 0, count: windows.batch * windows.windowCount * filters)
    forEachTile { number, top, left in
      let tiles = (0..<channels).map { transformed(pixels, number, top, left, $0) }
      for filter in 0..<filters {
        var sums = [Float](repeating: 0, count: 36)
        for channel in 0..<channels {
          for place in 0..<36 {
            sums[place].addProduct(tiles[channel][place], kernels[channel * filters + filter][place])
          }
        }
        for (place, sum) in Self.both(sums, columns: 6, Self.results).enumerated() {
          guard let first = offset(number, top + place / 4, left + place % 4, filters) else { continue }
          result[first + filter] = sum + biases[filter]
        }
      }
    }
    return result
  }

  /// The gradient of the kernel: a sum for each shard of images, and then the sum of these.
  func kernelGradient(_ image: Tensor, _ upstream: Tensor) -> [Float] {
    let (channels, filters) = (windows.geometry.channels, upstream.shape[3])
    let (pixels, given) = (image.values, upstream.values)
    let shards = min(Backend.shards, windows.batch)
    let zeros = [Float](repeating: 0, count: 36 * channels * filters)
    var sums = [[Float]](repeating: zeros, count: shards)
    forEachTile { number, top, left in
      let shard = (0..<shards).first { number < windows.batch * ($0 + 1) / shards } ?? 0
      let tiles = (0..<channels).map { transformed(pixels, number, top, left, $0) }
      for filter in 0..<filters {
        let gradients = (0..<16).map { place in
          offset(number, top + place / 4, left + place % 4, filters).map { given[$0 + filter] } ?? 0
        }
        let six = Self.both(gradients, columns: 4, Self.gradients)
        for (channel, tile) in tiles.enumerated() {
          for place in 0..<36 {
            sums[shard][(channel * filters + filter) * 36 + place].addProduct(tile[place], six[place])
          }
        }
      }
    }
    let total = sums.dropFirst().reduce(sums[0]) { zip($0, $1).map(+) }
    var gradient = [Float](repeating: 0, count: 9 * channels * filters)
    for pair in 0..<channels * filters {
      let m = total[pair * 36..<(pair + 1) * 36].map { Double($0) }
      for (tap, weight) in Self.both(m, columns: 6, Self.weights).enumerated() {
        gradient[tap * channels * filters + pair] = Float(weight)
      }
    }
    return gradient
  }
}

extension Tensor {
  /// A kernel turned by 180°, with a filter for each channel.
  fileprivate var turned: Tensor {
    let (channels, filters) = (shape[2], shape[3])
    let values = values
    let turned = (0..<9 * channels * filters).map { index -> Float in
      let (tap, pair) = (8 - index / (channels * filters), index % (channels * filters))
      return values[(tap * channels + pair % channels) * filters + pair / channels]
    }
    return Tensor(turned, shape: [3, 3, filters, channels])
  }
}
