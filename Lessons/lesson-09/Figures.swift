import Charting
import QAT

/// The share of codes that differ between pairs of runtimes, over the operations.
func partingChart(_ operations: [String], _ shares: [[Double]], _ titles: [String]) -> Chart {
  // An input cannot differ, and a flatten only hands codes on.
  let shown = operations.indices.filter { $0 > 0 && operations[$0] != "flatten" }
  let x = shown.indices.map { Double($0) + 1 }
  return Chart(
    title: "Where runtimes part",
    x: Axis("operation", ticks: zip(x, shown).map { Tick(at: $0, operations[$1]) }),
    y: Axis("codes that differ", scale: .log, format: .percent(2)),
    marks: zip(shares, titles).map { shares, title in
      let points = zip(x, shown).filter { shares[$0.1] > 0 }
      return .line(x: points.map(\.0), y: points.map { shares[$0.1] }, label: title, markers: true)
    })
}

/// The values that leave a layer of a float network.
func outputs(of name: String, in model: Model, _ images: Tensor) -> [Float] {
  let inner = Model(inputs: model.inputs, outputs: [model.output(of: name)])
  return inner(images).values
}

/// The values that leave a layer, and where each way of finding a range ends it.
func rangesChart(_ values: [Float], _ tops: [Double], _ ways: [String]) -> Chart {
  let looks: [(color: SeriesColor, dash: Dash)] = [
    (.black, .dashed), (.sky, .dashed), (.orange, .dashed), (.vermilion, .longDashed), (.purple, .longDashed),
    (.black, .dotted),
  ]
  var lines: [(top: Double, name: String)] = []
  for (top, way) in zip(tops, ways) {
    if let same = lines.firstIndex(where: { $0.top == top }) {
      lines[same].name += "; \(way)"
    } else {
      lines.append((top, way))
    }
  }
  let counts = 10.0...100_000
  return Chart(
    title: "Where each way ends the range",
    x: Axis("output of the first convolution"), y: Axis("count", scale: .log, domain: counts),
    marks: [.histogram(values.filter { $0 > 0 }, bins: 60, color: .floats)]
      + zip(lines, looks).map { line, look in
        .line(
          x: [line.top, line.top], y: [counts.lowerBound, counts.upperBound], label: line.name,
          color: look.color, dash: look.dash)
      })
}
