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
  let looks: [(color: SeriesColor, dash: Dash)] = [
    (.floats, .solid), (.sky, .solid), (.black, .solid), (.orange, .solid), (.sky, .dashed),
    (.black, .dashed),
  ]
  var marks: [Mark] = [.verticalLine(at: epochs, color: .gray)]
  for (line, runs) in series.enumerated() {
    let x = runs[0].indices.map { $0 + (line == 0 ? 1 : epochs) }
    let columns = runs[0].indices.map { index in runs.map { $0[index] } }
    if runs.count > 1 {
      let (low, high) = (columns.map { $0.min() ?? 0 }, columns.map { $0.max() ?? 0 })
      marks.append(.band(x: x, low: low, high: high, color: looks[line].color))
    }
    let label = line == 0 ? "floats" : names[line - 1]
    marks.append(
      .line(
        x: x, y: columns.map(mean), label: label, color: looks[line].color, dash: looks[line].dash,
        markers: true))
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
  let places = [1, 2, 3, 4, 5]
  let base = misread(0, afterTraining: true)
  let (low, high) = (max(base - doubt, 0.0005), base + doubt)
  return Chart(
    title: "Where training pays",
    x: Axis(
      "bits of weights and activations", domain: 0.8...5.2,
      ticks: zip(places, ["8", "4", "3", "2", "2, learned"]).map { Tick(at: Double($0), $1) }),
    y: Axis("digits misread", scale: .log, format: .percent(1)),
    marks: [
      .band(x: [0.8, 5.2], low: [low, low], high: [high, high], label: "floats", color: .floats),
      .horizontalLine(at: base, color: .floats),
      .line(
        x: places, y: places.map { misread($0, afterTraining: false) }, label: "rounded afterwards",
        color: .before, markers: true),
      .line(
        x: places, y: places.map { misread($0, afterTraining: true) }, label: "trained through it",
        color: .after, markers: true),
    ])
}

/// The mean of some numbers.
func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

// MARK: - Codes and ranges

/// The weights of two layers over the buckets of their codes, in two models side by side.
func weightHistograms(rounded: QuantizedModel, trained: QuantizedModel) -> Chart {
  Chart(
    title: "Two bits, used and unused", columns: 2,
    panels: ["conv2", "hidden"].flatMap { name in
      [("rounded afterwards", rounded), ("trained", trained)].compactMap { state, model in
        weightPanel("\(name), \(state)", of: name, in: model)
      }
    })
}

/// A histogram of the weights of one layer, each in steps of its channel, over the buckets of their codes.
func weightPanel(_ title: String, of name: String, in model: QuantizedModel) -> Panel? {
  let wrappers = model.layers.compactMap { $0 as? QuantizeWrapper }
  let inside = wrappers.compactMap { wrapper -> (Tensor, Quantizer)? in
    if let folded = wrapper.layer as? FoldedBatchNorm, folded.layer.name == name {
      let kernel = folded.folding == .unfolded ? folded.layer.weight("kernel").value : folded.foldedKernel
      return folded.quantizer.map { (kernel, $0) }
    }
    guard wrapper.layer.name == name else { return nil }
    return wrapper.weightQuantizers.first.map { (wrapper.layer.weight("kernel").value, $0.quantizer) }
  }
  guard let (kernel, quantizer) = inside.first,
    let grids = try? quantizer.affineQuantizers(ofWeight: kernel, rounding: .halfToEven),
    let first = grids.first
  else { return nil }
  let inSteps = kernel.values.enumerated().map { $1 / grids[$0 % grids.count].scale }
  let codes = Int(first.quantizedRange.lowerBound)...Int(first.quantizedRange.upperBound)
  return Panel(
    title: title, x: Axis("weight, in steps", domain: -3...3), y: Axis("weights"), legend: .hidden,
    marks: [
      .histogram(inSteps, bins: 60, range: -3...3, color: .floats, buckets: Buckets(scale: 1, codes: codes))
    ])
}

/// How often each activation uses each of its four codes, in two models side by side.
func codeUsage(rounded: QuantizedModel, trained: QuantizedModel, on images: Tensor) -> Chart {
  let models = [("rounded afterwards", rounded), ("trained, learned steps", trained)]
  return Chart(
    title: "The codes that flow", columns: 2,
    panels: models.map { title, model in
      Panel(
        title: title, x: Axis("code"), y: Axis("output of"),
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
  let colors: [SeriesColor] = [.sky, .sky, .orange, .black]  // the two convolutions have one colour
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
        names, bytes.map { Double($0) / 1000 }, color: .sky, direction: .horizontal,
        numbers: .significant(3))
    ])
  let energy = Panel(
    title: "energy for one image, estimated", x: Axis("energy", unit: "µJ"),
    marks: [
      .bars(
        names,
        series: [
          .init(fetching, label: "weights from memory", color: .orange),
          .init(computing, label: "arithmetic", color: .black),
        ], direction: .horizontal, numbers: .significant(2))
    ])
  let speed = Panel(
    title: "speed on the machine that drew this", x: Axis("images a second", unit: "thousands"),
    marks: [.bars(["floats", "W8"], speeds, color: .sky, direction: .horizontal, numbers: .significant(3))])
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

/// The most restless weight, and the flips of all weights with statistics frozen and not.
///
/// `steps` holds the weights after each step of the training that froze nothing, in steps of their grid.
func oscillation(_ steps: [[Float]], free: [Int], frozen: [Int]) -> Chart {
  Chart(title: "Codes that never rest", panels: [restlessWeight(steps), flipsPanel(free, frozen)])
}

/// The weight that flips most in the last 60 steps of a training, over these steps.
func restlessWeight(_ steps: [[Float]]) -> Panel {
  let last = Array(steps.suffix(60))
  let counts = steps[0].indices.map { weight in
    zip(last, last.dropFirst()).count { $0[weight].rounded() != $1[weight].rounded() }
  }
  let most = counts.indices.max { counts[$0] < counts[$1] } ?? 0
  let path = last.map { $0[most] }
  let x = last.indices.map { steps.count - last.count + $0 + 1 }
  return Panel(
    x: Axis("step"), y: Axis("a weight, in steps of its grid"),
    marks: [
      .step(x: x, y: path.map { $0.rounded() }, label: "what the network sees", color: .seen),
      .line(x: x, y: path, label: "its folded float", color: .floats, dash: .dashed),
    ])
}

/// Flips a step, averaged over 20 steps.
func flipsPanel(_ free: [Int], _ frozen: [Int]) -> Panel {
  func smooth(_ flips: [Int]) -> [Double] {
    (20...flips.count).map { Double(flips[($0 - 20)..<$0].reduce(0, +)) / 20 }
  }
  let (going, stopped) = (smooth(free), smooth(frozen))
  return Panel(
    x: Axis("step"), y: Axis("flips a step"),
    marks: [
      .verticalLine(at: (free.count + 1) / 2, color: .gray),
      .line(x: 20..<20 + going.count, y: going, label: "not frozen", color: .orange, dash: .solid),
      .line(
        x: 20..<20 + stopped.count, y: stopped, label: "frozen halfway", color: .black, dash: .solid),
    ])
}
