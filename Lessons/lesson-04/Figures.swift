import Charting
import QAT

/// The three moments of a layer as a graph, with what each of them needs.
func threeMoments() -> Chart {
  Chart(
    title: "Constructed, built, called",
    marks: [
      .graph(
        nodes: [
          .init("settings", "settings\nunits: 1", kind: .staticValue),
          .init("init", "init\nonce", kind: .operation),
          .init("shape", "first inputs'\nshape: [5]", kind: .staticValue),
          .init("build", "build\nonce", kind: .operation),
          .init("weights", "weights\nkernel [5, 1]\nbias [1]", kind: .staticValue),
          .init("inputs", kind: .dynamicValue), .init("call", "call\nevery time", kind: .operation),
          .init("outputs", kind: .dynamicValue),
        ],
        edges: [
          .init("settings", "init"), .init("init", "build"), .init("shape", "build"),
          .init("build", "weights"), .init("weights", "call"), .init("inputs", "call"),
          .init("call", "outputs"),
        ])
    ])
}

/// The diary as dots in the order of its entries, and the weights that exist.
func timeline(_ entries: [Diary.Entry], defined: Int, initialised: Int) -> Chart {
  let ends = [0, defined, initialised, entries.count].map { Double($0) + 0.5 }
  let phases = zip(["model defined", "model initialised", "model fit"], [SeriesColor.gray, .orange, .sky])
    .enumerated().map { Mark.region(x: ends[$0]...ends[$0 + 1], label: $1.0, color: $1.1) }
  let rows = ["call", "build", "init"]
  let x = Axis(
    "entry of the diary", domain: ends[0]...ends[3], ticks: (1...entries.count).map { Tick(at: $0, "\($0)") })
  return Chart(
    title: "A diary of three moments", sharedX: true,
    panels: [
      Panel(
        x: x, y: Axis(domain: 0.5...3.5, ticks: rows.enumerated().map { Tick(at: $0 + 1, $1) }),
        marks: phases + [
          dots("hidden", in: entries, rows, .black), dots("output", in: entries, rows, .sky),
        ]),
      Panel(
        x: x, y: Axis("weights that exist", domain: 0...65), legend: .hidden,
        marks: phases + [
          .step(
            x: entries.indices.map { Double($0) + 1 } + [ends[3]], y: weightCounts(entries), color: .black)
        ]),
    ])
}

/// A dot for each entry of a layer, in the row of its moment.
func dots(_ layer: String, in entries: [Diary.Entry], _ rows: [String], _ color: SeriesColor) -> Mark {
  let indices = entries.indices.filter { entries[$0].layer.name == layer }
  let heights = indices.map { 1 + (rows.firstIndex(of: entries[$0].moment) ?? 0) }
  return .scatter(x: indices.map { $0 + 1 }, y: heights, label: layer, color: color)
}

/// How many weights exist after each entry.
func weightCounts(_ entries: [Diary.Entry]) -> [Int] {
  var built: [Layer] = []
  return entries.map { entry in
    if entry.moment == "build" { built.append(entry.layer) }
    return built.flatMap(\.weights).reduce(0) { $0 + $1.value.count }
  }
}

/// Loss and accuracy of a training, epoch by epoch.
func learningCurves(_ history: History) -> Chart {
  let epochs = history.epochs.map(\.number)
  func panel(_ name: String, _ axis: Axis, _ legend: Legend = .automatic) -> Panel {
    Panel(
      x: Axis("epoch", ticks: epochs.map { Tick(at: $0, "\($0)") }), y: axis, legend: legend,
      marks: [
        .line(x: epochs, y: history[name], label: "training", color: .orange, markers: true),
        .line(x: epochs, y: history["val_\(name)"], label: "validation", color: .sky, markers: true),
      ])
  }
  return Chart(
    title: "A model learns to read", columns: 2,
    panels: [
      panel("loss", Axis("cross-entropy", unit: "nats")), panel("accuracy", Axis("accuracy"), .hidden),
    ])
}

/// Pictures of some digits, each with its label and what it was read as.
func misreadDigits(_ digits: LabeledImages, at indices: [Int], readAs: [Int]) -> Chart {
  Chart(
    title: "Misread",
    marks: [
      .imageGrid(
        indices.map { digits.bytes(of: $0).map { Double($0) / 255 } },
        captions: indices.map { "\(digits.labels[$0]), read as \(readAs[$0])" }, columns: 7)
    ])
}

/// The losses of two layers over 20 epochs: one reads its kernel in call, the other in build.
func lossCurves(readInCall: [Double], readInBuild: [Double]) -> Chart {
  Chart(
    title: "A value read too early never changes", x: Axis("epoch"),
    y: Axis("mean square error", scale: .log),
    marks: [
      .line(x: 1...20, y: readInCall, label: "kernel read in call", color: .sky),
      .line(x: 1...20, y: readInBuild, label: "kernel read in build", color: .orange),
    ])
}
