import CKernels

/// Convolution, batch normalization where wanted, ReLU and max pooling as one computation: what one of them
/// leaves in the cache, the next one finds there, and nothing between them is kept but what gradients need.
///
/// Of each pooling window gradients need to know which pixel was chosen, one byte, and with normalization its
/// value before that. Normalization's own gradient reads the convolution again: it is kept, or, where that is
/// as quick as reading it from memory, computed again.
struct FusedConvolutionKernel {
  let convolution: Convolution
  let poolSize: (Int, Int)
  /// ReLU's largest value; infinity for none.
  let ceiling: Float
  /// What is done to the pooled values before anyone sees them.
  let rounding: PooledQuantization

  /// What the forward pass leaves.
  struct Outcome {
    /// The pooled values.
    let result: Buffer
    /// A byte for each pooled value: which of the window's pixels it is.
    let choices: Buffer
    /// With normalization: the chosen pixels before it, and the statistics.
    let chosen: Buffer?
    let statistics: BatchStatistics?
    /// With normalization: the convolution, where it is kept.
    let convolved: Buffer?
    /// How the convolution is computed where it is not.
    let pass: ForwardPass
  }

  var filters: Int { convolution.filters }
  var batch: Int { convolution.windows.batch }
  var pooling: qat_pooling {
    let g = convolution.windows.geometry
    return qat_pooling(
      height: g.out_height, width: g.out_width, channels: filters, window_height: poolSize.0,
      window_width: poolSize.1)
  }
  /// The number of floats in one image's result.
  var pooledSize: Int { pooledShape[1] * pooledShape[2] * filters }

  var pooledShape: [Int] {
    let g = convolution.windows.geometry
    return [batch, g.out_height / poolSize.0, g.out_width / poolSize.1, filters]
  }

  /// Convolution, ReLU and pooling.
  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Outcome {
    let pass = ForwardPass(convolution, image: image, kernel: kernel, bias: bias)
    let (result, choices) = (Buffer(count: batch * pooledSize), choiceBytes())
    let greatest = ShardMaxima()
    convolution.backend.forEachShard(of: batch, work: convolution.work) { shard, images in
      Buffer.withScratch(pooledSize) { chosen in
        forEachConvolved(pass, images, into: nil) { group, values in
          for (place, image) in group.enumerated() {
            let (first, choice) = (image * pooledSize, choices.bytes + image * pooledSize)
            qat_choose_pixels(pooling, nil, values + place * convolution.resultSize, chosen, choice)
            greatest.add(
              qat_relu_chosen(
                chosen, pooledSize / filters, filters, qat_normalization(), ceiling, result.pointer + first,
                choice), shard: shard)
          }
        }
      }
    }
    round(result, choices, upTo: greatest.total)
    return Outcome(
      result: result, choices: choices, chosen: nil, statistics: nil, convolved: nil, pass: pass)
  }

  /// Convolution, normalization, ReLU and pooling: while a group's convolution is in the cache, its share of
  /// the statistics is taken and its pixels are chosen; these are normalized in the end.
  func forward(
    image: Buffer, kernel: Buffer, bias: Buffer?, gamma: Tensor, beta: Tensor, epsilon: Float
  ) -> Outcome {
    let pass = ForwardPass(convolution, image: image, kernel: kernel, bias: bias)
    let convolved = convolution.isDirect ? nil : Buffer(count: batch * convolution.resultSize)
    let (chosen, choices) = (Buffer(count: batch * pooledSize), choiceBytes())
    let moments = ChannelMoments(channels: filters)
    let rows = convolution.windows.windowCount
    let signs = gamma.values.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 as Float }
    convolution.backend.forEachShard(of: batch, work: convolution.work) { shard, images in
      forEachConvolved(pass, images, into: convolved) { group, values in
        moments.add(values, rows: group.count * rows, shard: shard)
        for (place, image) in group.enumerated() {
          let first = image * pooledSize
          qat_choose_pixels(
            pooling, signs, values + place * convolution.resultSize, chosen.pointer + first,
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
    round(result, choices, upTo: greatest.total)
    return Outcome(
      result: result, choices: choices, chosen: chosen, statistics: statistics, convolved: convolved,
      pass: pass)
  }

  /// Rounds the pooled values, now that the greatest of them is known.
  private func round(_ values: Buffer, _ choices: Buffer, upTo greatest: Float) {
    guard let rounding = rounding(greatest) else { return }
    convolution.backend.forEachShard(of: values.count, work: values.count) { _, range in
      let first = range.lowerBound
      rounding.round(values.pointer + first, choices: choices.bytes + first, count: range.count)
    }
  }

  /// Memory for a byte of each pooled value.
  private func choiceBytes() -> Buffer { Buffer(count: (batch * pooledSize + 3) / 4) }

  /// Convolves the images of a shard group by group, into `kept` or, without it, into passing memory.
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

extension Buffer {
  /// The memory as bytes.
  var bytes: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(pointer).bindMemory(
      to: UInt8.self, capacity: count * MemoryLayout<Float>.stride)
  }
}
