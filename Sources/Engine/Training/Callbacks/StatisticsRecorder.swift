import Support
import Tensors

/// Records the statistics of a tensor during training: of a weight, a range, or a layer's output.
///
///     let recorder = StatisticsRecorder(every: 10) { run in
///       run.model.layer("dense").weight("kernel").value
///     }
///     try trainer.fit(digits, callbacks: [recorder])
///     recorder.records.map(\.standardDeviation)
public final class StatisticsRecorder: Callback {
  /// One record from before the first step, and one from after every `interval` steps.
  public private(set) var records: [TensorStatistics] = []
  private let interval: Int
  private let tensor: (_ run: TrainingRun) -> Tensor

  /// Creates a recorder of the tensor that `tensor` returns, every `interval` steps.
  public init(every interval: Int = 1, of tensor: @escaping (_ run: TrainingRun) -> Tensor) {
    require(interval > 0, "StatisticsRecorder looks every 1 step or more; got every \(interval)")
    (self.interval, self.tensor) = (interval, tensor)
  }

  /// Discards the records of an earlier training and records the initial state, unless the training is
  /// resumed.
  public func runBegins(_ run: TrainingRun) {
    guard run.stepsTaken == 0 else { return }
    records = []
    record(run)
  }

  /// Records the state after every `interval` steps.
  public func stepEnds(_ run: TrainingRun) {
    if run.stepsTaken.isMultiple(of: interval) { record(run) }
  }

  private func record(_ run: TrainingRun) {
    records.append(TensorStatistics(of: tensor(run), step: run.stepsTaken))
  }

  /// The records, one row each: the step as two floats of at most 2²⁴, which are exact, then the statistics.
  public var state: [(name: String, tensor: Tensor)] {
    guard !records.isEmpty else { return [] }
    let rows = records.flatMap { record in
      [
        Float(record.step >> 20), Float(record.step & 0xF_FFFF), record.minimum, record.maximum,
        record.mean, record.standardDeviation,
      ]
    }
    return [("records", Tensor(rows, shape: [records.count, 6]))]
  }

  /// Accepts a table of records, or an empty state.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool {
    Self.records(in: state) != nil
  }

  /// Restores the records.
  public func restore(_ state: [String: Tensor]) { records = Self.records(in: state) ?? [] }

  /// The records in a state; nil if the state is not that of a recorder.
  private static func records(in state: [String: Tensor]) -> [TensorStatistics]? {
    guard let table = state["records"] else { return state.isEmpty ? [] : nil }
    guard state.count == 1, table.rank == 2, table.shape[1] == 6 else { return nil }
    let values = table.values
    let rows = stride(from: 0, to: values.count, by: 6).map { Array(values[$0..<$0 + 6]) }
    let records = rows.compactMap { row -> TensorStatistics? in
      guard let high = UInt16(exactly: row[0]), let low = UInt32(exactly: row[1]) else { return nil }
      return TensorStatistics(
        step: Int(high) << 20 + Int(low), minimum: row[2], maximum: row[3], mean: row[4],
        standardDeviation: row[5])
    }
    return records.count == rows.count ? records : nil
  }
}

/// Statistics of the elements of a tensor at one step of a training.
public struct TensorStatistics: Hashable, Sendable {
  /// The steps taken since the run began.
  public let step: Int
  /// The smallest element.
  public let minimum: Float
  /// The largest element.
  public let maximum: Float
  /// The mean of the elements.
  public let mean: Float
  /// The standard deviation of the elements about their mean, over all elements (divided by n, not n − 1).
  public let standardDeviation: Float

  /// Computes the statistics of a tensor, with sums in double precision.
  public init(of tensor: Tensor, step: Int) {
    var (minimum, maximum) = (Float.infinity, -Float.infinity)
    var (sum, squares) = (0.0, 0.0)
    let mean = tensor.withUnsafeBufferPointer { values in
      for value in values {
        (minimum, maximum) = (min(minimum, value), max(maximum, value))
        sum += Double(value)
      }
      let mean = sum / Double(values.count)
      for value in values { squares += (Double(value) - mean) * (Double(value) - mean) }
      return mean
    }
    self.init(
      step: step, minimum: minimum, maximum: maximum, mean: Float(mean),
      standardDeviation: Float((squares / Double(tensor.count)).squareRoot()))
  }

  init(step: Int, minimum: Float, maximum: Float, mean: Float, standardDeviation: Float) {
    (self.step, self.minimum, self.maximum) = (step, minimum, maximum)
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }
}
