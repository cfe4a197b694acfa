import CKernels

/// Convolution, batch normalization where wanted, ReLU and max pooling as one computation: what one of them
/// leaves in the cache, the next one finds there, and nothing between them is kept but what gradients need.
///
/// Of each pooling window gradients need to know which pixel was chosen, one byte, and with normalization its
/// value before that. Normalization's own gradient reads the convolution again: it is kept, or, where that is
/// as quick as reading it from memory, computed again.
struct ConvolutionBlock {
  let convolution: Convolution
  let poolSize: (Int, Int)
  /// ReLU's largest value; infinity for none.
  let ceiling: Float

  /// What the forward pass leaves.
  struct Outcome {
    /// The pooled values.
    let result: Buffer
    /// A byte for each pooled value: which of the window's pixels it is.
    fileprivate let choices: Buffer
    /// With normalization: the chosen pixels before it, and the statistics.
    fileprivate let chosen: Buffer?
    let statistics: BatchStatistics?
    /// With normalization: the convolution, where it is kept.
    fileprivate let convolved: Buffer?
    /// How the convolution is computed where it is not.
    fileprivate let pass: ForwardPass
  }

  private var filters: Int { convolution.filters }
  private var batch: Int { convolution.windows.batch }
  private var pooling: qat_pooling {
    let g = convolution.windows.geometry
    return qat_pooling(
      height: g.out_height, width: g.out_width, channels: filters, window_height: poolSize.0,
      window_width: poolSize.1)
  }
  /// The number of floats in one image's result.
  private var pooledSize: Int { pooledShape[1] * pooledShape[2] * filters }

  var pooledShape: [Int] {
    let g = convolution.windows.geometry
    return [batch, g.out_height / poolSize.0, g.out_width / poolSize.1, filters]
  }

  /// Convolution, ReLU and pooling.
  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Outcome {
    let pass = ForwardPass(convolution, image: image, kernel: kernel, bias: bias)
    let (result, choices) = (Buffer(count: batch * pooledSize), choiceBytes())
    convolution.backend.forEachShard(of: batch, work: convolution.work) { _, images in
      Buffer.withScratch(pooledSize) { chosen in
        forEachConvolved(pass, images, into: nil) { group, values in
          for (place, image) in group.enumerated() {
            let (first, choice) = (image * pooledSize, choices.bytes + image * pooledSize)
            qat_choose_pixels(pooling, nil, values + place * convolution.resultSize, chosen, choice)
            qat_relu_chosen(
              chosen, pooledSize / filters, filters, qat_normalization(), ceiling, result.pointer + first,
              choice)
          }
        }
      }
    }
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
    let result = Buffer(count: chosen.count)
    convolution.backend.forEachShard(of: chosen.count / filters, work: chosen.count) { _, rows in
      let first = rows.lowerBound * filters
      normalization.withForward {
        qat_relu_chosen(
          chosen.pointer + first, rows.count, filters, $0, ceiling, result.pointer + first,
          choices.bytes + first)
      }
    }
    return Outcome(
      result: result, choices: choices, chosen: chosen, statistics: statistics, convolved: convolved,
      pass: pass)
  }

  /// Memory for a byte of each pooled value.
  private func choiceBytes() -> Buffer { Buffer(count: (batch * pooledSize + 3) / 4) }

  /// What gradients are asked for.
  struct Wanted {
    let image: Bool
    let kernel: Bool
    let bias: Bool
  }

  /// The gradients that come out; nil where none was asked for.
  struct Gradients {
    var image: Buffer?
    var kernel: Buffer?
    var bias: Buffer?
    var gamma: Tensor?
    var beta: Tensor?
  }

  /// The gradients from the pooled values' one.
  ///
  /// `gamma` is nil without normalization. With it, the bias has none: normalization takes away whatever it
  /// adds.
  func gradients(
    _ wanted: Wanted, upstream: Buffer, outcome: Outcome, image: Buffer, kernel: Buffer, gamma: Tensor?
  ) -> Gradients {
    var found = Gradients()
    var constants: ChannelConstants?
    if let gamma, let statistics = outcome.statistics {
      let result = statistics.gradients(
        gamma: gamma, rows: batch * pooledSize / filters, on: convolution.backend
      ) { rows, mean, sums, products in
        addSums(rows, upstream, outcome, mean, sums, products)
      }
      (found.gamma, found.beta, constants) = (result.gamma, result.beta, result.values)
    }
    if wanted.bias { found.bias = biasGradient(upstream, outcome) }
    let imagePass = wanted.image ? ImageGradientPass(convolution, kernel: kernel) : nil
    let kernelPass = wanted.kernel ? KernelGradientPass(convolution, image: image, withBias: false) : nil
    let imageGradient = wanted.image ? Buffer(count: image.count) : nil
    convolution.backend.forEachShard(of: batch, work: convolution.work * 2) { shard, images in
      forEachConvolutionGradient(images, upstream, outcome, constants) { group, gradient in
        if let imagePass, let imageGradient {
          imagePass.run(
            group.count, upstream: gradient,
            into: imageGradient.pointer + group.lowerBound * convolution.windows.imageSize)
        }
        kernelPass?.run(group, upstream: gradient, shard: shard)
      }
    }
    found.image = imageGradient
    found.kernel = kernelPass?.gradients().kernel
    return found
  }

  /// The gradient of the convolution's result, group by group, in passing memory.
  private func forEachConvolutionGradient(
    _ images: Range<Int>, _ upstream: Buffer, _ outcome: Outcome, _ constants: ChannelConstants?,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = convolution.resultSize
    func spread(_ group: Range<Int>, convolved: UnsafePointer<Float>?) {
      Buffer.withScratch(group.count * size) { gradient in
        for (place, image) in group.enumerated() {
          let (given, choice) = (
            upstream.pointer + image * pooledSize, outcome.choices.bytes + image * pooledSize
          )
          if let constants, let convolved {
            constants.withBackward {
              qat_normalized_max_pool_gradient(
                pooling, $0, convolved + place * size, given, choice, gradient + place * size)
            }
          } else {
            qat_relu_max_pool_gradient(pooling, given, choice, gradient + place * size)
          }
        }
        body(group, gradient)
      }
    }
    if constants == nil {
      convolution.forEachGroup(of: images) { spread($0, convolved: nil) }
    } else {
      forEachConvolved(outcome.pass, images, from: outcome.convolved) { spread($0, convolved: $1) }
    }
  }

  /// Without normalization, the sum of what reaches each filter; with it, zero.
  private func biasGradient(_ upstream: Buffer, _ outcome: Outcome) -> Buffer {
    let bias = Buffer(count: filters)
    bias.pointer.update(repeating: 0, count: filters)
    guard outcome.statistics == nil else { return bias }
    let sums = BatchStatistics.sums(1, batch * pooledSize / filters, filters, convolution.backend) {
      addSums($0, upstream, outcome, [], $1, nil)
    }
    for filter in 0..<filters { bias.pointer[filter] = Float(sums[filter]) }
    return bias
  }

  private func addSums(
    _ rows: Range<Int>, _ upstream: Buffer, _ outcome: Outcome, _ mean: [Double],
    _ sums: UnsafeMutablePointer<Double>, _ products: UnsafeMutablePointer<Double>?
  ) {
    let first = rows.lowerBound * filters
    qat_choice_sums(
      upstream.pointer + first, outcome.choices.bytes + first, outcome.chosen.map { $0.pointer + first },
      rows.count, filters, mean, sums, products)
  }

  /// Convolves the images of a shard group by group, into `kept` or, without it, into passing memory.
  private func forEachConvolved(
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

  /// The convolution of the images of a shard group by group: what was kept, or else computed anew.
  private func forEachConvolved(
    _ pass: ForwardPass, _ images: Range<Int>, from kept: Buffer?,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    guard let kept else { return forEachConvolved(pass, images, into: nil, body) }
    convolution.forEachGroup(of: images) { group in
      body(group, kept.pointer + group.lowerBound * convolution.resultSize)
    }
  }
}

extension Buffer {
  /// The memory as bytes.
  fileprivate var bytes: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
  }
}
