import Support
import Tensors

/// Chooses the range from counts of the values: by a percentile, the least squared error, or entropy.
///
/// It counts the values of all tensors observed, for each channel if the format is per channel, and every tensor leads
/// to a new choice. For weights, which change from step to step, pass `accumulates: false`: the counts are then those
/// of the last tensor alone. A choice takes some milliseconds a range by error or entropy, and little time by
/// percentile, so calibrate with this quantizer and freeze it.
///
/// The bins of the counts are a share of the value wide, so an outlier widens none of them, and the range depends on
/// the values alone, not on how they are cut into tensors. The memory is bounded: eight counts for each of ``bins``.
///
/// A range assigned by hand lasts until the next tensor is observed.
public final class HistogramQuantizer: Quantizer {
  /// The rule that chooses the range.
  public let rule: HistogramRule
  /// Whether all tensors observed are counted, or the last one alone.
  public let accumulates: Bool
  /// The number of bins of the histogram that the rule looks at, of which at least half are in use.
  public let bins: Int

  /// Creates a quantizer that has seen nothing.
  ///
  /// - Parameters:
  ///   - format: The kind of grid.
  ///   - rule: The rule that chooses the range.
  ///   - accumulates: Whether all tensors observed are counted, or the last one alone.
  ///   - bins: The number of bins of each histogram; by default 4096 for one range and 1024 for a range a
  ///     channel.
  ///   - delay: The number of calls in training that only observe, before quantization begins.
  public init(
    _ format: QuantizerFormat = .activations, rule: HistogramRule, accumulates: Bool = true,
    bins: Int? = nil, delay: Int = 0
  ) {
    (self.rule, self.accumulates) = (rule, accumulates)
    self.bins = bins ?? HistogramRule.bins(for: format)
    rule.check(for: "HistogramQuantizer")
    require(self.bins >= 2, "HistogramQuantizer: expected 2 bins or more; got \(self.bins)")
    super.init(format, delay: delay)
  }

  public override func makeVariables(shape: [Int]) {
    super.makeVariables(shape: shape)
    guard accumulates else { return }
    for name in ["lowest", "highest", "shift"] { addVariable(name, shape: shape) }
    let capacity = ValueCounts(bins: bins).capacity
    addVariable("keys", shape: shape + [capacity])
    addVariable("counts", shape: shape + [capacity + 1, 2])
  }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    let layout = ChannelLayout(x.shape, axes: format.axes)
    var counts =
      accumulates ? storedCounts : .init(repeating: ValueCounts(bins: bins), count: layout.channels)
    counts.add(x, layout)
    // A single tensor needs only a few bins an element.
    var fewer = bins
    while !accumulates && fewer > 256 && fewer >= 4 * (layout.count / layout.channels) { fewer /= 2 }
    storedRange = rule.range(of: counts, bins: fewer, for: format, on: x.backend)
    if accumulates { store(counts) }
  }

  /// The histogram of all tensors observed, for a channel; nil without one, and unless the quantizer
  /// ``accumulates``.
  public func histogram(ofChannel channel: Int = 0) -> ValueHistogram? {
    guard accumulates, observedCount > 0 else { return nil }
    require(
      (0..<channelCount).contains(channel),
      "HistogramQuantizer: no channel \(channel); expected one of 0..<\(channelCount)")
    return ValueHistogram(of: storedCounts(ofChannel: channel), bins: bins)
  }

  package override var calibrationStatistic: CalibrationStatistic { .counts(rule, bins: bins) }

  package override func take(_ calibration: CalibrationObserver) {
    super.take(calibration)
    if accumulates, let counts = calibration.counts(bins: bins) { store(counts) }
  }

  public override func copied() -> Quantizer {
    HistogramQuantizer(format, rule: rule, accumulates: accumulates, bins: bins, delay: delay)
  }

  public override var method: String { rule.name }

  // A count is kept in two floats, of 24 bits each; the first of each channel is that of zeros.
  private static let base: UInt64 = 1 << 24

  private var storedCounts: [ValueCounts] { (0..<channelCount).map(storedCounts(ofChannel:)) }

  private func storedCounts(ofChannel channel: Int) -> ValueCounts {
    let capacity = ValueCounts(bins: bins).capacity
    func element(_ name: String) -> Float { variable(name).value.values[channel] }
    return variable("keys").value.withUnsafeBufferPointer { keys in
      variable("counts").value.withUnsafeBufferPointer { counts in
        // What a file holds may be no count: it counts as nothing.
        func count(_ entry: Int) -> UInt64 {
          let first = (channel * (capacity + 1) + entry) * 2
          guard let low = UInt64(exactly: counts[first]), let high = UInt64(exactly: counts[first + 1]),
            low < Self.base, high < Self.base
          else { return 0 }
          return low + high * Self.base
        }
        return ValueCounts(
          bins: bins, shift: min(max(Int(exactly: element("shift")) ?? 0, 0), 31),
          entries: (0..<capacity).lazy.map {
            (key: Int32(exactly: keys[channel * capacity + $0]) ?? 0, count: count($0 + 1))
          },
          zeros: count(0), extremes: (element("lowest"), element("highest")))
      }
    }
  }

  private func store(_ channels: [ValueCounts]) {
    let shape = variable("lowest").shape
    let capacity = ValueCounts(bins: bins).capacity
    var keys = [Float](repeating: 0, count: channels.count * capacity)
    var counts = [Float](repeating: 0, count: channels.count * (capacity + 1) * 2)
    for (channel, values) in channels.enumerated() {
      for (index, key) in values.keys.enumerated() { keys[channel * capacity + index] = Float(key) }
      for (entry, count) in ([values.zeros] + values.counts).enumerated() {
        let first = (channel * (capacity + 1) + entry) * 2
        (counts[first], counts[first + 1]) = (Float(count % Self.base), Float(count / Self.base))
      }
    }
    variable("lowest").value = Tensor(channels.map(\.lowest), shape: shape)
    variable("highest").value = Tensor(channels.map(\.highest), shape: shape)
    variable("shift").value = Tensor(channels.map { Float($0.shift) }, shape: shape)
    variable("keys").value = Tensor(keys, shape: shape + [capacity])
    variable("counts").value = Tensor(counts, shape: shape + [capacity + 1, 2])
  }
}

extension [ValueCounts] {
  /// Adds the elements of a tensor to the counts of their channels, on several threads.
  mutating func add(_ x: Tensor, _ layout: ChannelLayout) {
    let (channels, backend) = (count, x.backend)
    x.withUnsafeBufferPointer { x in
      withUnsafeMutableBufferPointer { counts in
        guard let counts = counts.baseAddress else { return }
        backend.forEachShard(of: channels, work: layout.count * 8) { _, shard in
          for channel in shard { counts[channel].add(x, layout, channel: channel) }
        }
      }
    }
  }
}

extension HistogramRule {
  /// The ranges chosen for a grid of this format, one for each of the counts, widened to fit the format.
  func range(
    of counts: [ValueCounts], bins: Int, for format: QuantizerFormat, on backend: Backend
  ) -> ValueRange {
    var ranges = [(low: Float, high: Float)](repeating: (0, 0), count: counts.count)
    ranges.withUnsafeMutableBufferPointer { ranges in
      guard let ranges = ranges.baseAddress else { return }
      // Each shard writes its own channels; a choice counts as the work of many passes.
      backend.forEachShard(of: counts.count, work: counts.count * bins * 64) { _, channels in
        for channel in channels { ranges[channel] = range(of: counts[channel], bins: bins, for: format) }
      }
    }
    return format.fitted(ValueRange(low: ranges.map(\.low), high: ranges.map(\.high)))
  }
}
