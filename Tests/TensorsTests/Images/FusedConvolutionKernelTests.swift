import Support
import Tensors
import Testing

/// Fused operations equal the same operations one after the other.
@Suite struct FusedConvolutionKernelTests {
  /// The shapes and settings of one case.
  ///
  /// More than 4 channels use another form of convolution. In some cases the pooling windows do not cover all pixels.
  struct Shape: CustomStringConvertible {
    let image: [Int]
    let kernel: [Int]
    var strides: Size2D = 1
    var padding = Padding.valid
    var poolSize: Size2D = 2
    var isDepthwise = false
    var filters: Int { isDepthwise ? kernel[2] * kernel[3] : kernel[3] }
    var description: String {
      "\(image) by \(kernel), strides \(strides), \(padding), pool \(poolSize)"
        + (isDepthwise ? ", depthwise" : "")
    }
  }

  /// The convolution of the first three inputs alone.
  private func convolved(_ inputs: [Tensor], _ shape: Shape) -> Tensor {
    shape.isDepthwise
      ? inputs[0].depthwiseConv2D(
        inputs[1], bias: inputs[2], strides: shape.strides, padding: shape.padding)
      : inputs[0].conv2D(inputs[1], bias: inputs[2], strides: shape.strides, padding: shape.padding)
  }

  static let shapes = [
    Shape(image: [1, 6, 6, 1], kernel: [3, 3, 1, 1]),
    Shape(image: [9, 9, 8, 1], kernel: [3, 3, 1, 12], padding: .same),
    Shape(image: [3, 11, 7, 3], kernel: [3, 2, 3, 21], padding: .same),
    Shape(image: [17, 9, 9, 2], kernel: [5, 5, 2, 5], strides: Size2D(2, 1), padding: .same, poolSize: 1),
    Shape(image: [2, 8, 9, 4], kernel: [1, 1, 4, 3], poolSize: Size2D(3, 2)),
    Shape(image: [1, 7, 7, 5], kernel: [3, 3, 5, 7], padding: .same),
    Shape(image: [10, 8, 8, 16], kernel: [3, 3, 16, 32], padding: .same),
    Shape(image: [18, 9, 7, 6], kernel: [3, 3, 6, 17], strides: 2, padding: .same, poolSize: 1),
    Shape(image: [4, 10, 10, 8], kernel: [3, 3, 8, 4], poolSize: 3),
    Shape(image: [9, 8, 8, 6], kernel: [3, 3, 6, 2], padding: .same, poolSize: 1, isDepthwise: true),
    Shape(image: [3, 9, 8, 2], kernel: [3, 2, 2, 1], isDepthwise: true),
    Shape(
      image: [17, 9, 9, 16], kernel: [3, 3, 16, 1], strides: 2, padding: .same, poolSize: 1, isDepthwise: true
    ),
  ]

  private func inputs(_ shape: Shape, _ backend: Backend, normalized: Bool) -> [Tensor] {
    var generator = SeededGenerator(seed: 3)
    let filters = shape.filters
    let shapes = [shape.image, shape.kernel, [filters]] + (normalized ? [[filters], [filters]] : [])
    return shapes.map { Tensor.normal(shape: $0, using: &generator).on(backend).tracked() }
  }

  /// The results, and the gradients of a random weighting of them.
  private func computed(
    _ inputs: [Tensor], _ operation: ([Tensor]) -> Tensor
  ) -> (values: [Float], gradients: [[Float]]) {
    let result = operation(inputs)
    var generator = SeededGenerator(seed: 4)
    let weights = Tensor.uniform(-1, 1, shape: result.shape, using: &generator)
    return (result.values, (result * weights).sum().gradients(of: inputs).map(\.values))
  }

  private func expectSame(
    _ fused: (values: [Float], gradients: [[Float]]), _ plain: (values: [Float], gradients: [[Float]]),
    _ label: String, biasHasNone: Bool
  ) {
    expectClose(fused.values, plain.values.map(Double.init), 64, "result of \(label)")
    for (index, pair) in zip(fused.gradients, plain.gradients).enumerated() {
      if biasHasNone, index == 2 {
        // Normalization subtracts what a bias adds: the plain gradient is zero but for rounding.
        let kernel = plain.gradients[1].reduce(0) { max($0, abs($1)) }
        #expect(pair.0.allSatisfy { $0 == 0 } && pair.1.allSatisfy { abs($0) <= 1e-4 * max(kernel, 1) })
      } else {
        expectClose(pair.0, pair.1.map(Double.init), 256, "gradient \(index) of \(label)")
      }
    }
  }

  @Test(arguments: shapes) func `fused convolution, ReLU and pooling equal the separate operations`(
    _ shape: Shape
  ) {
    for backend in [Backend.portable, .standard] {
      for maxValue in [nil, 6 as Float] {
        let given = inputs(shape, backend, normalized: false)
        let plain = computed(given) {
          let sums = convolved($0, shape)
          return (maxValue == nil ? sums.relu() : sums.relu6()).maxPool2D(size: shape.poolSize)
        }
        let fused = computed(given) {
          $0[0].conv2DReLUMaxPool(
            $0[1], bias: $0[2], strides: shape.strides, padding: shape.padding, maxValue: maxValue,
            poolSize: shape.poolSize, isDepthwise: shape.isDepthwise)
        }
        expectSame(fused, plain, "\(shape) by \(backend.kernels)", biasHasNone: false)
      }
    }
  }

  @Test(arguments: shapes)
  func `fused convolution, normalization, ReLU and pooling equal the separate operations`(_ shape: Shape) {
    for backend in [Backend.portable, .standard] {
      for maxValue in [nil, 1 as Float] {
        let given = inputs(shape, backend, normalized: true)
        var statistics: [[Float]] = []
        let plain = computed(given) {
          let sums = convolved($0, shape)
          let batch = sums.batchNormalized(gamma: $0[3], beta: $0[4], epsilon: 1e-3)
          statistics += [batch.mean.values, batch.variance.values]
          let positive = batch.result.relu()
          return (maxValue.map { positive.clipped(min: 0, max: $0) } ?? positive).maxPool2D(
            size: shape.poolSize)
        }
        let fused = computed(given) {
          let batch = $0[0].conv2DBatchNormReLUMaxPool(
            $0[1], bias: $0[2], strides: shape.strides, padding: shape.padding, gamma: $0[3], beta: $0[4],
            epsilon: 1e-3, maxValue: maxValue, poolSize: shape.poolSize, isDepthwise: shape.isDepthwise)
          statistics += [batch.mean.values, batch.variance.values]
          return batch.result
        }
        expectSame(fused, plain, "\(shape) by \(backend.kernels)", biasHasNone: true)
        expectClose(statistics[2], statistics[0].map(Double.init), 16, "mean of \(shape)")
        expectClose(statistics[3], statistics[1].map(Double.init), 16, "variance of \(shape)")
      }
    }
  }

  @Test(arguments: shapes) func `fused convolution and normalization equal the separate operations`(
    _ shape: Shape
  ) {
    for backend in [Backend.portable, .standard] {
      let given = inputs(shape, backend, normalized: true)
      var statistics: [[Float]] = []
      let plain = computed(given) {
        let sums = convolved($0, shape)
        let batch = sums.batchNormalized(gamma: $0[3], beta: $0[4], epsilon: 1e-3)
        statistics += [batch.mean.values, batch.variance.values]
        return batch.result
      }
      let fused = computed(given) {
        let batch = $0[0].conv2DBatchNorm(
          $0[1], bias: $0[2], strides: shape.strides, padding: shape.padding, gamma: $0[3], beta: $0[4],
          epsilon: 1e-3, isDepthwise: shape.isDepthwise)
        statistics += [batch.mean.values, batch.variance.values]
        return batch.result
      }
      expectSame(fused, plain, "\(shape) by \(backend.kernels)", biasHasNone: true)
      #expect(fused.values == plain.values && statistics[2...] == statistics[..<2], "\(shape)")
    }
  }

  @Test func `the bits of a fused convolution do not depend on the number of threads`() {
    // Large enough that threads are worth it.
    let shape = Shape(image: [21, 16, 16, 6], kernel: [3, 3, 6, 24], padding: .same)
    let few = Shape(image: [43, 16, 16, 1], kernel: [3, 3, 1, 24], padding: .same)
    for shape in [shape, few] {
      let results = [1, 2, 3].map { workers in
        let backend = Backend(kernels: Backend.standard.kernels, workers: workers)
        return computed(inputs(shape, backend, normalized: true)) {
          $0[0].conv2DBatchNormReLUMaxPool(
            $0[1], bias: $0[2], padding: .same, gamma: $0[3], beta: $0[4], epsilon: 1e-3
          ).result
        }
      }
      #expect(results[1].values == results[0].values && results[1].gradients == results[0].gradients)
      #expect(results[2].values == results[0].values && results[2].gradients == results[0].gradients)
    }
  }

  @Test func `a fused tie gives its gradient to the first pixel, a zero to none`() {
    // A 1×1 kernel of 1 leaves the image as it is. The first window holds 2 twice, the second nothing above 0.
    let image = Tensor([1, 2, 0, -1, 2, 1, -3, 0], shape: [1, 2, 4, 1]).tracked()
    let one = Tensor([1], shape: [1, 1, 1, 1])
    let result = image.conv2DReLUMaxPool(one)
    #expect(result.values == [2, 0])
    #expect(result.sum().gradients(of: [image])[0].values == [0, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func `a NaN reaches the result of its fused window, and no gradient`() {
    let image = Tensor([1, .nan, 5, 2, 3, 4, 6, 7], shape: [1, 2, 4, 1]).tracked()
    let result = image.conv2DReLUMaxPool(Tensor([1], shape: [1, 1, 1, 1]))
    #expect(result.values[0].isNaN && result.values[1] == 7)
    #expect(result.sum().gradients(of: [image])[0].values == [0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test func `a fused convolution computes only the gradients that are needed`() {
    let image = Tensor.filled(1, shape: [2, 4, 4, 1])
    let kernel = Tensor.filled(1, shape: [3, 3, 1, 2])
    #expect(!image.conv2DReLUMaxPool(kernel).isTracked)
    let tracked = kernel.tracked()
    let gradient = image.conv2DReLUMaxPool(tracked, poolSize: 2).sum().gradients(of: [tracked])[0]
    // All four sums are equal: the first of them is chosen, in each of two images, and sees ones.
    #expect(gradient.values == [Float](repeating: 2, count: 18))
  }

  /// Rounds down, and lets no gradient pass above 3.
  private struct RoundingDown: InPlaceQuantizer {
    func round(
      _ values: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
      choices: UnsafeMutablePointer<UInt8>, count: Int
    ) {
      for index in 0..<count {
        if values[index] > 3 { choices[index] = 255 }
        result[index] = values[index].rounded(.down)
      }
    }
  }

  @Test func `a fused convolution quantizes its pooled values in place`() {
    // Two windows, of which 2.5 and 3.5 are the greatest.
    let image = Tensor([1.5, 2.5, 0, -1, 2, 1, -3, 3.5], shape: [1, 2, 4, 1]).tracked()
    var seen: [Float] = []
    let rounding = PooledQuantization.byRange {
      seen += [$0, $1]
      return RoundingDown()
    }
    let result = image.conv2DReLUMaxPool(Tensor([1], shape: [1, 1, 1, 1]), rounding: rounding)
    #expect(seen == [0, 3.5] && result.values == [2, 3])
    #expect(result.sum().gradients(of: [image])[0].values == [0, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test(arguments: shapes) func `a fused convolution knows the range of its values before it quantizes`(
    _ shape: Shape
  ) {
    for backend in [Backend.portable, .standard] {
      let given = inputs(shape, backend, normalized: true)
      var seen: [Float] = []
      let rounding = PooledQuantization.byRange {
        seen += [$0, $1]
        return nil
      }
      let plain = given[0].conv2DReLUMaxPool(
        given[1], bias: given[2], strides: shape.strides, padding: shape.padding, poolSize: shape.poolSize,
        rounding: rounding, isDepthwise: shape.isDepthwise)
      let normalized = given[0].conv2DBatchNormReLUMaxPool(
        given[1], bias: given[2], strides: shape.strides, padding: shape.padding, gamma: given[3],
        beta: given[4], epsilon: 1e-3, poolSize: shape.poolSize, rounding: rounding,
        isDepthwise: shape.isDepthwise)
      let linear = given[0].conv2DBatchNorm(
        given[1], bias: given[2], strides: shape.strides, padding: shape.padding, gamma: given[3],
        beta: given[4], epsilon: 1e-3, rounding: rounding, isDepthwise: shape.isDepthwise)
      let ranges = [plain, normalized.result, linear.result].flatMap {
        [$0.values.reduce(0, min), $0.values.reduce(0, max)]
      }
      #expect(seen == ranges, "\(shape)")
    }
  }

  @Test func `a NaN among the pooled values is both ends of their range`() {
    var image = [Float](repeating: 9, count: 64)
    image[11] = -Float.nan
    var seen: [Float] = []
    let rounding = PooledQuantization.byRange {
      seen += [$0, $1]
      return nil
    }
    let (images, one) = (Tensor(image, shape: [1, 8, 8, 1]), Tensor([1], shape: [1, 1, 1, 1]))
    _ = images.conv2DReLUMaxPool(one, rounding: rounding)
    _ = images.conv2DBatchNorm(
      one, gamma: Tensor([1], shape: [1]), beta: Tensor([0], shape: [1]), epsilon: 1e-3, rounding: rounding)
    #expect(seen.count == 4 && seen.allSatisfy(\.isNaN))
  }
}
