import Charting
import FixedPoint

/// The error of a round trip over x, with the band of half a step.
func sawtooth(_ x: [Float], _ errors: [Float], step: Float) -> Chart {
  Chart(
    title: "Rounding is bounded, clipping is not", x: Axis("x"), y: Axis("error, what comes back minus x"),
    marks: [
      .region(x: -1.6...(-1), label: "clipped", color: .lost), .region(x: 1...1.6, color: .lost),
      .band(
        x: [-1.6, 1.6], low: [-step / 2, -step / 2], high: [step / 2, step / 2], label: "half a step",
        color: .gray), .line(x: x, y: errors, label: "error", color: .lost),
    ])
}

/// Histograms of the errors of round trips, in steps, for numbers of bits.
func errorHistograms(_ bits: [Int], roundTrip: (Int) throws -> (errors: [Float], step: Float)) -> Chart {
  Chart(
    title: "The error is a box only while steps are small", columns: 2, sharedX: true,
    panels: bits.map { bits in
      let trip = try? roundTrip(bits)
      let inSteps = (trip?.errors ?? []).map { $0 / (trip?.step ?? 1) }
      return Panel(
        title: "\(bits) bits", x: Axis("error", unit: "steps"), y: Axis("numbers"),
        marks: [.histogram(inSteps, bins: 50, range: -0.5...0.5, color: .lost)])
    })
}

/// Measured SQNR over bits, with lines of 6.02 dB a bit through the last points.
func decibelLines(_ widths: [Int], even: [Double], bell: [Double]) -> Chart {
  func ideal(_ measured: [Double]) -> [Double] { widths.map { measured[10] + 6.02 * Double($0 - 12) } }
  return Chart(
    title: "Six decibels a bit", x: Axis("bits"), y: Axis("SQNR", unit: "dB"),
    marks: [
      .line(x: widths, y: ideal(even), label: "6.02 dB a bit", color: .black, dash: .dashed),
      .line(x: widths, y: ideal(bell), color: .black, dash: .dashed),
      .scatter(x: widths, y: even, label: "evenly spread", color: .sky),
      .scatter(x: widths, y: bell, label: "bell", color: .orange),
    ])
}

/// Rounding, clipping and their sum over the clip threshold, as a share of the largest number.
func thresholdCurves(
  _ shares: [Float], _ losses: [(rounding: Double, clipping: Double)], best: Float
) -> Chart {
  Chart(
    title: "Give up a few to save the many", x: Axis("clip threshold, as a share of the largest number"),
    y: Axis("mean square error"),
    marks: [
      .line(x: shares, y: losses.map(\.rounding), label: "rounding", color: .sky, dash: .dashed),
      .line(x: shares, y: losses.map(\.clipping), label: "clipping", color: .orange, dash: .dotted),
      .line(
        x: shares, y: losses.map { $0.rounding + $0.clipping }, label: "together", color: .black, dash: .solid
      ),
      .verticalLine(at: best, label: "best", color: .black),
    ])
}

/// SQNR of eight channels, with a scale for all of them and with one for each.
func channelBars(perTensor: [Double], perChannel: [Double]) -> Chart {
  Chart(
    title: "A loud channel costs the quiet ones their bits",
    x: Axis("output channel, each half as loud as the one before"), y: Axis("SQNR", unit: "dB"),
    marks: [
      .bars(
        (1...8).map { "\($0)" },
        series: [
          .init(perTensor, label: "one scale per tensor", color: .orange),
          .init(perChannel, label: "one scale per channel", color: .sky),
        ])
    ])
}

/// What each rounding rule adds on average.
func driftBars(_ drifts: [Double]) -> Chart {
  Chart(
    title: "Ties drift, unless they go to even", x: Axis(), y: Axis("average drift", unit: "steps"),
    marks: [
      .bars(RoundingRule.allCases.map(\.rawValue), drifts, color: .lost, numbers: .fixed(2))
    ])
}

/// SQNR over the layers of two chains, with the ReLU fused and with it separate.
func chainCurves(_ history: [(separate: Double, fused: Double)]) -> Chart {
  let layers = 1...history.count
  return Chart(
    title: "Fuse, and round once", x: Axis("layers"), y: Axis("SQNR", unit: "dB"),
    marks: [
      .line(x: layers, y: history.map(\.fused), label: "ReLU fused", color: .sky, markers: true),
      .line(x: layers, y: history.map(\.separate), label: "ReLU separate", color: .orange, markers: true),
    ])
}
