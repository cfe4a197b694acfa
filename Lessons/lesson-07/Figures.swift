import Charting
import ModelCharts
import QAT

/// The first digits of a set, each with its label below.
func digitGrid(_ digits: LabeledImages, first count: Int) -> Chart {
  let indices = Array(0..<count)
  return Chart(
    title: "The task",
    marks: [
      .imageGrid(
        indices.map { digits.floats(of: [$0]) }, captions: digits.labels(of: indices).map { "\($0)" },
        columns: 10)
    ])
}

// MARK: - Accuracies

/// Accuracy over epochs: in floats, and for each plan from the epoch in which the float network was quantized.
///
/// `series` holds a list of runs, one a seed, for the floats and for each plan.
func accuracyCurves(_ series: [[[Double]]], names: [String], epochs: Int) -> Chart {
  let colors: [SeriesColor] = [.gray, .blue, .green, .orange, .purple, .vermilion]
  var marks: [Mark] = [.verticalLine(at: epochs, color: .gray)]
  for (line, runs) in series.enumerated() {
    let x = runs[0].indices.map { $0 + (line == 0 ? 1 : epochs) }
    let columns = runs[0].indices.map { index in runs.map { $0[index] } }
    if runs.count > 1 {
      let (low, high) = (columns.map { $0.min() ?? 0 }, columns.map { $0.max() ?? 0 })
      marks.append(.band(x: x, low: low, high: high, color: colors[line]))
    }
    let label = line == 0 ? "floats" : names[line - 1]
    marks.append(.line(x: x, y: columns.map(mean), label: label, color: colors[line], markers: true))
  }
  let all = Axis("digits read", domain: 0...1, format: .percent(0))
  let top = Axis("digits read", domain: 0.9...1, format: .percent(0))
  return Chart(
    title: "What rounding takes, training gives back", sharedX: true,
    panels: [Panel(y: all, marks: marks), Panel(x: Axis("epoch"), y: top, legend: .hidden, marks: marks)])
}

/// Digits misread over bits, rounded afterwards and trained, with the band of the floats, give or take `doubt`.
func misreadOverBits(_ series: [[[Double]]], doubt: Double) -> Chart {
  func misread(_ line: Int, afterTraining: Bool) -> Double {
    1 - mean(series[line].map { afterTraining ? $0[$0.count - 1] : $0[0] })
  }
  let (x, ends): ([Double], [Double]) = ([1, 2, 3, 4], [0.8, 4.2])
  let base = misread(0, afterTraining: true)
  let (low, high) = (max(base - doubt, 0.0005), base + doubt)
  let rounded = [1, 2, 3, 4].map { misread($0, afterTraining: false) }
  let trained = [1, 2, 3, 5].map { misread($0, afterTraining: true) }
  return Chart(
    title: "Where training pays",
    x: Axis(
      "bits of weights and activations", domain: 0.8...4.2,
      ticks: zip(x, [8, 4, 3, 2]).map { Tick(at: $0, "\($1)") }),
    y: Axis("digits misread", scale: .log, format: .percent(1)),
    marks: [
      .band(x: ends, low: [low, low], high: [high, high], label: "floats", color: .gray),
      .horizontalLine(at: base, color: .gray),
      .line(x: x, y: rounded, label: "rounded afterwards", color: .vermilion, markers: true),
      .line(x: x, y: trained, label: "trained through it", color: .blue, markers: true),
      .scatter(x: [x[3]], y: [misread(4, afterTraining: true)], label: "steps not learned", color: .green),
    ])
}

/// The mean of some numbers.
func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

// MARK: - Codes and ranges

/// The weights of each layer over the buckets of their codes, in two models side by side.
func weightHistograms(rounded: QuantizedModel, trained: QuantizedModel) -> Chart {
  let panels = ["conv1", "conv2", "hidden", "scores"].flatMap { name in
    [
      weightPanel("\(name), rounded", of: name, in: rounded),
      weightPanel("\(name), trained", of: name, in: trained),
    ].compactMap { $0 }
  }
  return Chart(
    title: "Two bits, used and unused", columns: 2, size: Size(width: 720, height: 1000), panels: panels)
}

/// The library's histogram of the weights of one layer, without a legend.
func weightPanel(_ title: String, of name: String, in model: QuantizedModel) -> Panel? {
  let wrapper = model.layers.compactMap { $0 as? QuantizeWrapper }.first { wrapper in
    ((wrapper.layer as? FoldedBatchNorm)?.layer ?? wrapper.layer).name == name
  }
  guard let wrapper, let chart = try? Chart.weightHistogram(of: wrapper) else { return nil }
  let panel = chart.panels[0]
  return Panel(title: title, x: panel.x, y: panel.y, legend: .hidden, marks: panel.marks)
}

/// How often each activation uses each of its four codes, in two models side by side.
func codeUsage(rounded: QuantizedModel, trained: QuantizedModel, on images: Tensor) -> Chart {
  let models = [("rounded afterwards", rounded), ("trained, learned steps", trained)]
  return Chart(
    title: "The codes that flow", columns: 2,
    panels: models.map { title, model in
      Panel(
        title: title, x: Axis("code"),
        marks: [
          .heatMap(
            sharesOfCodes(model, on: images), rows: ["conv1", "conv2", "hidden"],
            columns: ["0", "1", "2", "3"], numbers: .percent(0), domain: 0...1)
        ])
    })
}

/// The share of each code in the output of each operation with an activation.
func sharesOfCodes(_ model: QuantizedModel, on images: Tensor) -> [[Double]] {
  zip(model.operations, model.operationOutputs([images])).compactMap { operation, output in
    guard operation.activationRange != nil, let grid = try? operation.output?.affineQuantizers().first
    else { return nil }
    let codes = output.values.map { grid.quantize($0) }
    return grid.quantizedRange.map { code in Double(codes.count { $0 == code }) / Double(codes.count) }
  }
}

/// The upper ends of the activations' ranges over the steps of some trainings.
func rangesWhileTraining(_ trainings: [(name: String, tops: [[Float]])]) -> Chart {
  let colors: [SeriesColor] = [.blue, .green, .orange, .purple]
  let layers = ["conv1", "conv2", "hidden", "scores"]
  let panels = trainings.enumerated().map { index, training in
    let tops = training.tops
    return Panel(
      title: training.name, x: Axis("step"), y: Axis("upper end of the range"),
      legend: index == 0 ? .automatic : .hidden,
      marks: layers.indices.map { layer in
        .line(x: 1...tops.count, y: tops.map { $0[layer + 1] }, label: layers[layer], color: colors[layer])
      })
  }
  return Chart(title: "Ranges while training", sharedX: true, panels: panels)
}

// MARK: - Answers

/// Confusion matrices of three networks, as shares of each row.
func confusions(_ labels: [Int], _ readers: [[Int]]) -> Chart {
  let digits = (0..<10).map { "\($0)" }
  let cases = zip(["floats", "2 bits, rounded", "2 bits, trained"], readers)
  return Chart(
    title: "Three readers", columns: 3,
    panels: cases.map { title, answers in
      let counts = ConfusionMatrix(labels: labels, predictions: answers, classes: 10).counts
      let shares = counts.map { row in row.map { Double($0) / Double(max(row.reduce(0, +), 1)) } }
      return Panel(
        title: title, x: Axis("answer"), y: Axis("digit"),
        marks: [.heatMap(shares, rows: digits, columns: digits, domain: 0...0.25)])
    })
}

/// Pictures of digits, each with its label and the answers of two networks.
func changedDigits(_ digits: LabeledImages, at indices: [Int], before: [Int], after: [Int]) -> Chart {
  Chart(
    title: "Accuracy hides who changes", subtitle: "truth: floats → 2 bits",
    marks: [
      .imageGrid(
        indices.map { digits.floats(of: [$0]) },
        captions: indices.map { "\(digits.labels[$0]): \(before[$0]) → \(after[$0])" }, columns: 10)
    ])
}

// MARK: - Costs

/// Bytes, energy and speed of a network in floats and in integers; no panel of speeds if there are none.
func costs(bytes: [Int], fetching: [Double], computing: [Double], speeds: [Double]) -> Chart {
  let names = ["floats", "W8", "W4", "W3", "W2"]
  let size = Panel(
    title: "size", x: Axis("weights, scales and biases", unit: "kB"),
    marks: [
      .bars(
        names, bytes.map { Double($0) / 1000 }, color: .blue, direction: .horizontal,
        numbers: .significant(3))
    ])
  let energy = Panel(
    title: "energy for one image, estimated", x: Axis("energy", unit: "µJ"),
    marks: [
      .bars(
        names,
        series: [
          .init(fetching, label: "weights from memory", color: .orange),
          .init(computing, label: "arithmetic", color: .purple),
        ], direction: .horizontal, numbers: .significant(2))
    ])
  let speed = Panel(
    title: "speed on the machine that drew this", x: Axis("images a second", unit: "thousands"),
    marks: [.bars(["floats", "W8"], speeds, color: .green, direction: .horizontal, numbers: .significant(3))])
  return Chart(title: "What is saved", panels: [size, energy] + (speeds.isEmpty ? [] : [speed]))
}

/// Thousands of images a second: in floats, and as integers; each by the best of three runs over all images.
func speeds(
  of session: IntegerSession, _ codes: [Int8], count: Int, floats: () -> Void
) -> [Double] {
  func speed(_ work: () -> Void) -> Double {
    let best = (0..<3).map { _ in ContinuousClock().measure(work) }.min() ?? .seconds(1)
    return Double(count) / (best / .seconds(1)) / 1000
  }
  return [speed(floats), speed { _ = session.codes(codes, examples: count) }]
}

// MARK: - Weights that cannot decide

/// The most restless weight, the flips of all weights with statistics frozen and not, and where weights stand.
///
/// `steps` holds the weights after each step, in steps of their channel, of the training that froze nothing.
func oscillation(_ steps: [[Float]], frozenFlips: [Int], otherFlips: [Int]) -> Chart {
  Chart(
    title: "A tiny float, a whole code",
    panels: [restlessWeight(steps), flipsPanel(frozenFlips, otherFlips), positions(steps)])
}

/// The weight that flips most in the last tenth of a training, over its last 100 steps.
func restlessWeight(_ steps: [[Float]]) -> Panel {
  let lastSteps = steps.suffix(steps.count / 10)
  let counts = steps[0].indices.map { weight in
    zip(lastSteps, lastSteps.dropFirst()).count { $0[weight].rounded() != $1[weight].rounded() }
  }
  let most = counts.indices.max { counts[$0] < counts[$1] } ?? 0
  let path = lastSteps.suffix(100).map { $0[most] }
  let x = (1...path.count).map { steps.count - path.count + $0 }
  return Panel(
    x: Axis("step"), y: Axis("a weight, in steps of its channel"),
    marks: [
      .step(x: x, y: path.map { $0.rounded() }, label: "what the network sees", color: .vermilion),
      .line(x: x, y: path, label: "the float", color: .blue, dash: .solid),
    ])
}

/// Flips a step, averaged over 20 steps.
func flipsPanel(_ frozen: [Int], _ other: [Int]) -> Panel {
  func smooth(_ flips: [Int]) -> [Double] {
    (20...flips.count).map { Double(flips[($0 - 20)..<$0].reduce(0, +)) / 20 }
  }
  let (stopped, going) = (smooth(frozen), smooth(other))
  return Panel(
    x: Axis("step"), y: Axis("flips a step"),
    marks: [
      .line(x: 20..<20 + going.count, y: going, label: "not frozen", color: .vermilion, dash: .solid),
      .line(
        x: 20..<20 + stopped.count, y: stopped, label: "statistics frozen halfway", color: .green,
        dash: .solid),
    ])
}

/// Where the weights stand between one code and the next, before a training and after it.
func positions(_ steps: [[Float]]) -> Panel {
  func fractions(_ x: [Float]) -> [Int] {
    let bins = x.map { min(Int(($0 - $0.rounded(.down)) * 40), 39) }
    return (0..<40).map { bin in bins.count { $0 == bin } }
  }
  let edges = (0...40).map { Double($0) / 40 }
  return Panel(
    x: Axis("place between a code and the next"), y: Axis("weights"),
    marks: [
      .step(x: edges, y: fractions(steps[0]), label: "before", color: .gray, dash: .solid),
      .step(x: edges, y: fractions(steps[steps.count - 1]), label: "after", color: .blue, dash: .solid),
      .verticalLine(at: 0.5, label: "edge"),
    ])
}
