import ExerciseKit
import Layers
import Tensors

// MARK: - 04.1

private func moments(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable ([[Int]]) -> [Moment]
) -> FurtherAnswer {
  FurtherAnswer(truths, "line \(line)", ObservedAnswer(.moments) { (batches: [[Int]]) in answer(batches) })
}

/// The moments of a layer that compares `key` of a batch with that of the first.
private func judged(_ batches: [[Int]], by key: ([Int]) -> [Int]) -> [Moment] {
  batches.enumerated().map { index, batch in
    index == 0 ? .buildAndCall : key(batch) == key(batches[0]) ? .call : .refuse
  }
}

private func right(_ batches: [[Int]]) -> [Moment] { judged(batches) { Array($0.dropFirst()) } }

let further0401: [FurtherAnswer] = [
  moments { $0.map { _ in .refuse } },
  moments { right($0).reversed() },
  moments { Array(right($0).dropFirst()) },
  moments { right($0) + [.call] },
  moments { judged($0) { Array($0.dropLast()) } },
  moments { judged($0) { Array($0.prefix(1)) } },
  moments { judged($0) { [$0.count] } },
  moments { judged($0) { Array($0.dropFirst().prefix(1)) } },
  moments { judged($0) { $0.dropFirst().sorted() } },
  moments { judged($0) { [$0.reduce(1, *)] } },
  moments { right($0).map { $0 == .refuse ? .buildAndCall : $0 } },
  moments { right($0).map { $0 == .call ? .refuse : $0 } },
  moments { right($0).map { $0 == .refuse ? .call : $0 } },
  moments("batch-counts", "never-builds") { judged($0) { $0 }.map { $0 == .buildAndCall ? .call : $0 } },
  moments("last-dimension-only", "never-builds") {
    judged($0) { Array($0.suffix(1)) }.map { $0 == .buildAndCall ? .call : $0 }
  },
  moments("batch-counts", "rebuilds") { batches in
    batches.indices.map { $0 > 0 && batches[$0] == batches[$0 - 1] ? .call : .buildAndCall }
  },
  moments("last-dimension-only", "rebuilds") { batches in
    batches.indices.map { $0 > 0 && batches[$0].last == batches[$0 - 1].last ? .call : .buildAndCall }
  },
  moments("batch-counts", "compares-with-the-last") { batches in
    batches.indices.map { $0 == 0 ? .buildAndCall : batches[$0] == batches[$0 - 1] ? .call : .refuse }
  },
  moments("counts-numbers", "never-recovers") { batches in
    let all = judged(batches) { [$0.dropFirst().reduce(1, *)] }
    return all.indices.map { all[...$0].contains(.refuse) ? .refuse : all[$0] }
  },
]

// MARK: - 04.2

private func parameters(
  _ truths: String..., line: Int = #line, _ answer: @escaping @Sendable (_ inputs: Int, _ units: Int) -> Int
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.parameters) { (features: Int, units: [Int]) in
      zip([features] + units, units).map { answer($0, $1) }
    })
}

private func list(
  _ truths: String..., line: Int = #line,
  _ answer: @escaping @Sendable (_ features: Int, _ units: [Int]) -> [Int]
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.parameters) { (features: Int, units: [Int]) in answer(features, units) })
}

let further0402: [FurtherAnswer] = [
  parameters { $0 * $1 + $1 + 1 },
  parameters { $0 * $1 - $1 },
  parameters { $0 * $1 + 2 * $1 },
  parameters { ($0 + 1) * ($1 + 1) },
  parameters { ($0 - 1) * $1 },
  parameters { $0 * $1 * $1 },
  parameters { inputs, units in units * units + units },
  parameters { inputs, _ in inputs },
  parameters("added-for-multiplied") { $0 + $1 + $1 },
  parameters("added-for-multiplied", "one-bias-a-layer") { $0 + $1 + 1 },
  parameters("bias-for-the-inputs") { $0 * $1 + $0 + $1 },
  list { features, units in zip([features] + units, units).map { $0 * $1 + $1 }.reversed() },
  list { features, units in [features * (units.last ?? 0) + (units.last ?? 0)] },
  list { features, units in zip([features] + units, units).map { $0 * $1 + $1 } + [0] },
  list { features, units in units.indices.map { features * units[$0] + units[$0] * units[max($0 - 1, 0)] } },
  list("features-for-every-layer", "bias-forgotten") { features, units in units.map { features * $0 } },
  list("features-for-every-layer", "one-bias-a-layer") { features, units in units.map { features * $0 + 1 } },
  list("features-for-every-layer", "added-for-multiplied") { features, units in units.map { features + $0 } },
  list("summed-up", "bias-forgotten") { features, units in
    [zip([features] + units, units).reduce(0) { $0 + $1.0 * $1.1 }]
  },
  list("summed-up", "one-bias-a-layer") { features, units in
    [zip([features] + units, units).reduce(0) { $0 + $1.0 * $1.1 + 1 }]
  },
  list("summed-up", "features-for-every-layer") { features, units in
    [units.reduce(0) { $0 + features * $1 + $1 }]
  },
]

// MARK: - 04.3

/// A layer whose two functions are closures; `state` is what it keeps between them.
private final class MadeLayer: Layer {
  private let building: (MadeLayer, [Int]) -> Void
  private let calling: (MadeLayer, Tensor) -> Tensor
  var state: Tensor?
  var calls = 0

  init(_ building: @escaping (MadeLayer, [Int]) -> Void, _ calling: @escaping (MadeLayer, Tensor) -> Tensor) {
    (self.building, self.calling) = (building, calling)
    super.init(name: "made")
  }

  var gain: Tensor { weight("gain").value }

  override func build(inputShape: [Int]) { building(self, inputShape) }

  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    calls += 1
    return calling(self, inputs)
  }
}

private func layer(
  _ truths: String..., line: Int = #line,
  build: @escaping @Sendable (MadeLayer, [Int]) -> Void = { layer, shape in
    layer.addWeight("gain", shape: shape, initializer: .ones)
  },
  call: @escaping @Sendable (MadeLayer, Tensor) -> Tensor = { layer, inputs in inputs * layer.gain }
) -> FurtherAnswer {
  FurtherAnswer(
    truths, "line \(line)",
    ObservedAnswer(.ownLayer) { (question: Question0403) in try question.asked { MadeLayer(build, call) } })
}

let further0403: [FurtherAnswer] = [
  layer(call: { layer, inputs in inputs / layer.gain }),
  layer(call: { layer, inputs in inputs - layer.gain }),
  layer(call: { layer, inputs in inputs * layer.gain * layer.gain }),
  layer(call: { layer, inputs in inputs * layer.gain + 1 }),
  layer(call: { layer, inputs in inputs * layer.gain + inputs }),
  layer(call: { layer, inputs in (inputs * layer.gain).relu() }),
  layer(call: { layer, inputs in inputs * layer.gain.sum() }),
  layer(call: { layer, _ in layer.gain + 0 * Tensor([Float](repeating: 1, count: 6), shape: [2, 3]) }),
  layer(call: { _, inputs in inputs * 2 }),
  layer(
    "starts-elsewhere", build: { layer, shape in layer.addWeight("gain", shape: shape, initializer: .zeros) }),
  layer(
    "not-trainable", "starts-elsewhere",
    build: { layer, shape in
      layer.addWeight("gain", shape: shape, initializer: .zeros, trainable: false)
    }),
  layer(
    "wrong-shape", build: { layer, shape in layer.addWeight("gain", shape: [2] + shape, initializer: .ones) }),
  layer("one-gain", build: { layer, _ in layer.addWeight("gain", shape: [1], initializer: .ones) }),
  layer(
    "one-gain", "another-name",
    build: { layer, _ in
      layer.addWeight("scale", shape: [1], initializer: .ones)
    }, call: { layer, inputs in inputs * layer.weight("scale").value }),
  layer(
    "too-many-weights",
    build: { layer, shape in
      layer.addWeight("gain", shape: shape, initializer: .ones)
      layer.addWeight("offset", shape: [], initializer: .zeros)
    }),
  layer("gradient-lost", call: { layer, inputs in inputs.detached() * layer.gain.detached() }),
  layer("gradient-lost", "added", call: { layer, inputs in inputs + layer.gain.detached() }),
  layer(
    "read-too-early", "added",
    call: { layer, inputs in
      layer.state = layer.state ?? layer.gain
      return inputs + (layer.state ?? layer.gain)
    }),
  layer(
    "read-too-early",
    call: { layer, inputs in
      layer.state = layer.state ?? layer.gain
      return inputs * (layer.state ?? layer.gain)
    }),
  layer(
    "read-too-early", "gradient-lost",
    call: { layer, inputs in
      layer.state = layer.state ?? layer.gain.detached()
      return inputs * (layer.state ?? layer.gain)
    }),
  layer("read-too-early", call: { layer, inputs in layer.calls > 1 ? inputs : inputs * layer.gain }),
  layer("read-too-early", call: { _, inputs in inputs }),
]
