import FixedPoint
import Support
import Tensors

/// How well a quantizer's range fits a tensor: what is wasted, what is clipped, what is left of the start.
public struct RangeHealth: Hashable, Sendable, CustomStringConvertible {
  /// The codes that at least one element gets, summed over the channels.
  public let codesUsed: Int
  /// The codes there are, in all channels.
  public let codesAvailable: Int
  /// The share of the elements that lie below the first code, by more than rounding takes in.
  public let clippedLow: Double
  /// The share of the elements that lie above the last code, by more than rounding takes in.
  public let clippedHigh: Double
  /// The share that the range a moving average started from still has in it, decayⁿ; nil if it holds none.
  public let residue: Double?
  /// How many steps of the grid that share moves an end of the range by, at most.
  public let residueInSteps: Double?
  /// The batches still needed until the residue is below 1 % or moves no end by a step; 0 if it is.
  public let batchesNeeded: Int?
  /// The width of the widest channel's range over that of the narrowest that is not empty; 1 for one range.
  public let channelRatio: Double

  /// The health of a quantizer that has a range, on a tensor of its kind; what the range is stays as it is.
  public init(of quantizer: Quantizer, on x: Tensor) {
    let layout = ChannelLayout(x.shape, axes: quantizer.format.axes)
    guard let range = quantizer.range?.repeated(layout.channels),
      let grids = try? quantizer.affineQuantizers(rounding: .halfUp), !grids.isEmpty
    else {
      require(
        false,
        "range health: the quantizer has no finite range; show it some values with `observe(_:)` first")
      self.init(count: CodeCount(), available: 1, widths: [1], start: nil)
      return
    }
    let widths = zip(range.low, range.high).map { Double($1) - Double($0) }
    var count = CodeCount()
    x.withUnsafeBufferPointer { values in
      for channel in 0..<layout.channels {
        let grid = grids[grids.count == 1 ? 0 : channel]
        count.add(values, layout, channel, grid, isEmpty: widths[channel] == 0)
      }
    }
    let start = (quantizer as? MovingAverageQuantizer)?.startResidue(steps: grids.map(\.scale))
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

  /// The share of the codes that are used.
  public var shareUsed: Double { Double(codesUsed) / Double(codesAvailable) }

  /// The headings of a table whose rows are `row`s.
  public static let columns = [
    "codes used", "clipped low", "clipped high", "of the start", "batches needed", "channel ratio",
  ]

  /// The numbers under their headings; a dash stands for what there is none of.
  public var row: [String] {
    let percent = NumberFormat.percent(1)
    return [
      "\(codesUsed) of \(codesAvailable)", percent.string(clippedLow), percent.string(clippedHigh),
      residue.map { percent.string($0) } ?? "–", batchesNeeded.map { "\($0)" } ?? "–",
      NumberFormat.significant(3).string(channelRatio),
    ]
  }

  /// All in one line.
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

/// What a moving average still holds of the range it started from.
struct StartResidue {
  let share: Double
  let steps: Double
  let batchesNeeded: Int
}

extension MovingAverageQuantizer {
  /// What is left of the start, if there was one, for grids of these steps.
  func startResidue(steps: [Float]) -> StartResidue? {
    guard let start = initialRange?.repeated(steps.count) else { return nil }
    var farthest = 0.0  // steps from 0 to an end of the start
    for (place, step) in steps.enumerated() {
      farthest = max(farthest, Double(max(abs(start.low[place]), abs(start.high[place])) / step))
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

/// The codes and clipped elements of channel after channel.
private struct CodeCount {
  var (used, low, high, elements) = (0, 0, 0, 0)

  mutating func add(
    _ values: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, _ channel: Int, _ grid: AffineQuantizer,
    isEmpty: Bool
  ) {
    let first = grid.quantizedRange.lowerBound
    var seen = [Bool](repeating: false, count: grid.steps + 1)
    var (below, above) = (0, 0)
    layout.forEachPlace(ofChannel: channel) { place in
      let value = values[place]
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
