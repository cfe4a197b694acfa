import Layers
import Quantizers
import Support
import Tensors
import Training

/// A layer whose weights were rounded up or down by what its outputs lose.
public struct AdaptedRounding: Hashable, Sendable {
  /// The name of the layer.
  public let layer: String
  /// The mean squared error of the layer's outputs if each weight is rounded to the nearest code.
  public let nearest: Double
  /// The mean squared error as the weights are rounded now, at most ``nearest``.
  public let adapted: Double
  /// The number of weights that are rounded another way than to the nearest code.
  public let changed: Int
  /// The number of weights.
  public let weights: Int
}

/// What adaptive rounding has done.
public struct RoundingAdaptation: Hashable, Sendable {
  /// The layers whose weights were rounded, in the order of their calls.
  public let adapted: [AdaptedRounding]
  /// The layers with a quantized kernel that keep their rounding, and why.
  public let refused: [RefusedLayer]
}

extension QuantizedModel {
  /// Rounds each weight up or down, whichever keeps the outputs of its layer (AdaRound).
  ///
  /// To the nearest code is best for each weight alone, and not for their sum: two errors of one sign could have cancelled.
  /// For each layer, one after the other, this minimizes over V
  ///
  ///     E ‖a(W * x) − a(W̃ * x̃)‖² + λ·f(V),  W̃ = Δ · clip(⌊W/Δ⌋ + h(V), codes)
  ///
  /// by Adam, with h and the regularizer f of ``AdaptiveRounding``; `*` is the layer's product, a the ReLU that belongs to
  /// it, x the layer's input in the float model, and x̃ that of this model, whose layers before it are rounded already. The
  /// mean is over examples and positions, the norm over output channels. For the first fifth of the steps λ counts as 0;
  /// then β falls from 20 to 2 along a half cosine. In the end a weight is rounded up if h(V) ≥ 1/2. If nearest rounding
  /// then has the smaller error on all batches, the layer keeps it.
  ///
  /// It changes the kernels of this model to multiples of their steps, and fixes the ranges of their quantizers, which the
  /// weights determined so far; everything else stays, and `float` too. (Where a normalization is folded, the kernel is set
  /// so that the folded one has these multiples.) Training may go on from there. No labels are needed.
  ///
  /// - Parameters:
  ///   - float: The float model that this model was made of, or a copy of it.
  ///   - batches: The batches of inputs, `[batch, …]` each; a step looks at one of them.
  ///   - steps: The number of steps for each layer, 1 or more.
  ///   - rate: Adam's learning rate for V.
  ///   - regularization: λ, which is weighed against the squared error of a layer's outputs: take less for a network
  ///     whose outputs are small.
  /// - Returns: The errors of each layer before and after.
  /// - Throws: ``QuantizationError`` if there are no batches, if one has the wrong shape or values that are not finite, if
  ///   a tensor has no range yet, if `float` has other weights, or if no layer has a quantized kernel; then nothing has
  ///   changed.
  ///
  /// Source: Nagel et al., 2020, sections 3.3 to 3.5, equations 21 to 25 (arXiv:2004.10568).
  @discardableResult
  public func adaptRounding(
    matching float: Model, on batches: [Tensor], steps: Int = 1000, rate: Float = 0.01,
    regularization: Float = 0.01
  ) throws(QuantizationError) -> RoundingAdaptation {
    try adaptRounding(
      matching: float, batches: batches.map { [$0] },
      RoundingSearch(steps: steps, rate: rate, regularization: regularization))
  }

  /// Rounds each weight up or down on examples, as `Trainer.fit` takes them; targets are not used.
  ///
  /// - Parameters:
  ///   - float: The float model that this model was made of, or a copy of it.
  ///   - examples: The images, all of them.
  ///   - batchSize: The number of examples that a step looks at.
  ///   - steps: The number of steps for each layer, 1 or more.
  ///   - rate: Adam's learning rate for V.
  ///   - regularization: λ.
  /// - Returns: The errors of each layer before and after.
  /// - Throws: ``QuantizationError`` as for batches.
  @discardableResult
  public func adaptRounding(
    matching float: Model, on examples: some Examples, batchSize: Int = 32, steps: Int = 1000,
    rate: Float = 0.01, regularization: Float = 0.01
  ) throws(QuantizationError) -> RoundingAdaptation {
    try adaptRounding(
      matching: float, batches: examples.batches(of: batchSize, for: self, "rounding"),
      RoundingSearch(steps: steps, rate: rate, regularization: regularization))
  }

  private func adaptRounding(
    matching float: Model, batches: [[Tensor]], _ search: RoundingSearch
  ) throws(QuantizationError) -> RoundingAdaptation {
    let run = try PairedRun(self, matching: float, on: batches) { _ in nil }
    try run.checkStops("rounded")
    var generator = SeededGenerator(seed: seed ?? 0).derived("rounding")
    var adapted: [AdaptedRounding] = []
    try run.run { stage throws(QuantizationError) in
      let grid = try CodeGrid(of: stage)
      let found = search.best(for: stage, grid, using: &generator)
      adapted.append(found.report)
      grid.fix()
      if found.report.changed > 0 { grid.set(found.kernel, of: stage) }
    }
    weightsChanged()
    return RoundingAdaptation(adapted: adapted, refused: run.refused)
  }
}
