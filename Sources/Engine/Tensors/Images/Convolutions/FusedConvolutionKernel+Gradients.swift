import CKernels

/// The backward pass.
extension FusedConvolutionKernel {
  /// The inputs whose gradients are needed.
  struct Wanted {
    let image: Bool
    let kernel: Bool
    let bias: Bool
  }

  /// The gradients; nil for an input whose gradient is not needed.
  struct Gradients {
    var image: Buffer?
    var kernel: Buffer?
    var bias: Buffer?
    var gamma: Tensor?
    var beta: Tensor?
    /// Those of the parameters of a learned quantization, in their order.
    var learned: [Tensor] = []
  }

  /// The gradients of the inputs.
  ///
  /// With normalization the gradient of the bias is zero: normalization subtracts whatever the bias adds.
  ///
  /// - Parameters:
  ///   - wanted: The inputs whose gradients are needed.
  ///   - upstream: The gradient of the pooled values.
  ///   - outcome: The values kept by the forward pass.
  ///   - image: The images.
  ///   - kernel: The kernel.
  ///   - gamma: The factors of normalization; nil without normalization.
  /// - Returns: The gradients that are needed.
  func gradients(
    _ wanted: Wanted, upstream: Buffer, outcome: Outcome, image: Buffer, kernel: Buffer, gamma: Tensor?
  ) -> Gradients {
    var found = Gradients()
    var constants: ChannelConstants?
    let hasBiasSums = wanted.bias && outcome.normalization == nil
    let kinds = outcome.normalization != nil ? 2 : hasBiasSums ? 1 : 0
    let sums = sums(kinds, upstream, outcome)
    if let gamma, let statistics = outcome.normalization?.statistics {
      let result = statistics.gradients(gamma: gamma, sums, on: convolution.backend)
      (found.gamma, found.beta, constants) = (result.gamma, result.beta, result.values)
    }
    if wanted.bias {
      let bias = Buffer(count: filters)
      for filter in 0..<filters { bias.pointer[filter] = hasBiasSums ? Float(sums[filter]) : 0 }
      found.bias = bias
    }
    if let learned, learned.learns {
      let gradients = learned.gradients(sums[(kinds * filters)...], shape: pooledShape)
      found.learned = gradients.map { $0.on(convolution.backend) }
    }
    guard wanted.image || wanted.kernel else { return found }
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

  /// Calls `body` with the gradient of the convolution's result for each group, in temporary memory.
  private func forEachConvolutionGradient(
    _ images: Range<Int>, _ upstream: Buffer, _ outcome: Outcome, _ constants: ChannelConstants?,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = convolution.resultSize
    func spread(_ group: Range<Int>, convolved: UnsafePointer<Float>?) {
      Buffer.withScratch(group.count * size) { gradient in
        for (index, image) in group.enumerated() {
          let (given, choice) = (
            upstream.pointer + image * pooledSize, outcome.choices.bytes + image * pooledSize
          )
          if let constants, let convolved {
            constants.withBackward {
              qat_normalized_max_pool_gradient(
                pooling, $0, convolved + index * size, given, choice, gradient + index * size)
            }
          } else {
            qat_relu_max_pool_gradient(pooling, given, choice, gradient + index * size)
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

  /// Sums over all pooled values: `kinds` for each filter, then those of a learned quantization.
  ///
  /// The first kind is Σ u of the upstream gradients that pass, the second Σ u × (pixel − mean).
  private func sums(_ kinds: Int, _ upstream: Buffer, _ outcome: Outcome) -> [Double] {
    let learned = learned.flatMap { $0.learns ? $0 : nil }
    let (ofFilters, rows) = (kinds * filters, batch * pooledSize / filters)
    guard ofFilters > 0 || learned != nil else { return [] }
    let mean = outcome.normalization?.statistics.mean ?? []
    let width = ofFilters + (learned?.sumCount ?? 0)
    return BatchStatistics.sums(width, rows, filters, convolution.backend) { rows, sums in
      forEachBlock(of: rows) { rows in
        let first = rows.lowerBound * filters
        if kinds > 0 {
          qat_choice_sums(
            upstream.pointer + first, outcome.choices.bytes + first,
            outcome.chosen.map { $0.pointer + first },
            rows.count, filters, mean, sums, kinds > 1 ? sums + filters : nil)
        }
        guard let learned, let chosen = outcome.chosen else { return }
        withUnrounded(chosen.pointer + first, rows.count, outcome) {
          learned.addSums(
            $0, upstream: upstream.pointer + first, count: rows.count * filters, to: sums + ofFilters)
        }
      }
    }
  }

  /// Calls `body` with some rows of the pooled values before their quantization: kept, or normalized again.
  private func withUnrounded(
    _ chosen: UnsafePointer<Float>, _ rows: Int, _ outcome: Outcome, _ body: (UnsafePointer<Float>) -> Void
  ) {
    guard let normalization = outcome.normalization else { return body(chosen) }
    let count = rows * filters
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { choices in
        guard let values = values.baseAddress, let choices = choices.baseAddress else { return }
        choices.initialize(repeating: 0, count: count)
        normalization.constants.withForward {
          _ = rectify(chosen, rows, $0, values, choices)
        }
        body(values)
      }
    }
  }

  /// Calls `body` with the convolution of each group of a shard's images: kept, or computed again.
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
