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

  /// The gradient of the bias: without normalization the sum of each filter's gradients, with it zero.
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
