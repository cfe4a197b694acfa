import Support
import Tensors
import Testing

@Suite struct ConvolutionTests {
  /// Shapes of images and kernel, and strides: one pixel, one channel, odd sizes, strides beyond the kernel,
  /// kernels as large as the image or larger than it (with padding), batches that leave shards uneven.
  struct Case: Sendable, CustomTestStringConvertible {
    let image: [Int]
    let kernel: [Int]
    let strides: Size2D
    let padding: Padding
    var testDescription: String { "\(image) \(kernel) \(strides) \(padding)" }
  }

  static let cases: [Case] = [
    Case(image: [1, 1, 1, 1], kernel: [1, 1, 1, 1], strides: 1, padding: .valid),
    Case(image: [1, 5, 4, 1], kernel: [3, 3, 1, 2], strides: 1, padding: .valid),
    Case(image: [2, 5, 5, 3], kernel: [3, 3, 3, 2], strides: 1, padding: .same),
    Case(image: [1, 4, 4, 2], kernel: [2, 2, 2, 3], strides: 1, padding: .same),
    Case(image: [1, 6, 7, 2], kernel: [3, 2, 2, 2], strides: 2, padding: .same),
    Case(image: [3, 7, 6, 1], kernel: [3, 3, 1, 2], strides: Size2D(2, 3), padding: .valid),
    Case(image: [1, 9, 8, 2], kernel: [2, 1, 2, 2], strides: Size2D(3, 4), padding: .valid),
    Case(image: [1, 7, 5, 2], kernel: [1, 1, 2, 2], strides: Size2D(3, 2), padding: .same),
    Case(image: [2, 3, 3, 2], kernel: [3, 3, 2, 4], strides: 1, padding: .valid),
    Case(image: [1, 2, 3, 1], kernel: [5, 5, 1, 1], strides: 1, padding: .same),
    Case(image: [9, 2, 2, 1], kernel: [2, 2, 1, 1], strides: 1, padding: .same),
    Case(image: [1, 3, 3, 17], kernel: [2, 2, 17, 1], strides: 1, padding: .valid),
    Case(image: [1, 3, 3, 1], kernel: [2, 2, 1, 33], strides: 1, padding: .valid),
  ]

  @Test(arguments: cases)
  func `convolutions match their definition`(_ sample: Case) {
    let (image, kernel) = (awkward(sample.image, 1), awkward(sample.kernel, 2))
    let bias = awkward([sample.kernel[3]], 3)
    let (strides, padding) = (sample.strides, sample.padding)
    check("conv2D", [image, kernel], { $0[0].conv2D($0[1], strides: strides, padding: padding) }) {
      $0[0].convolved($0[1], nil, strides, padding, depthwise: false)
    }
    check(
      "conv2D + bias", [image, kernel, bias],
      { $0[0].conv2D($0[1], bias: $0[2], strides: strides, padding: padding) }
    ) { $0[0].convolved($0[1], $0[2], strides, padding, depthwise: false) }
  }

  @Test(arguments: cases)
  func `depthwise convolutions match their definition`(_ sample: Case) {
    let kernelShape = [sample.kernel[0], sample.kernel[1], sample.kernel[2], min(sample.kernel[3], 3)]
    let (image, kernel) = (awkward(sample.image, 1), awkward(kernelShape, 2))
    let bias = awkward([kernelShape[2] * kernelShape[3]], 3)
    let (strides, padding) = (sample.strides, sample.padding)
    check(
      "depthwiseConv2D", [image, kernel, bias],
      { $0[0].depthwiseConv2D($0[1], bias: $0[2], strides: strides, padding: padding) }
    ) { $0[0].convolved($0[1], $0[2], strides, padding, depthwise: true) }
  }

  @Test func `a convolution does not flip its kernel`() {
    // A cross-correlation: the output is 1·1 + 2·10 + 3·100 + 4·1000, in reading order.
    let image = Tensor([1, 2, 3, 4], shape: [1, 2, 2, 1])
    let kernel = Tensor([1, 10, 100, 1000], shape: [2, 2, 1, 1])
    #expect(image.conv2D(kernel).values == [4321])
  }

  @Test func `oneDNN and the portable kernels agree on a layer of LeNet`() {
    // 3 × 3 × 32 products of positive terms: the same bound as for matrix products.
    let image = awkward([5, 14, 14, 32], 1, low: 0.1, high: 0.9)
    let kernel = awkward([3, 3, 32, 64], 2, low: 0.1, high: 0.9)
    let portable = image.on(.portable).conv2D(kernel, padding: .same).values
    let fast = image.conv2D(kernel, padding: .same).values
    let worst = zip(portable, fast).map { abs($0 - $1) / $0 }.max() ?? 0
    #expect(worst <= 64 * .ulpOfOne)
  }
}
