import Charting
import ModelCharts
import QAT

/// The kernel of a layer of a float network, by the layer's name.
func weights(of name: String, in model: Model) -> Tensor {
  model.layer(name).namedWeights[0].variable.value
}

/// The weights of a layer over the three buckets of 2 bits: with the step of the largest weight, and by a reach.
func reachHistograms(_ weights: Tensor, reach: Float) -> Chart {
  let values = weights.values
  let largest = values.map(abs).max() ?? 0
  let typical = meanSquareRoot(values)
  func panel(_ title: String, end: Float, x: Axis) -> Panel {
    let buckets = Buckets(scale: end, codes: -1...1)
    return Panel(
      title: title, x: x, y: Axis("weights"),
      marks: [
        .histogram(values, bins: 80, color: .floats, buckets: buckets),
        .verticalLine(at: -end), .verticalLine(at: end),
      ])
  }
  let axis = Axis("weight", domain: Double(-1.5 * largest)...Double(1.5 * largest))
  return Chart(
    title: "Three codes for the hidden layer", sharedX: true,
    panels: [
      panel("the step of the largest weight", end: largest, x: axis),
      panel("a reach of \(NumberFormat.significant(2).string(Double(reach)))", end: reach * typical, x: axis),
    ])
}

/// Digits misread over bytes: all plans, the front, plans of equal bits, and the way of the reports.
func paretoChart(
  _ bytes: [Int], _ misread: [Double], front: [Int], equal: [Int], names: [String],
  path: (bytes: [Int], misread: [Double])
) -> Chart {
  func kilobytes(_ bytes: [Int]) -> [Double] { bytes.map { Double($0) / 1000 } }
  func pick(_ indices: [Int]) -> ([Double], [Double]) {
    (kilobytes(indices.map { bytes[$0] }), indices.map { misread[$0] })
  }
  return Chart(
    title: "Bits where they count",
    x: Axis("kilobytes of weights", scale: .log), y: Axis("digits misread", scale: .log, format: .percent(1)),
    marks: [
      .scatter(x: kilobytes(bytes), y: misread, label: "every plan", color: .before),
      .line(x: pick(front).0, y: pick(front).1, label: "the front", color: .sky),
      .scatter(x: kilobytes(path.bytes), y: path.misread, label: "the way of the reports", color: .black),
      .scatter(x: pick(equal).0, y: pick(equal).1, label: "equal bits", color: .orange, names: names),
    ])
}
