import Support
import Tensors

/// Keeps the statistics of a tensor during training: a weight, a range, a layer's output for chosen images.
///
///     let recorder = StatisticsRecorder(every: 10) { run in
///       run.model.layer("dense").weight("kernel").value
///     }
///     try trainer.fit(digits, callbacks: [recorder])
///     recorder.records.map(\.standardDeviation)
public final class StatisticsRecorder: Callback {
  /// One record before the first step, and one after every so many steps.
  public private(set) var records: [TensorStatistics] = []
  private let interval: Int
  private let tensor: (_ run: TrainingRun) -> Tensor

  /// Looks at what `tensor` returns, every `interval` steps.
  public init(every interval: Int = 1, of tensor: @escaping (_ run: TrainingRun) -> Tensor) {
    require(interval > 0, "StatisticsRecorder looks every 1 step or more; got every \(interval)")
    (self.interval, self.tensor) = (interval, tensor)
  }

  /// Forgets an earlier training and records the beginning, unless the training is resumed.
  public func runBegins(_ run: TrainingRun) {
    guard run.stepsTaken == 0 else { return }
    records = []
    record(run)
  }

  /// Records every so many steps.
  public func stepEnds(_ run: TrainingRun) {
    if run.stepsTaken.isMultiple(of: interval) { record(run) }
  }

  private func record(_ run: TrainingRun) {
    records.append(TensorStatistics(of: tensor(run), step: run.stepsTaken))
  }

  /// The records, a row each: the step in two floats of at most 2²⁴, then the statistics.
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

  /// Accepts a table of records, or nothing.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool {
    Self.records(in: state) != nil
  }

  /// Takes the records back.
  public func restore(_ state: [String: Tensor]) { records = Self.records(in: state) ?? [] }

  /// The records that a state holds; nil if it is not a recorder's.
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
