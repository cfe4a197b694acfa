import ExerciseKit

// MARK: - 06.1

private struct Folding: Sendable {
  var deviation: @Sendable (_ variance: Float, _ epsilon: Float) -> Float = { ($0 + $1).squareRoot() }
  var gamma: @Sendable (Float) -> Float = { $0 }
  var keepsKernel = false
  var bias: @Sendable (_ bias: Float, _ mean: Float, _ beta: Float, _ factor: Float) -> Float = {
    bias, mean, beta, factor in
    beta + (bias - mean) * factor
  }
}

let further0601 = pairs(
  of: [
    Edit("epsilon-forgotten") { settings in settings.deviation = { variance, _ in variance.squareRoot() } },
    Edit("epsilon-after-the-root") { $0.deviation = { $0.squareRoot() + $1 } },
    Edit("variance-for-deviation") { $0.deviation = { $0 + $1 } },
    Edit(unnamed: "times the deviation") { $0.deviation = { 1 / ($0 + $1).squareRoot() } },
    Edit("gamma-forgotten") { $0.gamma = { _ in 1 } },
    Edit(unnamed: "gamma's magnitude") { $0.gamma = { $0.magnitude } },
    Edit("kernel-unchanged") { $0.keepsKernel = true },
    Edit("bias-not-scaled") { $0.bias = { bias, mean, beta, _ in beta + bias - mean } },
    Edit("bias-forgotten") { $0.bias = { _, mean, beta, factor in beta - mean * factor } },
    Edit("mean-not-scaled") { $0.bias = { bias, mean, beta, factor in beta + bias * factor - mean } },
    Edit("mean-added") { $0.bias = { bias, mean, beta, factor in beta + (bias + mean) * factor } },
    Edit("beta-scaled") { $0.bias = { bias, mean, beta, factor in (beta + bias - mean) * factor } },
    Edit("beta-forgotten") { $0.bias = { bias, mean, _, factor in (bias - mean) * factor } },
    Edit(unnamed: "beta taken off") {
      $0.bias = { bias, mean, beta, factor in (bias - mean) * factor - beta }
    },
    Edit(unnamed: "the other way round") {
      $0.bias = { bias, mean, beta, factor in beta + (mean - bias) * factor }
    },
    Edit(unnamed: "no mean") { $0.bias = { bias, _, beta, factor in beta + bias * factor } },
    Edit(unnamed: "beta alone") { $0.bias = { _, _, beta, _ in beta } },
  ], from: Folding(),
  without: [
    ["epsilon-forgotten", "epsilon-after-the-root", "variance-for-deviation", "times the deviation"],
    ["gamma-forgotten", "gamma's magnitude"],
    [
      "bias-not-scaled", "bias-forgotten", "mean-not-scaled", "mean-added", "beta-scaled", "beta-forgotten",
      "beta taken off", "the other way round", "no mean", "beta alone",
    ],
  ]
) { settings in
  ObservedAnswer(.batchNormFolding) {
    (kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float) in
    let factor = settings.gamma(gamma) / settings.deviation(variance, epsilon)
    return Values(
      settings.keepsKernel ? kernel : kernel.map { $0 * factor }, settings.bias(bias, mean, beta, factor))
  }
}

// MARK: - 06.2

private struct Placing: Sendable {
  typealias Rule = @Sendable (_ layer: GraphLayer, _ next: GraphLayer?) -> Bool
  var kernel: Rule = { layer, _ in layer == .conv || layer == .dense }
  var output: Rule = { layer, next in
    layer != .maxPool && layer != .flatten && next != .batchNorm && next != .relu
  }

  func fakeQuants(_ layers: [GraphLayer]) -> [FakeQuants] {
    layers.indices.map { index in
      let next = index + 1 < layers.count ? layers[index + 1] : nil
      return FakeQuants(kernel: kernel(layers[index], next), output: output(layers[index], next))
    }
  }
}

private func computes(_ layer: GraphLayer) -> Bool { layer != .maxPool && layer != .flatten }

let further0602 = pairs(
  of: [
    Edit("weights-lost") {
      $0.kernel = { layer, next in layer == .conv || layer == .dense ? next != .relu : false }
    },
    Edit("weights-lost") {
      $0.kernel = { layer, next in layer == .conv || layer == .dense ? next != .batchNorm : false }
    },
    Edit("normalization-has-a-kernel") {
      $0.kernel = { layer, _ in [.conv, .dense, .batchNorm].contains(layer) }
    },
    Edit(unnamed: "convolutions alone") { $0.kernel = { layer, _ in layer == .conv } },
    Edit(unnamed: "dense layers alone") { $0.kernel = { layer, _ in layer == .dense } },
    Edit(unnamed: "kernels of all") { $0.kernel = { layer, _ in computes(layer) } },
    Edit(unnamed: "no kernels") { $0.kernel = { _, _ in false } },
    Edit("every-layer-rounds") { $0.output = { _, _ in true } },
    Edit("every-layer-rounds") { $0.output = { layer, _ in computes(layer) } },
    Edit("relu-not-fused") { $0.output = { layer, next in computes(layer) && next != .batchNorm } },
    Edit("normalization-not-folded") { $0.output = { layer, next in computes(layer) && next != .relu } },
    Edit("rounds-too-early") { $0.output = { layer, _ in layer == .conv || layer == .dense } },
    Edit("only-behind-relu") { $0.output = { layer, _ in layer == .relu } },
    Edit("pooling-rounds") {
      $0.output = { layer, next in !computes(layer) || next != .batchNorm && next != .relu }
    },
    Edit(unnamed: "poolings alone") { $0.output = { layer, _ in layer == .maxPool } },
    Edit(unnamed: "no outputs") { $0.output = { _, _ in false } },
    Edit(unnamed: "the last alone") { $0.output = { _, next in next == nil } },
    Edit(unnamed: "not the last") { rule in
      rule.output = { layer, next in
        computes(layer) && next != nil && next != .batchNorm && next != .relu
      }
    },
  ], from: Placing(),
  without: [
    [
      "weights-lost", "normalization-has-a-kernel", "convolutions alone", "dense layers alone",
      "kernels of all",
      "no kernels",
    ],
    [
      "every-layer-rounds", "relu-not-fused", "normalization-not-folded", "rounds-too-early",
      "only-behind-relu",
      "pooling-rounds", "poolings alone", "no outputs", "the last alone", "not the last",
    ],
  ]
) { settings in
  ObservedAnswer(.placement) { (layers: [GraphLayer]) in settings.fakeQuants(layers) }
}

// MARK: - 06.3

private func codesLeft(
  _ truths: String..., line: Int = #line,
  _ answer: @escaping @Sendable (_ steps: Float, _ last: Int) -> Int
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.codesLeft) { (low: Float, high: Float, bits: Int) in
      let last = (1 << bits) - 1
      return answer(-low / ((high - low) / Float(last)), last)
    })
}

let further0603: [FurtherAnswer] = [
  codesLeft { $1 - Int($0.rounded()) + 2 },
  codesLeft { $1 + Int($0.rounded()) + 1 },
  codesLeft { Int($0.rounded()) - 1 + 0 * $1 },
  codesLeft { $1 / 2 - Int($0.rounded()) },
  codesLeft { ($1 - Int($0.rounded()) + 1) / 2 },
  codesLeft { max($1 - Int($0.rounded()), 1) },
  codesLeft { $1 - 2 * Int($0.rounded()) + 1 },
  codesLeft { $1 - Int(($0 * 2).rounded()) },
  codesLeft("nothing-deleted") { $1 + Int(0 * $0) },
  codesLeft("always-half") { ($1 + 1) / 2 + 1 + Int(0 * $0) },
  codesLeft("zero-point-cut", "steps-for-codes") { $1 - Int($0) },
  codesLeft("zero-point-up", "steps-for-codes") { $1 - Int($0.rounded(.up)) },
  codesLeft("counted-the-deleted", "zero-point-cut") { Int($0) + 0 * $1 },
  codesLeft("counted-the-deleted", "zero-point-up") { Int($0.rounded(.up)) + 0 * $1 },
  codesLeft("divided-by-levels", "steps-for-codes") { steps, last in
    last - Int((steps * Float(last + 1) / Float(last)).rounded())
  },
  codesLeft("divided-by-levels", "zero-point-cut") { steps, last in
    last - Int(steps * Float(last + 1) / Float(last)) + 1
  },
  codesLeft("divided-by-levels", "counted-the-deleted") { steps, last in
    Int((steps * Float(last + 1) / Float(last)).rounded())
  },
]
