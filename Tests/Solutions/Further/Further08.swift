import ExerciseKit

// MARK: - 08.1

private func islands(
  _ truths: String..., line: Int = #line,
  _ answer: @escaping @Sendable (_ marks: [Bool]) -> [Int]
) -> FurtherAnswer {
  FurtherAnswer(truths, "line \(line)", ObservedAnswer(.islands) { (marks: [Bool]) in answer(marks) })
}

private func beginnings(_ marks: [Bool]) -> [Int] {
  marks.indices.filter { marks[$0] && ($0 == 0 || !marks[$0 - 1]) }
}

private func ends(_ marks: [Bool]) -> [Int] {
  marks.indices.filter { marks[$0] && ($0 + 1 == marks.count || !marks[$0 + 1]) }
}

let further0801: [FurtherAnswer] = [
  islands { $0.indices.map { $0 } },
  islands { marks in ends(marks) },
  islands { marks in ends(marks).map { $0 + 1 } },
  islands { marks in ends(marks).filter { $0 + 1 < marks.count } },
  islands { beginnings($0).reversed() },
  islands { Array(beginnings($0).suffix(1)) },
  islands { marks in marks.contains(true) ? [0] : [] },
  islands { marks in marks.indices.filter { !marks[$0] && ($0 == 0 || !marks[$0 - 1]) } },
  islands { marks in beginnings(marks).map { marks.count - 1 - $0 } },
  islands { marks in [0] + beginnings(marks).filter { $0 > 0 } },
  islands { marks in [marks.count { $0 }] },
  islands { marks in Array(Set(beginnings(marks) + ends(marks))).sorted() },
  islands { marks in beginnings(marks).flatMap { [$0, $0 + 1] } },
  islands("every-marked-layer", "image-forgotten") { marks in marks.indices.filter { marks[$0] && $0 > 0 } },
  islands("every-marked-layer", "counted-from-one") { marks in
    marks.indices.filter { marks[$0] }.map { $0 + 1 }
  },
  islands("every-marked-layer", "one-too-early") { marks in
    marks.indices.filter { marks[$0] }.map { $0 - 1 }
  },
  islands("image-forgotten", "counted-from-one") { beginnings($0).filter { $0 > 0 }.map { $0 + 1 } },
  islands("image-forgotten", "only-the-first-island") { Array(beginnings($0).filter { $0 > 0 }.prefix(1)) },
  islands("only-the-first-island", "counted-from-one") { Array(beginnings($0).prefix(1)).map { $0 + 1 } },
  islands("layers-without-a-mark", "counted-from-one") { marks in
    marks.indices.filter { !marks[$0] }.map { $0 + 1 }
  },
]

// MARK: - 08.2

private struct Spreading: Sendable {
  enum Group { case columns, rows, blocks, whole }
  var group = Group.columns
  var terms: @Sendable ([Float]) -> [Float] = { $0.map { $0 * $0 } }
  /// What the terms become, from their sum, their number, and the number of channels and of all weights.
  var mean: @Sendable (_ sum: Float, _ count: Float, _ channels: Float, _ all: Float) -> Float = {
    sum, count, _, _ in sum / count
  }
  var end: @Sendable (_ mean: Float, _ reach: Float) -> Float = { $1 * $0.squareRoot() }

  func ends(_ kernel: [Float], _ channels: Int, _ reach: Float) -> [Float] {
    let rows = kernel.count / channels
    let groups: [[Float]] =
      switch group {
      case .columns: (0..<channels).map { channel in (0..<rows).map { kernel[$0 * channels + channel] } }
      case .rows: (0..<rows).map { Array(kernel[$0 * channels..<($0 + 1) * channels]) }
      case .blocks: (0..<channels).map { Array(kernel[$0 * rows..<($0 + 1) * rows]) }
      case .whole: [[Float]](repeating: kernel, count: channels)
      }
    return groups.map { values in
      let sum = terms(values).reduce(0, +)
      return end(mean(sum, Float(values.count), Float(channels), Float(kernel.count)), reach)
    }
  }
}

let further0802 = pairs(
  of: [
    Edit("rows-for-channels") { $0.group = .rows },
    Edit("blocks-for-channels") { $0.group = .blocks },
    Edit("one-for-all") { $0.group = .whole },
    Edit("about-the-mean") { settings in
      settings.terms = { values in
        let mean = values.reduce(0, +) / Float(values.count)
        return values.map { ($0 - mean) * ($0 - mean) }
      }
    },
    Edit(unnamed: "fourth powers") { $0.terms = { $0.map { $0 * $0 * $0 * $0 } } },
    Edit(unnamed: "positive numbers alone") { $0.terms = { $0.map { max($0, 0) * $0 } } },
    Edit("sum-for-mean") { settings in settings.mean = { sum, _, _, _ in sum } },
    Edit("one-less") { settings in settings.mean = { sum, count, _, _ in sum / (count - 1) } },
    Edit("divided-by-channels") { settings in settings.mean = { sum, _, channels, _ in sum / channels } },
    Edit("all-weights-counted") { settings in settings.mean = { sum, _, _, all in sum / all } },
    Edit(unnamed: "one more") { settings in settings.mean = { sum, count, _, _ in sum / (count + 1) } },
    Edit("root-forgotten") { $0.end = { $1 * $0 } },
    Edit("reach-forgotten") { settings in settings.end = { mean, _ in mean.squareRoot() } },
    Edit("reach-under-the-root") { $0.end = { ($1 * $0).squareRoot() } },
    Edit(unnamed: "divided by the reach") { $0.end = { $0.squareRoot() / $1 } },
    Edit(unnamed: "twice") { $0.end = { 2 * $1 * $0.squareRoot() } },
  ], from: Spreading(),
  without: [
    ["rows-for-channels", "blocks-for-channels", "one-for-all"],
    ["about-the-mean", "fourth powers", "positive numbers alone"],
    ["sum-for-mean", "one-less", "divided-by-channels", "all-weights-counted", "one more"],
    ["root-forgotten", "reach-forgotten", "reach-under-the-root", "divided by the reach", "twice"],
    // Of the whole kernel all weights are counted anyway.
    ["one-for-all", "all-weights-counted"],
  ]
) { settings in
  ObservedAnswer(.spread) { (kernel: [Float], channels: Int, reach: Float) in
    settings.ends(kernel, channels, reach)
  }
}

// MARK: - 08.3

private struct Buying: Sendable {
  var worth: @Sendable (_ layer: LayerPrice, _ more: Int) -> Double = {
    $0.saved[$1] / Double($0.bytesPerBit)
  }
  var fits: @Sendable (_ price: Int, _ left: Int) -> Bool = { $0 <= $1 }
  var isStopped = false
  var paid = 2
  var most = 16
  var added = 2

  func bits(_ layers: [LayerPrice], _ budget: Int) -> [Int] {
    var more = layers.map { _ in 0 }
    var left = budget - paid * layers.reduce(0) { $0 + $1.bytesPerBit }
    while true {
      let open = layers.indices.filter {
        more[$0] < min(layers[$0].saved.count, most) && (isStopped || fits(layers[$0].bytesPerBit, left))
      }
      let best = open.max { worth(layers[$0], more[$0]) < worth(layers[$1], more[$1]) }
      guard let best, fits(layers[best].bytesPerBit, left) else { return more.map { $0 + added } }
      more[best] += 1
      left -= layers[best].bytesPerBit
    }
  }
}

let further0803 = pairs(
  of: [
    Edit("most-saved") { $0.worth = { $0.saved[$1] } },
    Edit("cheapest-first") { settings in settings.worth = { layer, _ in -Double(layer.bytesPerBit) } },
    Edit("not-asked-again") { settings in
      settings.worth = { layer, _ in layer.saved[0] / Double(layer.bytesPerBit) }
    },
    Edit("worst-first") { $0.worth = { -$0.saved[$1] / Double($0.bytesPerBit) } },
    Edit(unnamed: "dearest first") { settings in settings.worth = { layer, _ in Double(layer.bytesPerBit) } },
    Edit(unnamed: "all that is to come") { settings in
      settings.worth = { layer, more in layer.saved[more...].reduce(0, +) / Double(layer.bytesPerBit) }
    },
    Edit(unnamed: "the last") { settings in
      settings.worth = { layer, _ in (layer.saved.last ?? 0) / Double(layer.bytesPerBit) }
    },
    Edit("ends-too-early") { $0.isStopped = true },
    Edit("over-budget") { settings in settings.fits = { _, left in left > 0 } },
    Edit("last-byte-left") { $0.fits = { $0 < $1 } },
    Edit(unnamed: "without a budget") { settings in settings.fits = { _, _ in true } },
    Edit("beginning-not-paid") { $0.paid = 0 },
    Edit(unnamed: "one bit paid") { $0.paid = 1 },
    Edit("one-bit-each") { $0.most = 1 },
    Edit("only-what-was-bought") { $0.added = 0 },
    Edit(unnamed: "three at first") { $0.added = 3 },
  ], from: Buying(),
  without: [
    [
      "most-saved", "cheapest-first", "not-asked-again", "worst-first", "dearest first",
      "all that is to come",
      "the last",
    ],
    ["over-budget", "last-byte-left", "without a budget"], ["ends-too-early", "over-budget"],
    ["ends-too-early", "without a budget"],
    ["beginning-not-paid", "one bit paid"], ["only-what-was-bought", "three at first"],
    // The cheapest bit fits if any does. Without a budget all bits are bought, in whatever order, and whatever was paid.
    ["cheapest-first", "ends-too-early"], ["most-saved", "without a budget"],
    ["cheapest-first", "without a budget"], ["not-asked-again", "without a budget"],
    ["worst-first", "without a budget"], ["beginning-not-paid", "without a budget"],
    // With one bit each, the third is the next.
    ["not-asked-again", "one-bit-each"],
  ]
) { settings in
  ObservedAnswer(.bitBudget) { (layers: [LayerPrice], budget: Int) in settings.bits(layers, budget) }
}
