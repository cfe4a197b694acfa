import Support
import Tensors
import Training

/// The cost of quantization-aware training: float and quantized steps in turns, in one process.
///
/// Other work on the machine slows all steps of a turn alike. So the ratios to the float step of the same turn are more
/// accurate than the times; their median is reported.
enum Race {
  /// A turn is 24 steps, of which the last 20 count.
  private static let (epochsATurn, warmUp) = (3, 4)

  /// The forms that run in turns; each group has its own float steps.
  ///
  /// Forms with two convolutions have a group of their own: they need so much memory that they would slow others down.
  private static func groups(of subject: TrainingSubject) -> [[Contestant.Form]] {
    guard subject == .leNetBN else { return [[.quantized(.singleConvolution)], [.learned]] }
    return [
      [.quantized(.singleConvolution)], [.learned], [.quantized(.movingStatistics), .quantized(.unfolded)],
      [.quantized(.twoConvolutions), .quantized(.twoConvolutionsCorrected)],
    ]
  }

  /// A table of images a second and of the step's cost beside the float step.
  static func table(
    of subject: TrainingSubject, on examples: TensorExamples, steps: Int, batchSize: Int,
    convolutions: ConvolutionAlgorithm
  ) throws -> TextTable {
    let rows = try groups(of: subject).flatMap { forms in
      let contestants = try ([.float] + forms).map {
        try Contestant(
          subject, $0, calibratingOn: examples, warmUp: warmUp, convolutions: convolutions)
      }
      return try run(contestants, on: examples, turns: max(steps / 20, 1), batchSize: batchSize)
    }
    return TextTable(columns: [subject.rawValue, "images/s", "ms a step", "× float"], rows: rows)
  }

  /// A row for each contestant, with ratios to the first one.
  private static func run(
    _ contestants: [Contestant], on examples: TensorExamples, turns: Int, batchSize: Int
  ) throws -> [[String]] {
    var ratios: [[Double]] = contestants.map { _ in [] }
    for _ in 0..<turns {
      let turn = try contestants.map { contestant in
        let before = contestant.times.seconds.count
        try contestant.train(examples, epochs: epochsATurn, batchSize: batchSize)
        return StepTimes.typical(Array(contestant.times.seconds[before...]))
      }
      for index in turn.indices { ratios[index].append(turn[index] / turn[0]) }
    }
    return zip(contestants, ratios).map { contestant, ratios in
      let step = StepTimes.typical(contestant.times.seconds)
      return [
        contestant.name, NumberFormat.grouped.string(Double(batchSize) / step),
        NumberFormat.fixed(2).string(step * 1e3),
        NumberFormat.fixed(2).string(ratios.sorted()[ratios.count / 2]),
      ]
    }
  }
}
