import FixedPoint
import Support
import Tensors

/// How well a quantizer's range fits a tensor: codes unused, elements clipped, and the residue of the start.
public struct RangeHealth: Hashable, Sendable, CustomStringConvertible {
  /// The number of codes that at least one element gets, summed over the channels.
  public let codesUsed: Int
  /// The number of codes of the grids of all channels.
  public let codesAvailable: Int
  /// The share of elements below the first code and not rounded to it.
  public let clippedLow: Double
  /// The share of elements above the last code and not rounded to it.
  public let clippedHigh: Double
  /// The weight that a moving average still gives the range it started from, decayⁿ; nil without such a start.
  public let residue: Double?
  /// The residue's effect on an end of the range, in steps of the grid, at most.
  public let residueInSteps: Double?
  /// The batches until the residue is below 1 % or its effect below one step; 0 if that is reached.
  public let batchesNeeded: Int?
  /// The width of the widest channel's range over that of the narrowest non-empty one; 1 for one range.
  public let channelRatio: Double

  /// Measures the health of a quantizer that has a range, on a tensor like those it quantizes.
  ///
  /// The quantizer does not change.
  public init(of quantizer: Quantizer, on x: Tensor) {
    self.init(
      of: quantizer, on: x, range: quantizer.range, try? quantizer.affineQuantizers(rounding: .halfUp))
  }

  /// Measures the health of the range that inference quantizes a weight to.
  package init(of quantizer: Quantizer, onWeight weight: Tensor) {
    self.init(
      of: quantizer, on: weight, range: quantizer.inferenceRange(of: weight),
      try? quantizer.affineQuantizers(ofWeight: weight, rounding: .halfUp))
  }

  private init(of quantizer: Quantizer, on x: Tensor, range: ValueRange?, _ grids: [AffineQuantizer]?) {
    let layout = ChannelLayout(x.shape, axes: quantizer.format.axes)
    guard let range = range?.repeated(layout.channels), let grids, !grids.isEmpty else {
      stop("range health: the quantizer has no finite range; show it some values with `observe(_:)` first")
    }
    let widths = zip(range.low, range.high).map { Double($1) - Double($0) }
    var count = CodeCount()
    x.withUnsafeBufferPointer { values in
      for channel in 0..<layout.channels {
        let grid = grids[grids.count == 1 ? 0 : channel]
        count.add(values, layout, channel, grid, isEmpty: widths[channel] == 0)
      }
    }
    let start = (quantizer as? MovingAverageQuantizer)?.startResidue(stepSizes: grids.map(\.scale))
    self.init(
      count: count, available: quantizer.format.codeCount * layout.channels, widths: widths, start: start)
  }

  private init(count: CodeCount, available: Int, widths: [Double], start: StartResidue?) {
    (codesUsed, codesAvailable) = (count.used, available)
    clippedLow = Double(count.low) / Double(max(count.elements, 1))
    clippedHigh = Double(count.high) / Double(max(count.elements, 1))
    (residue, residueInSteps, batchesNeeded) = (start?.share, start?.steps, start?.batchesNeeded)
    channelRatio = (widths.max() ?? 1) / (widths.filter { $0 > 0 }.min() ?? 1)
  }

  /// The share of codes used.
  public var shareUsed: Double { Double(codesUsed) / Double(codesAvailable) }

  /// The headings of a table whose rows are ``row``s.
  public static let columns = [
    "codes used", "clipped low", "clipped high", "of the start", "batches needed", "channel ratio",
  ]

  /// The cells under these headings; a dash stands for nil.
  public var row: [String] {
    let percent = NumberFormat.percent(1)
    return [
      "\(codesUsed) of \(codesAvailable)", percent.string(clippedLow), percent.string(clippedHigh),
      residue.map { percent.string($0) } ?? "–", batchesNeeded.map { "\($0)" } ?? "–",
      NumberFormat.significant(3).string(channelRatio),
    ]
  }

  /// Everything in one line.
  public var description: String {
    let percent = NumberFormat.percent(1)
    var parts = [
      "\(codesUsed) of \(codesAvailable) codes used (\(percent.string(shareUsed)))",
      "clipped: \(percent.string(clippedLow)) below, \(percent.string(clippedHigh)) above",
    ]
    if let residue, let batchesNeeded {
      parts.append("\(percent.string(residue)) of the start left, \(batchesNeeded) batches needed")
    }
    if channelRatio > 1 {
      parts.append("widest channel \(NumberFormat.significant(3).string(channelRatio)) × the narrowest")
    }
    return parts.joined(separator: "; ")
  }
}

/// The effect that a moving average's start still has on its range.
struct StartResidue {
  let share: Double
  let steps: Double
  let batchesNeeded: Int
}

extension MovingAverageQuantizer {
  /// The residue of the start on grids of these step sizes; nil if the average did not start from a range.
  func startResidue(stepSizes: [Float]) -> StartResidue? {
    guard let start = initialRange?.repeated(stepSizes.count) else { return nil }
    var farthest = 0.0  // steps from 0 to an end of the start
    for (channel, stepSize) in stepSizes.enumerated() {
      farthest = max(farthest, Double(max(abs(start.low[channel]), abs(start.high[channel])) / stepSize))
    }
    func isGone(_ batches: Int) -> Bool {
      let share = startWeight(after: batches)
      return share < 0.01 || share * farthest < 1
    }
    // decayⁿ falls with n: double until it is gone, then halve the interval.
    var (least, most) = (observedCount - 1, max(observedCount, 1))
    while !isGone(most) { (least, most) = (most, most * 2) }
    if isGone(observedCount) { (least, most) = (observedCount, observedCount) }
    while most - least > 1 {
      let middle = (least + most) / 2
      if isGone(middle) { most = middle } else { least = middle }
    }
    let share = startWeight(after: observedCount)
    return StartResidue(share: share, steps: share * farthest, batchesNeeded: most - observedCount)
  }
}

/// Counts of used codes and clipped elements, added channel by channel.
private struct CodeCount {
  var (used, low, high, elements) = (0, 0, 0, 0)

  mutating func add(
    _ values: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, _ channel: Int, _ grid: AffineQuantizer,
    isEmpty: Bool
  ) {
    let first = grid.quantizedRange.lowerBound
    var seen = [Bool](repeating: false, count: grid.steps + 1)
    var (below, above) = (0, 0)
    layout.forEachIndex(ofChannel: channel) { index in
      let value = values[index]
      seen[isEmpty ? 0 : Int(grid.quantize(value) - first)] = true
      if isEmpty ? value != 0 : grid.saturates(value) {
        if value < 0 { below += 1 } else if value > 0 { above += 1 }
      }
    }
    used += seen.reduce(0) { $0 + ($1 ? 1 : 0) }
    low += below
    high += above
    elements += layout.outer * layout.inner
  }
}
