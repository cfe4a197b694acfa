import CKernels
import Support

/// Convolution, optional batch normalization, ReLU and max pooling as one computation.
///
/// Each step finds its input in the cache, and only the values that gradients need are kept. For each pooling window
/// these are the index of the chosen pixel, one byte, and with normalization the pixel's value before it. The
/// gradient of normalization also needs the convolution: it is kept, or computed again where that is as quick as
/// reading it from memory.
struct FusedConvolutionKernel {
  let convolution: Convolution
  let poolSize: Size2D
  /// ReLU's largest value; infinity for no limit.
  let ceiling: Float
  /// The quantization of the pooled values.
  let quantization: PooledQuantization

  /// The values that the forward pass keeps.
  struct Outcome {
    /// The pooled values.
    let result: Buffer
    /// A byte for each pooled value: the index of the chosen pixel in its window.
    let choices: Buffer
    /// With normalization: the chosen pixels before it.
    let chosen: Buffer?
    /// With normalization: the statistics of the batch.
    let statistics: BatchStatistics?
    /// With normalization: the convolution, if it is kept.
    let convolved: Buffer?
    /// Computes the convolution again if it is not kept.
    let pass: ForwardPass
  }

  var filters: Int { convolution.filters }
  var batch: Int { convolution.windows.batch }
  var pooling: qat_pooling {
    let g = convolution.windows.geometry
    return qat_pooling(
      height: g.out_height, width: g.out_width, channels: filters, window_height: poolSize.height,
      window_width: poolSize.width)
  }
  /// The number of floats in one image's result.
  var pooledSize: Int { pooledShape[1] * pooledShape[2] * filters }

  var pooledShape: [Int] {
    let g = convolution.windows.geometry
    return [batch, g.out_height / poolSize.height, g.out_width / poolSize.width, filters]
  }

  /// Convolution, ReLU and pooling.
  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Outcome {
    let pass = ForwardPass(convolution, image: image, kernel: kernel, bias: bias)
    let (result, choices) = (Buffer(count: batch * pooledSize), choiceBytes())
    let greatest = ShardMaxima()
    convolution.backend.forEachShard(of: batch, work: convolution.work) { shard, images in
      Buffer.withScratch(pooledSize) { chosen in
        forEachConvolved(pass, images, into: nil) { group, values in
          for (index, image) in group.enumerated() {
            let (first, choice) = (image * pooledSize, choices.bytes + image * pooledSize)
            qat_choose_pixels(pooling, nil, values + index * convolution.resultSize, chosen, choice)
            greatest.add(
              qat_relu_chosen(
                chosen, pooledSize / filters, filters, qat_normalization(), ceiling, result.pointer + first,
                choice), shard: shard)
          }
        }
      }
    }
    quantize(result, choices, upTo: greatest.total)
    return Outcome(
      result: result, choices: choices, chosen: nil, statistics: nil, convolved: nil, pass: pass)
  }

  /// Convolution, normalization, ReLU and pooling.
  ///
  /// While a group's convolution is in the cache, it is added to the statistics and its pixels are chosen. The
  /// chosen pixels are normalized at the end.
  ///
  /// - Parameters:
  ///   - image: The images.
  ///   - kernel: The kernel.
  ///   - bias: The bias, or nil.
  ///   - gamma: The factors of normalization.
  ///   - beta: The offsets of normalization.
  ///   - epsilon: The number added to the variance.
  /// - Returns: The result and the values that gradients need.
  func forward(
    image: Buffer, kernel: Buffer, bias: Buffer?, gamma: Tensor, beta: Tensor, epsilon: Float
  ) -> Outcome {
    let pass = ForwardPass(convolution, image: image, kernel: kernel, bias: bias)
    let convolved = convolution.hasFewChannels ? nil : Buffer(count: batch * convolution.resultSize)
    let (chosen, choices) = (Buffer(count: batch * pooledSize), choiceBytes())
    let moments = ChannelMoments(channels: filters)
    let rows = convolution.windows.windowCount
    let signs = gamma.values.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 as Float }
    convolution.backend.forEachShard(of: batch, work: convolution.work) { shard, images in
      forEachConvolved(pass, images, into: convolved) { group, values in
        moments.add(values, rows: group.count * rows, shard: shard)
        for (index, image) in group.enumerated() {
          let first = image * pooledSize
          qat_choose_pixels(
            pooling, signs, values + index * convolution.resultSize, chosen.pointer + first,
            choices.bytes + first)
        }
      }
    }
    let statistics = BatchStatistics(moments, rows: batch * rows, epsilon: epsilon)
    let normalization = statistics.normalization(gamma: gamma, beta: beta)
    let (result, greatest) = (Buffer(count: chosen.count), ShardMaxima())
    convolution.backend.forEachShard(of: chosen.count / filters, work: chosen.count) { shard, rows in
      let first = rows.lowerBound * filters
      normalization.withForward {
        greatest.add(
          qat_relu_chosen(
            chosen.pointer + first, rows.count, filters, $0, ceiling, result.pointer + first,
            choices.bytes + first), shard: shard)
      }
    }
    quantize(result, choices, upTo: greatest.total)
    return Outcome(
      result: result, choices: choices, chosen: chosen, statistics: statistics, convolved: convolved,
      pass: pass)
  }

  /// Quantizes the pooled values in place; the greatest of them is known now.
  private func quantize(_ values: Buffer, _ choices: Buffer, upTo greatest: Float) {
    guard let quantizer = quantization(greatest) else { return }
    convolution.backend.forEachShard(of: values.count, work: values.count) { _, range in
      let first = range.lowerBound
      quantizer.round(values.pointer + first, choices: choices.bytes + first, count: range.count)
    }
  }

  /// Memory of one byte for each pooled value.
  private func choiceBytes() -> Buffer { Buffer(count: (batch * pooledSize + 3) / 4) }

  /// Convolves the images of a shard group by group, into `kept` or, without it, into temporary memory.
  func forEachConvolved(
    _ pass: ForwardPass, _ images: Range<Int>, into kept: Buffer?,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    convolution.forEachGroup(of: images) { group in
      let count = group.count * convolution.resultSize
      if let kept {
        let target = kept.pointer + group.lowerBound * convolution.resultSize
        pass.run(group, into: target)
        body(group, target)
      } else {
        Buffer.withScratch(count) { target in
          pass.run(group, into: target)
          body(group, target)
        }
      }
    }
  }
}

/// Fake-quantizes pooled values in place, inside the operation that computes them.
package protocol InPlaceQuantizer {
  /// Quantizes `count` values, which are 0 or more, and sets all bits of the choices where no gradient passes.
  func round(_ values: UnsafeMutablePointer<Float>, choices: UnsafeMutablePointer<UInt8>, count: Int)
}

/// The quantizer of pooled values, given the greatest of them, which is NaN if one is NaN; nil for no quantization.
package typealias PooledQuantization = (_ greatest: Float) -> (any InPlaceQuantizer)?

/// The greatest of values that are 0 or more, found by several shards; NaN if a value is NaN.
final class ShardMaxima {
  private let maxima = Buffer(count: Backend.shards)

  init() { maxima.pointer.update(repeating: 0, count: maxima.count) }

  /// Includes a value of a shard, whose maximum no other shard touches.
  func add(_ value: Float, shard: Int) {
    maxima.pointer[shard] = Self.greater(maxima.pointer[shard], value)
  }

  /// The greatest of all.
  var total: Float { maxima.mutable.reduce(0, Self.greater) }

  /// The greater of two values that are 0 or more, or NaN: their bit patterns are in the same order, NaN last.
  private static func greater(_ left: Float, _ right: Float) -> Float {
    left.bitPattern > right.bitPattern ? left : right
  }
}

extension Buffer {
  /// The memory as bytes.
  var bytes: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(pointer).bindMemory(
      to: UInt8.self, capacity: count * MemoryLayout<Float>.stride)
  }
}
