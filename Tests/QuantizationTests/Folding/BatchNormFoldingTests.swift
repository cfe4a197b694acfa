import Layers
import Quantization
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

/// The five forms of folding: one inference, and each its own training, equal to the formula it promises.
@Suite struct BatchNormFoldingTests {
  typealias Kind = FoldingCase.Kind
  typealias Form = BatchNormFolding

  private static let pairs = Kind.allCases.flatMap { kind in Form.allCases.map { (kind, $0) } }

  private func quantizer(_ kind: Kind) -> Quantizer { LastValueQuantizer(FoldingCase.format(kind)) }

  @Test(arguments: Kind.allCases) func `all foldings infer alike on frozen statistics`(_ kind: Kind) {
    let results = Form.allCases.map { form in
      let made = FoldingCase(kind, form, quantizer: quantizer(kind))
      made.calibrate()
      return made.folded(made.batch)
    }
    // A range for all channels does not commute with a factor for each: TFMOT's form differs in a dense layer.
    let comparable = zip(Form.allCases, results).filter { kind != .dense || $0.0 != .unfolded }
    for (form, result) in comparable { expectClose(result, results[0], within: 5e-6, "\(form)") }
    // The formula of inference.
    let made = FoldingCase(kind, .singleConvolution)
    let factor = made.value("gamma") / made.deviation(made.value("moving_variance"))
    let folded = made.kernel.value * made.spread(factor)
    let observer = quantizer(kind)
    observer.observe(folded.detached())
    let expected =
      made.linear(observer.fakeQuantized(folded))
      + (made.value("beta") + (made.bias - made.value("moving_mean")) * factor)
    expectClose(results[0], expected, within: 5e-6, "formula")
  }

  @Test(arguments: pairs) func `a folded normalization without quantizers is the float model`(
    _ kind: Kind, _ form: Form
  ) {
    let made = FoldingCase(kind, form)
    let inference = made.normalization(made.layer(made.batch))
    expectClose(made.folded(made.batch), inference, within: 1e-5, "inference")
    let before = made.normalization.weights.map(\.value)
    let training = made.normalization(made.layer(made.batch), training: true)
    let after = made.normalization.weights.map(\.value)
    for (variable, value) in zip(made.normalization.weights, before) { variable.value = value }
    let result = made.folded(made.batch, training: true)
    // With moving statistics, training computes what inference does, and moves nothing.
    let isMoving = form == .movingStatistics
    expectClose(result, isMoving ? inference : training, within: 1e-5, "training")
    for (index, variable) in made.normalization.weights.enumerated() {
      expectClose(variable.value, isMoving ? before[index] : after[index], within: 1e-5, variable.name)
    }
  }

  /// The kernel that training quantizes, and what is computed from it, written out.
  @Test(arguments: pairs) func `every folding trains by the formula that it promises`(
    _ kind: Kind, _ form: Form
  ) {
    let made = FoldingCase(kind, form, quantizer: quantizer(kind))
    let (gamma, beta, bias) = (made.value("gamma"), made.value("beta"), made.bias)
    let movingMean = made.value("moving_mean")
    let moving = made.deviation(made.value("moving_variance"))
    let (mean, variance) = made.statistics(made.linear(made.kernel.value) + bias)
    let batch = made.deviation(variance)
    func convolved(_ factor: Tensor) -> Tensor {
      let kernel = (made.kernel.value * made.spread(factor)).detached()
      let observer = quantizer(kind)
      observer.observe(kernel)
      return made.linear(observer.fakeQuantized(kernel))
    }
    func normalized(_ x: Tensor) -> Tensor {
      let (mean, variance) = made.statistics(x)
      return (x - mean) * gamma / made.deviation(variance) + beta
    }
    let expected =
      switch form {
      case .singleConvolution: normalized(convolved(gamma / moving) * (moving / gamma) + bias)
      case .twoConvolutions: convolved(gamma / batch) + (beta + (bias - mean) * gamma / batch)
      case .twoConvolutionsCorrected:
        convolved(gamma / moving) * (moving / batch) + (beta + (bias - mean) * gamma / batch)
      case .movingStatistics: convolved(gamma / moving) + (beta + (bias - movingMean) * gamma / moving)
      case .unfolded: normalized(convolved(.filled(1, shape: [made.channels])) + bias)
      }
    expectClose(made.folded(made.batch, training: true), expected, within: 1e-5, "\(form)")
  }

  @Test(arguments: pairs) func `gradients of a folded normalization equal finite differences`(
    _ kind: Kind, _ form: Form
  ) {
    let made = FoldingCase(kind, form)
    let upstream = Models.batch(Array(made.folded(made.batch).shape.dropFirst()), count: 8, seed: 11)
    let statistics = ["moving_mean", "moving_variance"].map { made.normalization.weight($0) }
    let start = statistics.map(\.value)
    func loss() -> Tensor {
      for (variable, value) in zip(statistics, start) { variable.value = value }
      return (made.folded(made.batch, training: true) * upstream).sum()
    }
    let weights = made.folded.trainableWeights
    let gradients = loss().gradients(of: weights)
    for (variable, gradient) in zip(weights, gradients) {
      let largest = gradient.values.reduce(0.1) { max($0, abs($1)) }
      for index in stride(from: 0, to: variable.value.count, by: max(variable.value.count / 8, 1)) {
        let value = variable.value.detached()
        func shiftedLoss(_ by: Float) -> Float {
          var values = value.values
          values[index] += by
          variable.value = Tensor(values, shape: value.shape)
          return loss().scalar
        }
        // Central differences err by a third derivative times 1e-4 / 6, and by rounding, about 1e-5 / 1e-2.
        let difference = (shiftedLoss(0.01) - shiftedLoss(-0.01)) / 0.02
        variable.value = value
        #expect(
          abs(difference - gradient.values[index]) < 0.02 * largest + 3e-3,
          "\(variable.name)[\(index)]: \(difference), not \(gradient.values[index])")
      }
    }
  }

  @Test(arguments: pairs) func `folded statistics move as the normalization's do`(_ kind: Kind, _ form: Form)
  {
    let made = FoldingCase(kind, form)
    let alone = FoldingCase(kind, form)
    for _ in 0..<3 {
      _ = made.folded(made.batch, training: true)
      if form != .movingStatistics { _ = alone.normalization(alone.layer(alone.batch), training: true) }
    }
    for name in ["moving_mean", "moving_variance"] {
      expectClose(made.value(name), alone.value(name), within: 3e-6, name)
    }
  }

  @Test(arguments: Form.allCases) func `a gamma of zero gives beta`(_ form: Form) {
    for gamma: Float in [0, 1e-9, -1e-38] {
      let made = FoldingCase(.conv, form, quantizer: quantizer(.conv))
      var gammas = made.value("gamma").values
      gammas[1] = gamma
      made.normalization.gamma.value = Tensor(gammas, shape: [4])
      made.calibrate()
      let beta = made.value("beta").values[1]
      for training in [false, true] {
        let outputs = made.folded(made.batch, training: training)
        let channel = stride(from: 1, to: outputs.count, by: 4).map { outputs.values[$0] }
        #expect(channel.allSatisfy { abs($0 - beta) < 1e-6 })
        let gradients = outputs.sum().gradients(of: made.folded.trainableWeights)
        #expect(gradients.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
      }
    }
  }

  @Test(arguments: Form.allCases) func `freezing after some steps stops the statistics`(_ form: Form) {
    let made = FoldingCase(.conv, form, quantizer: quantizer(.conv), freezesAfter: 2)
    var seen: [[Float]] = [made.value("moving_mean").values]
    for _ in 0..<4 {
      _ = made.folded(made.batch, training: true)
      _ = made.folded(made.batch)  // an inference counts for nothing
      seen.append(made.value("moving_mean").values)
    }
    #expect(made.folded.weight("steps").value.scalar == 2)
    #expect((seen[0] == seen[1]) == (form == .movingStatistics))
    #expect((seen[1] == seen[2]) == (form == .movingStatistics))
    #expect(seen[2] == seen[3] && seen[3] == seen[4])
    // From then on training computes what inference does.
    expectClose(
      made.folded(made.batch, training: true), made.folded(made.batch), within: 1e-6, "\(form)")
  }

  @Test(arguments: Form.allCases) func `a frozen normalization keeps its statistics`(_ form: Form) {
    let made = FoldingCase(.dense, form, quantizer: quantizer(.dense))
    made.normalization.trainable = false
    let before = made.normalization.weightBits
    let outputs = made.folded(made.batch, training: true)
    #expect(made.normalization.weightBits == before)
    expectClose(outputs, made.folded(made.batch), within: 1e-6, "\(form)")
    #expect(made.folded.trainableWeights.map(\.name) == ["w/kernel", "w/bias"])
  }

  /// A model of quantized layers that the user put together is copied as any other.
  @Test(arguments: Form.allCases) func `a copy of a model with a folded normalization computes the same`(
    _ form: Form
  ) throws {
    // Ranges to start from: a model calls its layers when it is made.
    let start = ValueRange(-2, 2)
    let folded = FoldedBatchNorm(
      Conv2D(filters: 2, kernelSize: 3, name: "conv"), BatchNormalization(name: "bn"),
      quantizer: LastValueQuantizer(.weightsPerChannel, startingAt: start), folding: form, freezesAfter: 3,
      name: "folded")
    let model = Sequential(
      [
        QuantizeLayer(AllValuesQuantizer(startingAt: start), name: "edge"),
        QuantizeWrapper(folded, output: MovingAverageQuantizer(start: .at(start)), name: "wrapped"),
        Flatten(name: "flat"),
        QuantizeWrapper(
          Dense(units: 2, name: "dense"), weights: [("kernel", LastValueQuantizer(startingAt: start))],
          name: "end"),
      ], inputShape: [5, 5, 1], seed: 2)
    let batch = Models.batch([5, 5, 1])
    for _ in 0..<2 { _ = model(batch, training: true) }
    let copy = try model.copied()
    copy.copyWeights(from: model)
    #expect(copy(batch).values == model(batch).values)
    #expect(copy(batch, training: true).values == model(batch, training: true).values)
  }

  @Test func `folding by two convolutions stores the range of inference`() {
    let made = FoldingCase(.conv, .twoConvolutions, quantizer: quantizer(.conv))
    _ = made.folded(made.batch, training: true)
    let observer = quantizer(.conv)
    observer.observe(made.folded.foldedKernel.detached())
    #expect(made.folded.quantizer?.range == observer.range)
  }
}
