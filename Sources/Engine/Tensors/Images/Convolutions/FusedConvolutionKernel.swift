import CKernels
import Support

/// Convolution, optional batch normalization, ReLU and max pooling as one computation; or convolution and normalization.
///
/// Each step finds its input in the cache, and only the values that gradients need are kept. For each pooling window
/// these are the index of the chosen pixel, one byte, and with normalization the pixel's value before it. The
/// gradient of normalization also needs the convolution: it is kept, or computed again where that is as quick as
/// reading it from memory; where each window is a pixel, it is the chosen pixels. Learned steps need the values before
/// they are rounded: normalized again, or without normalization kept.
struct FusedConvolutionKernel {
  let convolution: Convolution
  let poolSize: Size2D
  /// ReLU's largest value, infinity for no limit; nil for no ReLU, which takes a normalization and no pooling.
  let ceiling: Float?
  /// The quantization of the pooled values.
  let quantization: PooledQuantization

  /// The values that the forward pass keeps.
  struct Outcome {
    /// The pooled values.
    let result: Buffer
    /// A byte for each pooled value: the index of the chosen pixel in its window.
    let choices: Buffer
    /// With normalization: the chosen pixels before it.
    ///
    /// Without it, if learned parameters quantize the pooled values: these before that.
    let chosen: Buffer?
    /// With normalization: the statistics of the batch and its constants.
    let normalization: (statistics: BatchStatistics, constants: ChannelConstants)?
    /// With normalization: the convolution, if it is kept; the chosen pixels where each window is a pixel.
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
    let unrounded = learned?.learns == true ? Buffer(count: result.count) : nil
    let range = ShardRanges(lanes: 1)
    convolution.backend.forEachShard(of: batch, work: convolution.work) { shard, images in
      Buffer.withScratch(pooledSize) { chosen in
        forEachConvolved(pass, images, into: nil) { group, values in
          for (index, image) in group.enumerated() {
            let first = image * pooledSize
            let pixels = values + index * convolution.resultSize
            if poolSize == 1 {
              (choices.bytes + first).update(repeating: 0, count: pooledSize)
            } else {
              qat_choose_pixels(pooling, nil, pixels, chosen, choices.bytes + first)
            }
            let target = (unrounded ?? result).pointer + first
            finish(
              poolSize == 1 ? pixels : chosen, pooledSize / filters, qat_normalization(), target,
              result.pointer + first, choices.bytes + first, range, shard)
          }
        }
      }
    }
    quantize(result, choices, range)
    return Outcome(
      result: result, choices: choices, chosen: unrounded, normalization: nil, convolved: nil, pass: pass)
  }

  /// Convolution, normalization, and ReLU and pooling unless there is no ReLU.
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
    let (chosen, choices) = (Buffer(count: batch * pooledSize), choiceBytes())
    let pools = poolSize != 1
    let convolved =
      !pools ? chosen : convolution.hasFewChannels ? nil : Buffer(count: batch * convolution.resultSize)
    let moments = ChannelMoments(channels: filters)
    let rows = convolution.windows.windowCount
    let signs = gamma.values.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 as Float }
    convolution.backend.forEachShard(of: batch, work: convolution.work) { shard, images in
      forEachConvolved(pass, images, into: convolved) { group, values in
        moments.add(values, rows: group.count * rows, shard: shard)
        for (index, image) in group.enumerated() where pools {
          let first = image * pooledSize
          qat_choose_pixels(
            pooling, signs, values + index * convolution.resultSize, chosen.pointer + first,
            choices.bytes + first)
        }
      }
    }
    let statistics = BatchStatistics(moments, rows: batch * rows, epsilon: epsilon)
    let constants = statistics.normalization(gamma: gamma, beta: beta)
    let (result, range) = (Buffer(count: chosen.count), ShardRanges(lanes: ceiling == nil ? 256 : 1))
    convolution.backend.forEachShard(of: chosen.count / filters, work: chosen.count) { shard, rows in
      forEachBlock(of: rows) { rows in
        let first = rows.lowerBound * filters
        if !pools { (choices.bytes + first).update(repeating: 0, count: rows.count * filters) }
        constants.withForward {
          let values = result.pointer + first
          finish(
            chosen.pointer + first, rows.count, $0, values, values, choices.bytes + first, range, shard)
        }
      }
    }
    quantize(result, choices, range)
    return Outcome(
      result: result, choices: choices, chosen: chosen, normalization: (statistics, constants),
      convolved: convolved, pass: pass)
  }

  /// The quantization by learned parameters, if there is one.
  var learned: (any LearnedInPlaceQuantizer)? {
    guard case .learned(let quantizer) = quantization else { return nil }
    return quantizer
  }

  /// Normalizes and rectifies some rows of chosen pixels, includes them in the range of a shard if the quantization asks
  /// for it, and quantizes them by learned parameters, if there are any.
  private func finish(
    _ chosen: UnsafePointer<Float>, _ rows: Int, _ normalization: qat_normalization,
    _ values: UnsafeMutablePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ choices: UnsafeMutablePointer<UInt8>, _ range: ShardRanges, _ shard: Int
  ) {
    let count = rows * filters
    let greatest = rectify(chosen, rows, normalization, values, choices)
    if case .byRange = quantization {
      if let greatest {
        range.include(greatest, shard: shard)
      } else {
        range.include(values, count: count, shard: shard)
      }
    }
    learned?.round(values, into: result, choices: choices, count: count)
  }

  /// Normalizes some rows of chosen pixels, and rectifies them if there is a ReLU.
  ///
  /// - Returns: The greatest value; nil without ReLU.
  func rectify(
    _ chosen: UnsafePointer<Float>, _ rows: Int, _ normalization: qat_normalization,
    _ values: UnsafeMutablePointer<Float>, _ choices: UnsafeMutablePointer<UInt8>
  ) -> Float? {
    if let ceiling {
      return qat_relu_chosen(chosen, rows, filters, normalization, ceiling, values, choices)
    }
    qat_normalize(chosen, rows, filters, normalization, values)
    return nil
  }

  /// Quantizes the pooled values in place, if their range says how.
  private func quantize(_ values: Buffer, _ choices: Buffer, _ range: ShardRanges) {
    guard case .byRange(let quantizer) = quantization, let quantizer = quantizer(range.least, range.greatest)
    else { return }
    convolution.backend.forEachShard(of: values.count, work: values.count) { _, range in
      let first = values.pointer + range.lowerBound
      quantizer.round(first, into: first, choices: choices.bytes + range.lowerBound, count: range.count)
    }
  }

  /// Memory of one byte for each pooled value.
  private func choiceBytes() -> Buffer { Buffer(count: (batch * pooledSize + 3) / 4) }

  /// Calls `body` for blocks of rows of the pooled values, whose values stay in the cache from one kernel to the next.
  func forEachBlock(of rows: Range<Int>, _ body: (Range<Int>) -> Void) {
    let most = max(1, 2048 / filters)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: most) {
      body(first..<min(first + most, rows.upperBound))
    }
  }

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

/// The least and the greatest of 0 and some values, found by several shards; NaN if a value is NaN.
final class ShardRanges {
  private let lanes: Int
  private let (lows, highs): (Buffer, Buffer)

  /// - Parameter lanes: The bounds that a shard keeps side by side: one, or many if whole arrays are included.
  init(lanes: Int) {
    self.lanes = lanes
    (lows, highs) = (Buffer(count: Backend.shards * lanes), Buffer(count: Backend.shards * lanes))
    lows.pointer.update(repeating: 0, count: lows.count)
    highs.pointer.update(repeating: 0, count: highs.count)
  }

  /// Includes values of a shard, whose bounds no other shard touches.
  func include(_ values: UnsafePointer<Float>, count: Int, shard: Int) {
    let first = shard * lanes
    qat_widen_ranges(values, count, lanes, lows.pointer + first, highs.pointer + first)
  }

  /// Includes values of a shard that are 0 or more, of which the greatest is known.
  func include(_ greatest: Float, shard: Int) {
    let high = highs.pointer + shard * lanes
    high.pointee = Self.greater(high.pointee, greatest)
  }

  /// The least of all.
  var least: Float { greatest.isNaN ? .nan : lows.mutable.reduce(0, min) }

  /// The greatest of all.
  var greatest: Float { highs.mutable.reduce(0, Self.greater) }

  private static func greater(_ left: Float, _ right: Float) -> Float {
    left.isNaN || left > right ? left : right
  }
}

extension Buffer {
  /// The memory as bytes.
  var bytes: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(pointer).bindMemory(
      to: UInt8.self, capacity: count * MemoryLayout<Float>.stride)
  }
}
