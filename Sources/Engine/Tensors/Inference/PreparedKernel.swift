import CKernels
import Support

/// A computation of a network that is prepared for inference: its kernel is packed once, and it keeps no history.
///
/// It computes the results of a group of examples from memory to memory. Threads share an only example's products and sums.
package struct PreparedKernel {
  /// The inputs' values, each those of all examples one after the other; the result's values alike.
  typealias Body = (
    _ examples: Int, _ inputs: UnsafeBufferPointer<UnsafeMutablePointer<Float>>,
    _ result: UnsafeMutablePointer<Float>
  ) -> Void

  let run: Body

  init(_ run: @escaping Body) { self.run = run }

  /// This computation, and then another of its result, in place.
  package func then(_ next: PreparedKernel) -> PreparedKernel {
    PreparedKernel { [run] examples, inputs, result in
      run(examples, inputs, result)
      withUnsafePointer(to: result) { next.run(examples, UnsafeBufferPointer(start: $0, count: 1), result) }
    }
  }

  // MARK: - Products

  /// A convolution of images `[height, width, channels]` with a kernel `[height, width, channels, filters]`.
  ///
  /// - Parameters:
  ///   - kernel: The kernel, whose backend is used.
  ///   - bias: A number for each filter.
  ///   - image: The shape of an image.
  ///   - strides: The distances between windows.
  ///   - padding: The treatment of windows at the edges.
  ///   - group: The number of images that oneDNN computes in one go where there are as many; the others one by one.
  ///   - ending: What becomes of the sums: other than the sums only on a backend for which `takesEndings` holds.
  /// - Returns: The kernel.
  package static func convolution(
    _ kernel: Tensor, bias: Tensor, image: [Int], strides: Size2D, padding: Padding, group: Int,
    ending: ConvolutionEnding = .sums
  ) -> PreparedKernel {
    let windows = Windows(
      [group] + image, window: Size2D(kernel.shape[0], kernel.shape[1]), strides: strides, padding: padding,
      for: "conv2D")
    if takesEndings(on: kernel.backend) {
      let convolution = InferenceConvolution(windows, kernel: kernel, bias: bias, ending: ending)
      return PreparedKernel { convolution.run($0, from: $1[0], into: $2) }
    }
    require(ending.isNone, "PreparedKernel: this backend's convolutions take no ending")
    let convolution = Convolution(windows: windows, filters: kernel.shape[3], backend: kernel.backend)
    let packed = PackedConvolution(
      convolution, kernel: kernel.buffer, bias: bias.buffer, groups: Set([1, group]).sorted())
    return PreparedKernel { images, inputs, result in
      if images == group { return packed.run(images, from: inputs[0], into: result) }
      for image in 0..<images {
        packed.run(
          1, from: inputs[0] + image * windows.imageSize, into: result + image * convolution.resultSize)
      }
    }
  }

  /// Whether a convolution on a backend can rectify its results, and pool them.
  package static func takesEndings(on backend: Backend) -> Bool { InferenceConvolution.isUsed(by: backend) }

  /// A convolution of each channel of images `[height, width, channels]` with a kernel
  /// `[height, width, channels, multiplier]`.
  package static func depthwise(
    _ kernel: Tensor, bias: Tensor, image: [Int], strides: Size2D, padding: Padding
  ) -> PreparedKernel {
    let windows = Windows(
      [1] + image, window: Size2D(kernel.shape[0], kernel.shape[1]), strides: strides, padding: padding,
      for: "depthwiseConv2D")
    let convolution = DepthwiseConvolution(windows: windows, multiplier: kernel.shape[3])
    return PreparedKernel { [kernel = kernel.buffer, bias = bias.buffer] images, inputs, result in
      convolution.run(images, from: inputs[0], kernel: kernel, bias: bias, into: result)
    }
  }

  /// A matrix product with a kernel `[features, units]`: a convolution with a window of one pixel, whose pixels are the
  /// examples.
  ///
  /// - Parameters:
  ///   - kernel: The kernel, whose backend is used.
  ///   - bias: A number for each unit.
  ///   - ending: What becomes of the sums: other than the sums only on a backend for which `takesEndings` holds.
  /// - Returns: The kernel.
  package static func dense(_ kernel: Tensor, bias: Tensor, ending: ConvolutionEnding = .sums)
    -> PreparedKernel
  {
    let (features, units) = (kernel.shape[0], kernel.shape[1])
    if takesEndings(on: kernel.backend) {
      let window = kernel.reshaped([1, 1, features, units])
      return convolution(
        window, bias: bias, image: [1, 1, features], strides: 1, padding: .valid, group: 1, ending: ending)
    }
    require(ending.isNone, "PreparedKernel: this backend's products take no ending")
    return PreparedKernel {
      [backend = kernel.backend, kernel = kernel.buffer, bias = bias.buffer] rows, inputs, result in
      if rows >= 4 {
        return backend.multiply(
          qat_matrix_product(
            rows: rows, depth: features, columns: units,
            left: qat_factor(values: inputs[0], row_size: features, transposed: false),
            right: qat_factor(values: kernel.pointer, row_size: units, transposed: false),
            bias: bias.pointer, result: result, result_row_size: units, accumulates: false))
      }
      for row in 0..<rows {
        qat_row_product(
          inputs[0] + row * features, kernel.pointer, bias.pointer, features, units, result + row * units)
      }
    }
  }

  /// A factor and an offset for each channel, the last dimension; `size` is that of an example.
  ///
  /// It is computed in double precision: where channels lie far from 0, the product and the offset nearly cancel.
  package static func channels(_ factors: [Double], _ offsets: [Double], size: Int) -> PreparedKernel {
    PreparedKernel { examples, inputs, result in
      qat_scale_channels(inputs[0], factors, offsets, examples * size / factors.count, factors.count, result)
    }
  }

  // MARK: - Windows

  /// The largest value under each window of images `[height, width, channels]`.
  package static func maxPooling(
    image: [Int], size: Size2D, strides: Size2D, padding: Padding
  ) -> PreparedKernel {
    pooling(
      Windows([1] + image, window: size, strides: strides, padding: padding, for: "maxPool2D"), qat_max_pool)
  }

  /// The mean under each window of images `[height, width, channels]`, of the pixels inside.
  package static func averagePooling(
    image: [Int], size: Size2D, strides: Size2D, padding: Padding
  ) -> PreparedKernel {
    pooling(
      Windows([1] + image, window: size, strides: strides, padding: padding, for: "averagePool2D"),
      qat_average_pool)
  }

  /// The mean of each channel over a whole image `[height, width, channels]`, added in double precision.
  package static func globalAverage(image: [Int]) -> PreparedKernel {
    let (pixels, channels) = (image[0] * image[1], image[2])
    return PreparedKernel { images, inputs, result in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: channels) { totals in
        for image in 0..<images {
          totals.initialize(repeating: 0)
          qat_sum_rows(inputs[0] + image * pixels * channels, 0, pixels, channels, totals.baseAddress)
          for channel in 0..<channels {
            result[image * channels + channel] = Float(totals[channel] / Double(pixels))
          }
        }
      }
    }
  }

  /// Zeros around images `[height, width, channels]`.
  package static func zeroPadding(
    image: [Int], top: Int, bottom: Int, left: Int, right: Int
  ) -> PreparedKernel {
    let (inside, row) = (image[1] * image[2], (left + image[1] + right) * image[2])
    return PreparedKernel { images, inputs, result in
      result.update(repeating: 0, count: images * (top + image[0] + bottom) * row)
      for number in 0..<images {
        let target = result + number * (top + image[0] + bottom) * row + top * row + left * image[2]
        for y in 0..<image[0] {
          (target + y * row).update(from: inputs[0] + (number * image[0] + y) * inside, count: inside)
        }
      }
    }
  }

  private static func pooling(
    _ windows: Windows,
    _ pool: @escaping (qat_windows, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  ) -> PreparedKernel {
    let resultSize = windows.windowCount * windows.geometry.channels
    return PreparedKernel { images, inputs, result in
      for image in 0..<images {
        pool(windows.geometry, inputs[0] + image * windows.imageSize, result + image * resultSize)
      }
    }
  }

  // MARK: - Elements

  /// max(x, 0), and not above a maximum if there is one; `size` is that of an example.
  package static func relu(maximum: Float?, size: Int) -> PreparedKernel {
    PreparedKernel { examples, inputs, result in
      if let maximum {
        qat_clip(inputs[0], 0, maximum, result, examples * size)
      } else {
        qat_relu(inputs[0], result, examples * size)
      }
    }
  }

  /// x, and below 0 slope · x.
  package static func leakyReLU(slope: Float, size: Int) -> PreparedKernel {
    PreparedKernel { qat_leaky_relu($1[0], slope, $2, $0 * size) }
  }

  /// 1 / (1 + e⁻ˣ).
  package static func sigmoid(size: Int) -> PreparedKernel {
    PreparedKernel { qat_sigmoid($1[0], $2, $0 * size) }
  }

  /// x · min(max(x + 3, 0), 6) / 6.
  package static func hardSwish(size: Int) -> PreparedKernel {
    PreparedKernel { qat_hard_swish($1[0], $2, $0 * size) }
  }

  /// The hyperbolic tangent.
  package static func tanh(size: Int) -> PreparedKernel {
    PreparedKernel { qat_tanh($1[0], $2, $0 * size) }
  }

  /// The softmax along the last dimension, of `columns`.
  package static func softmax(size: Int, columns: Int) -> PreparedKernel {
    PreparedKernel { qat_softmax($1[0], $2, $0 * size / columns, columns) }
  }

  // MARK: - Several inputs

  /// The sum of inputs of one size, from the first to the last, and then a function of each element, in place.
  ///
  /// Threads share an only example as they share the rows of convolutions, so that each finds its part in its cache.
  package static func sum(size: Int, then function: PreparedKernel?, backend: Backend) -> PreparedKernel {
    PreparedKernel { examples, inputs, result in
      func run(_ elements: Range<Int>) {
        for first in stride(from: elements.lowerBound, to: elements.upperBound, by: elementsTogether) {
          let count = min(elementsTogether, elements.upperBound - first)
          func operand(_ input: Int) -> qat_operand {
            qat_operand(values: inputs[input] + first, row_stride: 0, column_stride: 1)
          }
          let target = result + first
          qat_add(operand(0), operand(1), target, 1, count)
          for input in inputs.dropFirst(2) { qat_accumulate(target, input + first, count) }
          guard let function else { continue }
          withUnsafePointer(to: target) {
            function.run(count, UnsafeBufferPointer(start: $0, count: 1), target)
          }
        }
      }
      if examples == 1, size >= fewestShared {
        backend.forEachThread(of: size, work: .max) { run($0) }
      } else {
        run(0..<examples * size)
      }
    }
  }

  /// The elements of a sum that are computed before their function.
  private static let elementsTogether = 1 << 11
  /// So many elements take longer than handing half of them to a thread that waits.
  private static let fewestShared = 1 << 13

  /// Inputs side by side: of each, `blocks[input]` values follow one another, as often as the inputs have them.
  package static func concatenation(blocks: [Int], rows: Int) -> PreparedKernel {
    let width = blocks.reduce(0, +)
    return PreparedKernel { examples, inputs, result in
      for row in 0..<examples * rows {
        var target = result + row * width
        for (input, block) in zip(inputs, blocks) {
          target.update(from: input + row * block, count: block)
          target += block
        }
      }
    }
  }
}
