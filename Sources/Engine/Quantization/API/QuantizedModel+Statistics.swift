import Layers
import Quantizers
import Support
import Tensors
import Training

extension QuantizedModel {
  /// Finds the moving statistics of all normalizations anew, as the mean over batches of those that training uses.
  ///
  /// Training normalizes by the statistics of its batch, inference by the moving statistics, which lag behind: while
  /// weights still change, while few bits make them jump, or after few steps at a momentum such as 0.99. Then a model
  /// trains well and infers badly (``warnings`` says so). Call this after training, with the data of training:
  ///
  ///     try trainer.fit(digits)
  ///     try quantized.reestimateStatistics(on: digits.prefix(2_000))
  ///
  /// The model runs as in training, with the ranges that it has. All other weights stay as they are, but learned ranges
  /// of folded kernels: they are scaled as the kernels are, so that the codes of these stay.
  ///
  /// Normalizations that are not trainable, or have a momentum of 1, keep their statistics.
  ///
  /// - Parameter batches: Batches of inputs, `[batch, …]` each, of about the size of training's.
  /// - Throws: ``QuantizationError`` if there are no batches, if one has the wrong shape or holds a value that is not
  ///   finite, if its statistics are not finite, or if a quantizer has no range yet; then nothing has changed.
  public func reestimateStatistics(on batches: [Tensor]) throws(QuantizationError) {
    try reestimateStatistics(on: batches.map { [$0] })
  }

  /// Finds the moving statistics anew from batches of several inputs, with one tensor for each input.
  ///
  /// - Throws: ``QuantizationError`` as for one input.
  public func reestimateStatistics(on batches: [[Tensor]]) throws(QuantizationError) {
    try reestimateStatistics(batchCount: batches.count) { batches[$0] }
  }

  /// Finds the moving statistics anew from examples, as `Trainer.fit` takes them.
  ///
  /// - Parameters:
  ///   - examples: The data: all of them are used, in their order; targets are not.
  ///   - batchSize: The number of examples in a batch, about that of training; the last batch may be smaller.
  /// - Throws: ``QuantizationError`` as for batches.
  public func reestimateStatistics(
    on examples: some Examples, batchSize: Int = 32
  ) throws(QuantizationError) {
    require(batchSize > 0, "a batch needs at least one example; got a batch size of \(batchSize)")
    var generator = SeededGenerator(seed: seed ?? 0).derived("statistics")
    try reestimateStatistics(batchCount: examples.count.batches(of: batchSize)) { number in
      examples.exampleBatch(number, of: batchSize, using: &generator).inputs(for: self)
    }
  }

  /// The layers with a folded normalization, each once.
  var foldedNormalizations: [FoldedBatchNorm] { allLayers.compactMap { $0 as? FoldedBatchNorm } }

  private func reestimateStatistics(
    batchCount: Int, _ batch: (_ number: Int) -> [Tensor]
  ) throws(QuantizationError) {
    guard batchCount > 0 else { throw .noStatisticsData }
    if let fresh = quantizers.first(where: { !$0.quantizer.hasRange }) { throw .noRange(tensor: fresh.path) }
    let normalizations = allLayers.compactMap { $0 as? BatchNormalization }.filter {
      $0.trainable && $0.momentum < 1
    }
    let before = weights.map { ($0, $0.value) }
    func restore() {
      for (variable, value) in before { variable.value = value }
      for layer in foldedNormalizations { layer.forgetBatches() }
    }
    let moving = normalizations.map(BatchStatistics.Moving.init)
    var means = normalizations.map { _ in (mean: [Double](), variance: [Double]()) }
    do throws(QuantizationError) {
      for number in 0..<batchCount {
        try runTraining(on: batch(number), number: number + 1)
        for (index, normalization) in normalizations.enumerated() {
          guard let found = try statistics(of: normalization, since: moving[index], batch: number + 1) else {
            continue
          }
          means[index].mean.average(found.mean, count: number)
          means[index].variance.average(found.variance, count: number)
          moving[index].restore(to: normalization)
        }
      }
    } catch {
      restore()
      throw error
    }
    restore()
    for (normalization, found) in zip(normalizations, means) where !found.mean.isEmpty {
      let mean = Tensor(found.mean.map(Float.init), shape: normalization.movingMean.shape)
      let variance = Tensor(
        found.variance.map { Float(max($0, 0)) }, shape: normalization.movingVariance.shape)
      let folded = foldedNormalizations.filter { $0.normalization === normalization }
      for layer in folded { layer.scaleLearnedRange(for: variance) }
      (normalization.movingMean.value, normalization.movingVariance.value) = (mean, variance)
    }
    weightsChanged()
  }

  /// Runs the model as training does, also where statistics are frozen by now, without observing anything.
  private func runTraining(on inputs: [Tensor], number: Int) throws(QuantizationError) {
    try check(inputs, number: number)
    for layer in foldedNormalizations where layer.freezesAfter != nil {
      layer.weight("steps").value = Tensor(0)
    }
    withPhase(.frozen) { _ = allOutputs(inputs, training: true) }
  }

  /// The statistics that a normalization saw in the batch of a number, the mean over its calls; nil if it saw none.
  private func statistics(
    of normalization: BatchNormalization, since before: BatchStatistics.Moving, batch: Int
  ) throws(QuantizationError) -> BatchStatistics? {
    let calls = nodes.count { node in
      ([node.layer] + node.layer.allLayers).contains { $0 === normalization }
    }
    guard let found = BatchStatistics(of: normalization, since: before, batches: calls) else { return nil }
    guard (found.mean + found.variance).allSatisfy(\.isFinite) else {
      throw .tensorNotFinite(tensor: "the input of \(normalization.title)", batch: batch)
    }
    return found
  }
}

extension [Double] {
  /// Takes numbers into the mean of `count` others.
  fileprivate mutating func average(_ others: [Double], count: Int) {
    self = count == 0 ? others : zip(self, others).map { $0 + ($1 - $0) / Double(count + 1) }
  }
}
