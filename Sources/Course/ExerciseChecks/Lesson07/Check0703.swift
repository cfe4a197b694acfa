import ExerciseKit

/// Checks an answer to exercise 07.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0703).Type) throws -> [Finding] {
  func cost(_ name: String, _ loss: Double, _ sqnr: Double) -> LayerCost {
    LayerCost(name: name, lossAlone: loss, sqnr: sqnr)
  }
  return try Examination<Question0703, [String]>(
    exercise: .layerSensitivity,
    questions: [
      ([cost("conv", 1.02, 30), cost("hidden", 1.25, 20), cost("scores", 0.98, 40)], 1, 0.05),
      (
        [cost("conv1", 0.5, 12), cost("conv2", 0.9, 25), cost("hidden", 0.7, 9), cost("scores", 0.41, 40)],
        0.4, 0.02
      ),
      ([cost("conv1", 0.3, 20), cost("conv2", 0.26, 5), cost("hidden", 0.1, 10)], 0.25, 0.02),
      (
        [cost("conv1", 1.3, 20), cost("conv2", 1.7, 22), cost("hidden", 1.2, 28), cost("scores", 1.5, 26)], 1,
        0.25
      ),
      ([cost("conv", 0.1012, 35), cost("hidden", 0.102, 33)], 0.1, 0.01),
      (
        [cost("conv1", 2.5, 30), cost("conv2", 1.1, 8), cost("hidden", 2.9, 25), cost("scores", 3.4, 27)], 2,
        0.4
      ),
      ([cost("stem", 0.3, 22), cost("blocks", 0.505, 17), cost("head", 0.7, 31)], 0.01, 0.5),
      (
        [cost("stem", 0.9, 12), cost("middle", 1.4, 18), cost("blocks", 1.1, 31), cost("head", 0.56, 9)],
        0.05, 0.6
      ),
    ],
    wording: { question in
      let layers = question.layers.map { "\($0.name) \(brief(Float($0.lossAlone)))" }.joined(separator: ", ")
      return "hurting(\(layers), floatLoss: \(brief(Float(question.floatLoss))), tolerance: "
        + "\(brief(Float(question.tolerance))))"
    },
    right: { question in sorted(question) { rise($0, question) > question.tolerance } }, same: { $0 == $1 },
    written: { $0.isEmpty ? "no layer" : $0.joined(separator: ", ") }, misconceptions: misconceptions(),
    otherwise: { question in
      let rises = question.layers.map { "\($0.name) by \(brief(Float(rise($0, question))))" }
      return "The loss rises with \(rises.joined(separator: ", with "))."
    }
  ).findings {
    try answer.hurting($0.layers, floatLoss: $0.floatLoss, tolerance: $0.tolerance)
  }
}

private typealias Question0703 = (layers: [LayerCost], floatLoss: Double, tolerance: Double)

private func rise(_ layer: LayerCost, _ question: Question0703) -> Double {
  layer.lossAlone - question.floatLoss
}

/// The names of the layers that `hurts` accepts, the highest loss first.
private func sorted(_ question: Question0703, _ hurts: (LayerCost) -> Bool) -> [String] {
  question.layers.filter(hurts).sorted { $0.lossAlone > $1.lossAlone }.map(\.name)
}

private func misconceptions() -> [Misconception<Question0703, [String]>] {
  [
    Misconception("loss-for-rise") { question in
      sorted(question) { $0.lossAlone > question.tolerance }
    } because: {
      "You compared the loss itself with the tolerance. In floats it is \(brief(Float($0.floatLoss))) already; "
        + "what a layer costs is the rise."
    },
    Misconception("no-tolerance") { question in
      sorted(question) { rise($0, question) > 0 }
    } because: {
      "You named every layer that raises the loss at all. Only a rise of more than "
        + "\(brief(Float($0.tolerance))) counts."
    },
    Misconception("fall-for-rise") { question in
      sorted(question) { abs(rise($0, question)) > question.tolerance }
    } because: { _ in
      "Yours is right if a loss that falls by more than the tolerance counts as well. A lower loss is luck, and no harm."
    },
    Misconception("share-for-rise") { question in
      sorted(question) { rise($0, question) / question.floatLoss > question.tolerance }
    } because: { _ in
      "Yours is right if the rise is divided by the float loss. The tolerance is a loss too, not a share of it."
    },
    Misconception("best-first") { question in
      sorted(question) { rise($0, question) > question.tolerance }.reversed()
    } because: { _ in
      "The layers are right, and in the wrong order: the worst comes first."
    },
    Misconception("not-sorted") { question in
      question.layers.filter { rise($0, question) > question.tolerance }.map(\.name)
    } because: { _ in
      "The layers are right, but in the order of the network. The worst comes first."
    },
    Misconception("only-the-worst") { question in
      Array(sorted(question) { rise($0, question) > question.tolerance }.prefix(1))
    } because: { _ in
      "You named the worst layer alone. All that hurt are asked for."
    },
    Misconception(
      "by-noise",
      givesOneOf: [true, false].map { noisiest in
        { question in
          question.layers.filter { rise($0, question) > question.tolerance }
            .sorted { ($0.sqnr < $1.sqnr) == noisiest }.map(\.name)
        }
      },
      because: { _ in
        "The layers are right, but sorted by the noise in their outputs. A noisy layer may matter little, and a clean one "
          + "much; the loss says which."
      }),
  ]
}
