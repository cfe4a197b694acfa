import Charting
import IntegerInference
import Support

extension IntegerKernel {
  /// The codes that a weight may have: −127 to 127 for 8 bits, and −128 where a weight has it.
  var codeRange: ClosedRange<Int> {
    let half = 1 << (bitWidth - 1)
    let narrow = bitWidth > 1 && !intWeights.contains { Int($0) == -half }
    return (narrow ? 1 - half : -half)...(half - 1)
  }

  /// A histogram of the weights over the buckets of their codes; unused codes are grey.
  ///
  /// A channel's weights are in steps of that channel, whose real size differs from channel to channel.
  func weightPanel(_ title: String?, isSmall: Bool) -> Panel {
    var buckets = Buckets(scale: 1, codes: codeRange)
    buckets.codes = nil  // they are the numbers of the axis
    let axis = scales.count == 1 ? "code of the weight" : "code of the weight, in steps of its channel"
    return Panel(
      title: title, x: .codes(codeRange, isSmall ? nil : axis), y: Axis(isSmall ? nil : "number of weights"),
      marks: [.histogram(intWeights, color: .blue, buckets: buckets)])
  }

  /// The smallest and the largest weight of each output channel, as real numbers.
  func rangePanel(_ title: String?, isSmall: Bool) -> Panel {
    let channels = bias32.count
    var low = [Float](repeating: .infinity, count: channels)
    var high = [Float](repeating: -.infinity, count: channels)
    for (index, code) in intWeights.enumerated() {
      let channel = index % channels
      let weight = Float(code) * scales[scales.count == 1 ? 0 : channel]
      (low[channel], high[channel]) = (min(low[channel], weight), max(high[channel], weight))
    }
    // Each channel, counted from 0, is a step from half a channel before to half a channel behind its number.
    let edges = (0...channels).map { Double($0) - 0.5 }
    let (x, index) = (
      (0..<channels).flatMap { [edges[$0], edges[$0 + 1]] }, (0..<channels).flatMap { [$0, $0] }
    )
    return Panel(
      title: title, x: Axis(isSmall ? nil : "output channel"), y: Axis(isSmall ? nil : "weight"),
      legend: .hidden,
      marks: [
        .band(x: x, low: index.map { low[$0] }, high: index.map { high[$0] }, color: .orange),
        .step(x: edges, y: high, color: .orange), .step(x: edges, y: low, color: .orange),
        .horizontalLine(at: 0, color: .black, dash: .solid),
      ])
  }
}

extension Axis {
  /// An axis of codes, with ticks at both ends and at 0.
  static func codes(_ range: ClosedRange<Int>, _ title: String?) -> Axis {
    let numbers = Set([range.lowerBound, 0, range.upperBound]).sorted()
    return Axis(title, ticks: numbers.map { Tick(at: $0, NumberFormat.grouped.string(Double($0))) })
  }
}
