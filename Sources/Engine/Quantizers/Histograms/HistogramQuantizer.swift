import CKernels
import Support
import Tensors

/// Chooses the range from a histogram of the values: by a percentile, the least squared error, or entropy.
///
/// The histogram counts the values of all tensors observed, for each channel if the format is per channel, and
/// every tensor leads to a new choice. For weights, which change from step to step, pass `accumulates: false`:
/// the histogram is then that of the last tensor alone. A choice takes some milliseconds a range by error or
/// entropy, and almost no time by percentile, so calibrate with this quantizer and freeze it.
///
/// A range assigned by hand lasts until the next tensor is observed.
public final class HistogramQuantizer: Quantizer {
  /// The rule that chooses the range.
  public let rule: HistogramRule
  /// Whether the histogram counts all tensors observed, or the last one alone.
  public let accumulates: Bool
  /// The number of bins, of which at least half are in use.
  public let bins: Int

  /// Creates a quantizer that has seen nothing.
  ///
  /// - Parameters:
  ///   - format: The kind of grid.
  ///   - rule: The rule that chooses the range.
  ///   - accumulates: Whether the histogram counts all tensors observed, or the last one alone.
  ///   - bins: The number of bins of each histogram; by default 4096 for one range and 1024 for a range a
  ///     channel.
  ///   - delay: The number of calls in training that only observe, before quantization begins.
  public init(
    _ format: QuantizerFormat = .activations, rule: HistogramRule, accumulates: Bool = true,
    bins: Int? = nil, delay: Int = 0
  ) {
    (self.rule, self.accumulates) = (rule, accumulates)
    self.bins = bins ?? (format.isPerChannel ? 1024 : 4096)
    if case .percentile(let percent) = rule {
      require(
        percent > 50 && percent <= 100,
        "HistogramQuantizer: a percentile above 50 and up to 100 is expected, such as 99.9; got \(percent)")
    }
    require(self.bins >= 2, "HistogramQuantizer: expected 2 bins or more; got \(self.bins)")
    super.init(format, delay: delay)
  }

  public override func makeVariables(shape: [Int]) {
    super.makeVariables(shape: shape)
    guard accumulates else { return }
    for name in ["lowest", "highest", "zeros"] { addVariable(name, shape: shape) }
    addVariable("counts", shape: shape + [bins])
  }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    let layout = ChannelLayout(x.shape, axes: format.axes)
    let extremes = ValueRange(extremesOf: x, layout)
    var histograms = startingHistograms(extremes, elements: layout.count / layout.channels)
    Self.count(x, layout, into: &histograms)
    var ranges = [(low: Float, high: Float)](repeating: (0, 0), count: histograms.count)
    ranges.withUnsafeMutableBufferPointer { ranges in
      guard let ranges = ranges.baseAddress else { return }
      // Each shard writes its own channels; a choice counts as the work of many passes.
      x.backend.forEachShard(of: histograms.count, work: histograms.count * bins * 64) { _, channels in
        for channel in channels { ranges[channel] = rule.range(of: histograms[channel], for: format) }
      }
    }
    let chosen = ValueRange(low: ranges.map(\.low), high: ranges.map(\.high))
    storedRange = format.fitted(chosen)
    if accumulates { store(histograms) }
  }

  /// The histogram of all tensors observed, for a channel; nil without one, and unless the quantizer
  /// ``accumulates``.
  public func histogram(ofChannel channel: Int = 0) -> ValueHistogram? {
    guard accumulates, observedCount > 0 else { return nil }
    let (lowest, highest) = (variable("lowest").value.values, variable("highest").value.values)
    require(
      lowest.indices.contains(channel),
      "HistogramQuantizer: no channel \(channel); expected one of 0..<\(lowest.count)")
    var histogram = ValueHistogram(lowest: lowest[channel], highest: highest[channel], bins: bins)
    histogram.zeros = variable("zeros").value.values[channel]
    variable("counts").value.withUnsafeBufferPointer { counts in
      histogram.counts = Array(counts[channel * bins..<(channel + 1) * bins])
    }
    return histogram
  }

  public override func copied() -> Quantizer {
    HistogramQuantizer(format, rule: rule, accumulates: accumulates, bins: bins, delay: delay)
  }

  public override var method: String { rule.name }

  /// The histograms to which a tensor of these extremes can be added: the current ones, with room for it.
  private func startingHistograms(_ extremes: ValueRange, elements: Int) -> [ValueHistogram] {
    extremes.low.indices.map { channel in
      let (low, high) = (extremes.low[channel], extremes.high[channel])
      if let known = histogram(ofChannel: channel) { return known.rebinned(lowest: low, highest: high) }
      // A single tensor needs only a few bins per element.
      var bins = bins
      while !accumulates && bins > 256 && bins >= 4 * elements { bins /= 2 }
      return ValueHistogram(lowest: low, highest: high, bins: bins)
    }
  }

  private func store(_ histograms: [ValueHistogram]) {
    let shape = variable("lowest").shape
    variable("lowest").value = Tensor(histograms.map(\.lowest), shape: shape)
    variable("highest").value = Tensor(histograms.map(\.highest), shape: shape)
    variable("zeros").value = Tensor(histograms.map(\.zeros), shape: shape)
    variable("counts").value = Tensor(histograms.flatMap(\.counts), shape: shape + [bins])
  }

  /// Adds the values of `x` to the histograms of their channels, on several threads.
  static func count(_ x: Tensor, _ layout: ChannelLayout, into histograms: inout [ValueHistogram]) {
    let bins = histograms[0].counts.count
    let (grids, channels, backend) = (histograms, histograms.count, x.backend)
    var counts = [UInt32](repeating: 0, count: Backend.shards * channels * bins)
    var zeros = [UInt32](repeating: 0, count: Backend.shards * channels)
    counts.withUnsafeMutableBufferPointer { counts in
      zeros.withUnsafeMutableBufferPointer { zeros in
        x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let counts = counts.baseAddress, let zeros = zeros.baseAddress
          else { return }
          ChannelTiles(layout).forEachRun(on: backend) { run in
            let (grid, index) = (grids[run.channel], run.shard * channels + run.channel)
            qat_count_bins(
              x + run.first, run.count, run.stride, 1 / grid.width, grid.firstBin, bins,
              counts + index * bins, zeros + index)
          }
        }
      }
    }
    for channel in 0..<channels {
      var (zeroCount, binCounts) = (UInt64(0), [UInt64](repeating: 0, count: bins))
      for shard in 0..<Backend.shards {
        let index = shard * channels + channel
        zeroCount += UInt64(zeros[index])
        for bin in 0..<bins { binCounts[bin] += UInt64(counts[index * bins + bin]) }
      }
      histograms[channel].zeros += Float(zeroCount)
      for bin in 0..<bins where binCounts[bin] > 0 {
        histograms[channel].counts[bin] += Float(binCounts[bin])
      }
    }
  }
}
