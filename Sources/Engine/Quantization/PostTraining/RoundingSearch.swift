import Layers
import Quantizers
import Support
import Tensors
import Training

/// The search for the roundings of one layer that keep its outputs.
struct RoundingSearch {
  private let steps: Int
  private let rate: Float
  private let regularization: Float

  init(steps: Int, rate: Float, regularization: Float) {
    require(steps > 0, "adaptive rounding takes 1 step or more for each layer; got \(steps)")
    require(
      rate > 0 && rate.isFinite && regularization >= 0 && regularization.isFinite,
      "adaptive rounding: a learning rate is above 0, and regularization 0 or more; got \(rate) and \(regularization)"
    )
    (self.steps, self.rate, self.regularization) = (steps, rate, regularization)
  }

  /// The quantized kernel with the least error that was found, and what it does.
  func best(
    for stage: PairedRun.Stage, _ grid: CodeGrid, using generator: inout SeededGenerator
  ) -> (kernel: Tensor, report: AdaptedRounding) {
    let targets = stage.floatSums.map { stage.activated($0).detached() }
    let v = learned(for: stage, grid, targets, using: &generator)
    let nearest = grid.nearest
    let adapted = grid.weights(up: Tensor(v.values.map { $0 >= 0 ? 1 : 0 }, shape: v.shape)).detached()
    let (before, after) = (
      error(of: nearest, for: stage, targets), error(of: adapted, for: stage, targets)
    )
    let isBetter = after < before
    // Codes apart differ by a step, and the same code by some last bits.
    let changed = zip(zip(adapted.values, nearest.values), grid.steps.values).count {
      abs($0.0 - $0.1) > $1 / 2
    }
    let report = AdaptedRounding(
      layer: stage.name, nearest: before, adapted: isBetter ? after : before, changed: isBetter ? changed : 0,
      weights: nearest.count)
    return (isBetter ? adapted : nearest, report)
  }

  /// V after all steps, from the weights as they are; h(V) ≥ 1/2 where V ≥ 0.
  private func learned(
    for stage: PairedRun.Stage, _ grid: CodeGrid, _ targets: [Tensor], using generator: inout SeededGenerator
  ) -> Tensor {
    let variable = Variable("\(stage.name)/rounding", AdaptiveRounding.variable(fraction: grid.fractions))
    let optimizer = Adam(learningRate: .constant(rate))
    var order: [Int] = []
    for step in 0..<steps {
      if order.isEmpty { order = generator.permutation(targets.count) }
      let batch = order.removeLast()
      let kernel = grid.weights(up: AdaptiveRounding.up(variable.value))
      var loss = squaredError(of: kernel, for: stage, targets[batch], batch)
      if let beta = beta(at: step) {
        loss = loss + AdaptiveRounding.regularizer(variable.value, beta: beta) * regularization
      }
      optimizer.apply(loss.gradients(of: [variable]), to: [variable])
    }
    return variable.value.detached()
  }

  /// β of a step: nil for the first fifth, then from 20 to 2 along a half cosine.
  private func beta(at step: Int) -> Float? {
    let warm = steps / 5
    guard step >= warm else { return nil }
    let progress = Double(step - warm) / Double(max(steps - warm, 1))
    return Float(2 + 18 * (1 + cosineOf(.pi * progress)) / 2)
  }

  /// The mean over rows of the squared error of a layer's outputs, summed over channels.
  private func squaredError(
    of kernel: Tensor, for stage: PairedRun.Stage, _ target: Tensor, _ batch: Int
  ) -> Tensor {
    let used = stage.quantized.factor.map { kernel * $0 } ?? kernel
    let sums = stage.quantized.sums(of: stage.quantizedInputs[batch], kernel: used)
    let rows = target.count / (target.shape.last ?? 1)
    return (stage.activated(sums) - target).squared().sum() * (1 / Float(rows))
  }

  /// The error over all batches, each example counted once.
  private func error(of kernel: Tensor, for stage: PairedRun.Stage, _ targets: [Tensor]) -> Double {
    var (sum, rows) = (0.0, 0)
    for (batch, target) in targets.enumerated() {
      let own = target.count / (target.shape.last ?? 1)
      sum += Double(squaredError(of: kernel, for: stage, target, batch).scalar) * Double(own)
      rows += own
    }
    return sum / Double(max(rows, 1))
  }
}
