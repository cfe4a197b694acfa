import ExerciseKit

/// Checks an answer to exercise 08.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0803).Type) throws -> [Finding] {
  func price(_ name: String, _ bytes: Int, _ saved: [Double]) -> LayerPrice {
    LayerPrice(name: name, bytesPerBit: bytes, saved: saved)
  }
  return try Examination<Question0803, [Int]>(
    exercise: .bitBudget,
    questions: [
      ([price("conv", 4, [0.4, 0.1]), price("hidden", 20, [1, 0.5])], 60),
      ([price("conv", 4, [0.8, 0.02]), price("hidden", 20, [1, 0.3])], 72),
      ([price("stem", 3, [0.3, 0.03]), price("hidden", 12, [0.6, 0.4])], 42),
      ([price("conv", 3, [0.5, 0.4, 0.3]), price("hidden", 12, [1.1, 0.9])], 44),
      (
        [
          price("conv1", 1, [0.05, 0.04]), price("conv2", 6, [0.9, 0.12]),
          price("scores", 3, [0.3, 0.2, 0.03]),
        ], 30
      ),
      (
        [
          price("conv1", 2, [0.1, 0.5]), price("hidden", 10, [0.9, 0.8, 0.1]),
          price("scores", 4, [0.3, 0.02]),
        ], 56
      ),
      ([price("stem", 5, [0.2, 0.9, 0.1]), price("middle", 8, [0.6, 0.05]), price("head", 2, [0.01])], 51),
      (
        [price("conv1", 2, [0.6, 0.1]), price("conv2", 6, [0.9, 0.5]), price("scores", 4, [0.22, 0.16])], 42
      ),
      (
        [
          price("stem", 2, [0.2, 0.1, 0.05]), price("body", 10, [1.5, 0.8]), price("head", 4, [0.5, 0.03]),
        ], 58
      ),
      (
        [
          price("conv1", 2, [0.5, 0.3, 0.08]), price("conv2", 5, [0.4, 0.35]),
          price("hidden", 30, [3.3, 0.6]),
          price("scores", 1, [0.06, 0.04]),
        ], 90
      ),
      ([price("conv", 7, [0.7, 0.1, 0.05]), price("hidden", 9, [0.5, 0.4, 0.3, 0.2])], 38),
    ],
    wording: { question in
      let layers = question.layers.map { layer in
        "\(layer.name) \(layer.bytesPerBit) bytes a bit, saved \(brief(layer.saved.map { Float($0) }))"
      }
      return "bits(for: \(layers.joined(separator: "; ")); budget: \(question.budget))"
    },
    right: { Purchase().bits($0) }, same: { $0 == $1 }, written: { "\($0)" },
    misconceptions: aboutTheChoice() + aboutTheBudget(),
    otherwise: { question in
      let spent = 2 * question.layers.reduce(0) { $0 + $1.bytesPerBit }
      let worth = question.layers.map { layer in
        "\(layer.name) \(brief(Float(layer.saved[0] / Double(layer.bytesPerBit))))"
      }
      return
        "Two bits for all are \(spent) of \(question.budget) bytes. For a byte of their third bits the layers "
        + "save: \(worth.joined(separator: ", "))."
    }
  ).findings {
    try answer.bits(for: $0.layers, budget: $0.budget)
  }
}

private typealias Question0803 = (layers: [LayerPrice], budget: Int)

/// A way to spend a budget; as it stands, the right one.
private struct Purchase {
  /// What a layer's next bit is worth; the layer, and the bits that it has got beyond two.
  var worth: (_ layer: LayerPrice, _ more: Int) -> Double = { $0.saved[$1] / Double($0.bytesPerBit) }
  /// Whether a bit may be bought, by its price and what is left.
  var fits: (_ price: Int, _ left: Int) -> Bool = { $0 <= $1 }
  /// Whether it ends where the best bit does not fit, although another one would.
  var endsAtTheBest = false
  /// Whether the first two bits of each layer cost nothing.
  var beginsFree = false
  /// How many bits more than two a layer may get.
  var most = Int.max

  func bits(_ question: Question0803) -> [Int] {
    let layers = question.layers
    var more = layers.map { _ in 0 }
    var left = question.budget - (beginsFree ? 0 : 2 * layers.reduce(0) { $0 + $1.bytesPerBit })
    while true {
      let open = layers.indices.filter { more[$0] < min(layers[$0].saved.count, most) }
      let candidates = endsAtTheBest ? open : open.filter { fits(layers[$0].bytesPerBit, left) }
      let best = candidates.max { worth(layers[$0], more[$0]) < worth(layers[$1], more[$1]) }
      guard let best, fits(layers[best].bytesPerBit, left) else { break }
      more[best] += 1
      left -= layers[best].bytesPerBit
    }
    return more.map { $0 + 2 }
  }
}

private func aboutTheChoice() -> [Misconception<Question0803, [Int]>] {
  [
    Misconception(
      "most-saved", givesOneOf: [Purchase(worth: { $0.saved[$1] }).bits],
      because: { _ in
        "Yours buys the bit that saves most, whatever it costs. For the bytes of one large layer several small ones may "
          + "get a bit: what counts is the loss saved for a byte."
      }),
    Misconception(
      "cheapest-first", givesOneOf: [Purchase(worth: { layer, _ in -Double(layer.bytesPerBit) }).bits],
      because: { _ in
        "Yours buys the cheapest bits, whatever they save. What counts is the loss saved for a byte."
      }),
    Misconception(
      "not-asked-again",
      givesOneOf: [Purchase(worth: { layer, _ in layer.saved[0] / Double(layer.bytesPerBit) }).bits],
      because: { _ in
        "Yours goes by what the third bit of each layer saves, for its fourth as well. Once it is bought, the next one "
          + "may be worth far less, or more."
      }),
    Misconception(
      "one-bit-each", givesOneOf: [Purchase(most: 1).bits],
      because: { _ in
        "Yours gives a layer one bit more at most. After each bit all layers are asked again, also those that have got "
          + "one."
      }),
    Misconception(
      "worst-first", givesOneOf: [Purchase(worth: { -$0.saved[$1] / Double($0.bytesPerBit) }).bits],
      because: { _ in
        "Yours buys the bit that saves least for a byte. Is the order reversed, or the quotient?"
      }),
  ]
}

private func aboutTheBudget() -> [Misconception<Question0803, [Int]>] {
  [
    Misconception(
      "ends-too-early", givesOneOf: [Purchase(endsAtTheBest: true).bits],
      because: { _ in
        "Yours ends where the best bit does not fit any more. A bit of a smaller layer may still fit into what is left."
      }),
    Misconception(
      "over-budget",
      givesOneOf: [Purchase(fits: { $1 > 0 }).bits, Purchase(fits: { $1 >= 0 }).bits],
      because: {
        "Yours buys as long as anything is left, and the last bit costs more than that: it ends above "
          + "\($0.budget) bytes."
      }),
    Misconception(
      "beginning-not-paid", givesOneOf: [Purchase(beginsFree: true).bits],
      because: { question in
        "Yours is right if the first two bits cost nothing. They take "
          + "\(2 * question.layers.reduce(0) { $0 + $1.bytesPerBit }) of the bytes."
      }),
    Misconception(
      "last-byte-left", givesOneOf: [Purchase(fits: { $0 < $1 }).bits],
      because: { _ in
        "Yours leaves a bit that costs exactly what is left. It fits: nothing remains, and that is all."
      }),
    Misconception(
      "only-what-was-bought", givesOneOf: [{ Purchase().bits($0).map { $0 - 2 } }],
      because: { _ in "Yours are the bits that were bought. Each layer had 2 before, which count as well." }),
  ]
}
