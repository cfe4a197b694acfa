import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// AdaRound rounds up or down, and never to a larger error than rounding to the nearest code.
@Suite struct AdaptiveRoundingTests {
  @Test func `h and its gradient are those of Brevitas`() throws {
    let v = Variable("v", Tensor(try PostTrainingOracle.floats("v"), shape: [41]))
    let up = AdaptiveRounding.up(v.value)
    #expect(apart(up.values, try PostTrainingOracle.floats("up")) < 1e-6)
    let slope = up.sum().gradients(of: [v])[0].values
    #expect(apart(slope, try PostTrainingOracle.floats("slope")) < 1e-6)
    #expect(up.values.first == 0 && up.values.last == 1)
  }

  @Test func `the regularizer and its gradient are those of torch`() throws {
    let points = try PostTrainingOracle.floats("v").filter { abs($0) > 0.05 }
    let expected = try PostTrainingOracle.floats("regularizer")
    let betas: [Float] = [20, 8, 2]
    let count = points.count + 1
    for (index, beta) in betas.enumerated() {
      let first = index * count
      let own = Array(expected[first..<first + count])
      let v = Variable("v", Tensor(points, shape: [points.count]))
      let f = AdaptiveRounding.regularizer(v.value, beta: beta)
      #expect(abs(f.scalar - own[0]) < 1e-4 * own[0])
      #expect(apart(f.gradients(of: [v])[0].values, Array(own.dropFirst())) < 1e-4)
    }
  }

  @Test func `the gradient of the regularizer is its finite difference`() {
    for beta in [2, 5, 12] as [Float] {
      for point in stride(from: Float(-2.2), through: 2.2, by: 0.2) where abs(point) > 0.1 {
        func value(_ v: Float) -> Float { AdaptiveRounding.regularizer(Tensor(v), beta: beta).scalar }
        let v = Variable("v", Tensor(point))
        let slope = AdaptiveRounding.regularizer(v.value, beta: beta).gradients(of: [v])[0].scalar
        let step: Float = 0x1p-7
        let difference = (value(point + step) - value(point - step)) / (2 * step)
        #expect(abs(slope - difference) < 2e-3 * max(1, beta), "\(beta), \(point): \(slope), \(difference)")
      }
    }
  }

  @Test func `training starts from the weights as they are`() {
    let fractions = Tensor([0, 0.1, 0.5, 0.75, 0.999], shape: [5])
    let up = AdaptiveRounding.up(AdaptiveRounding.variable(fraction: fractions))
    #expect(apart(up.values, fractions.values) < 1e-6)
  }

  private func model(normalized: Bool) -> Model {
    func norm(_ name: String) -> [Layer] {
      normalized ? [BatchNormalization(name: name + "_norm")] : []
    }
    return Models.sequential(
      [Conv2D(filters: 3, kernelSize: 3, name: "conv")] + norm("conv") + [
        ReLU(), DepthwiseConv2D(kernelSize: 3, name: "depth"),
      ] + norm("depth") + [ReLU(maxValue: 6), Flatten(), Dense(units: 3, name: "scores")], [6, 6, 2], seed: 4)
  }

  private let batches = [Models.batch([6, 6, 2], count: 16), Models.batch([6, 6, 2], count: 16, seed: 8)]

  @Test(arguments: [BatchNormFolding.singleConvolution, .unfolded], [false, true])
  func `each weight is rounded up or down, and no layer has a larger error`(
    _ folding: BatchNormFolding, _ normalized: Bool
  ) throws {
    let float = model(normalized: normalized)
    var scheme = QuantizeScheme.nBit(weights: 3, activations: 8)
    scheme.batchNormFolding = folding
    let quantized = try quantizeModel(float, calibratingOn: batches, scheme: scheme)
    let before = quantized.operations
    let result = try quantized.adaptRounding(matching: float, on: batches, steps: 200)
    #expect(result.adapted.map(\.layer) == ["conv", "depth", "scores"])
    #expect(result.adapted.allSatisfy { $0.adapted <= $0.nearest })
    // The first layer alone reads the same in both, so there the error must have fallen.
    #expect(result.adapted[0].adapted < result.adapted[0].nearest && result.adapted[0].changed > 0)
    for (old, new) in zip(before, quantized.operations) {
      guard let kernel = old.kernel, let rounded = new.quantizedKernel else { continue }
      let (source, factor) = (kernel.values, old.kernelFactor ?? [])
      let grids = try new.kernelQuantizer?.affineQuantizers() ?? []
      #expect(!grids.isEmpty)
      for (element, (weight, value)) in zip(source, rounded.values).enumerated() {
        let channel = element % grids.count
        let step = grids[channel].scale * abs(factor.isEmpty ? 1 : factor[channel])
        #expect(
          abs(weight - value) < step * 1.0001, "\(old.name) \(element): \(weight), \(value), step \(step)")
        let code = value / step
        #expect(abs(code - code.rounded()) < 1e-3, "\(old.name) \(element): \(code)")
      }
    }
  }

  @Test func `where inputs are alike, errors of weights cancel`() throws {
    let float = Models.sequential([Dense(units: 6, name: "only")], [24], seed: 11)
    let batches = (1...4).map { Models.batch([24], count: 32, seed: $0) * 0.5 + 0.5 }
    let quantized = try quantizeModel(
      float, calibratingOn: batches, scheme: PostTrainingOracle.perTensor(weights: 3))
    let found = try quantized.adaptRounding(matching: float, on: batches, steps: 500, rate: 0.05).adapted[0]
    #expect(found.adapted < 0.8 * found.nearest, "\(found)")
    // The error that is told is that of the model as it is now.
    let apart = batches.flatMap { batch in
      zip(quantized(batch).values, float(batch).values).map { Double(($0 - $1) * ($0 - $1)) }
    }
    let measured = apart.reduce(0, +) / Double(128)
    #expect(abs(measured / found.adapted - 1) < 0.02, "\(measured) and \(found)")
  }

  @Test func `the float model stays, and the order of random steps is the seed's`() throws {
    let float = model(normalized: true)
    let before = float.weightBits
    func codes() throws -> [[Float]] {
      let quantized = try quantizeModel(
        float, calibratingOn: batches, scheme: .nBit(weights: 3, activations: 8))
      try quantized.adaptRounding(matching: float, on: batches, steps: 20)
      return quantized.operations.compactMap { $0.quantizedKernel?.values }
    }
    #expect(try codes() == codes())
    #expect(float.weightBits == before)
  }

  @Test func `a layer that is called twice is refused`() throws {
    let twice = Dense(units: 2, name: "twice")
    let input = Input([2], name: "x")
    let shared = Model(inputs: input, outputs: twice(ReLU()(twice(input))), name: "shared")
    Models.draw(shared, seed: 1)
    let batch = Models.batch([2])
    let quantized = try quantizeModel(shared, calibratingOn: [batch])
    do throws(QuantizationError) {
      _ = try quantized.adaptRounding(matching: shared, on: [batch])
      Issue.record("adapted")
    } catch {
      #expect(
        "\(error)".contains("no layer can be rounded: twice: it is called 2 times with the same weights"))
    }
  }

  @Test func `weights are clipped by the least squared error where that rounds better`() throws {
    let float = try PostTrainingOracle.network()
    let images = try PostTrainingOracle.images()
    func errors(_ scheme: QuantizeScheme) throws -> [Double] {
      let quantized = try quantizeModel(float, calibratingOn: [images], scheme: scheme)
      return quantized.operations.compactMap { operation in
        guard let kernel = operation.kernel, let rounded = operation.quantizedKernel else { return nil }
        return zip(kernel.values, rounded.values).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      }
    }
    let scheme = PostTrainingOracle.perTensor(weights: 3)
    let clipped = scheme.clippingWeights(by: .meanSquaredError)
    #expect(clipped.name == "W3A16, weights clipped by least square error")
    let (widest, least) = (try errors(scheme), try errors(clipped))
    #expect(
      zip(least, widest).allSatisfy { $0 <= $1 * 1.02 } && least.reduce(0, +) < 0.9 * widest.reduce(0, +))
    let half = try quantizeModel(
      float, calibratingOn: [images], scheme: scheme.clippingWeights(by: .percentile(60)))
    let quantizer = try #require(half.quantizers.first { $0.path == "quant_conv/kernel" })
    let magnitudes = float.weights[0].value.values.map(abs).sorted()
    let end = try #require(quantizer.quantizer.range?.high[0])
    #expect(end >= magnitudes[35] && end <= magnitudes[50], "\(end)")
  }
}
