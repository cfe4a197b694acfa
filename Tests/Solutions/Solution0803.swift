import ExerciseKit

/// The reference solution of exercise 08.3.
public enum Solution0803: Exercise0803 {
  /// The answer.
  public static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
    var bits = layers.map { _ in 2 }
    var left = budget - layers.reduce(0) { $0 + 2 * $1.bytesPerBit }
    while true {
      let open = layers.indices.filter { index in
        bits[index] - 2 < layers[index].saved.count && layers[index].bytesPerBit <= left
      }
      func worth(_ index: Int) -> Double {
        layers[index].saved[bits[index] - 2] / Double(layers[index].bytesPerBit)
      }
      guard let best = open.max(by: { worth($0) < worth($1) }) else { return bits }
      bits[best] += 1
      left -= layers[best].bytesPerBit
    }
  }
}

/// Wrong answers to exercise 08.3, each named for its misunderstanding.
public enum Wrong0803 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("most-saved", observed(MostSaved.self)),
    WrongAnswer("cheapest-first", observed(Cheapest.self)),
    WrongAnswer("not-asked-again", observed(NotAskedAgain.self)),
    WrongAnswer("one-bit-each", observed(OneEach.self)),
    WrongAnswer("worst-first", observed(WorstFirst.self)),
    WrongAnswer("ends-too-early", observed(EndsTooEarly.self)),
    WrongAnswer("over-budget", observed(OverBudget.self)),
    WrongAnswer("beginning-not-paid", observed(BeginsFree.self)),
    WrongAnswer("last-byte-left", observed(ByteLeft.self)),
    WrongAnswer("only-what-was-bought", observed(OnlyBought.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private typealias Worth = (_ layer: LayerPrice, _ bits: Int) -> Double

  /// What buying does, with some of it made otherwise.
  private static func bought(
    _ layers: [LayerPrice], _ budget: Int, most: Int = 16,
    worth: Worth = { $0.saved[$1 - 2] / Double($0.bytesPerBit) },
    fits: (_ price: Int, _ left: Int) -> Bool = { $0 <= $1 }
  ) -> [Int] {
    var bits = layers.map { _ in 2 }
    var left = budget - layers.reduce(0) { $0 + 2 * $1.bytesPerBit }
    while let best = layers.indices.filter({
      bits[$0] < most && bits[$0] - 2 < layers[$0].saved.count && fits(layers[$0].bytesPerBit, left)
    }).max(by: { worth(layers[$0], bits[$0]) < worth(layers[$1], bits[$1]) }) {
      bits[best] += 1
      left -= layers[best].bytesPerBit
    }
    return bits
  }

  private enum MostSaved: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, worth: { $0.saved[$1 - 2] })
    }
  }
  private enum Cheapest: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, worth: { layer, _ in -Double(layer.bytesPerBit) })
    }
  }
  private enum NotAskedAgain: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, worth: { layer, _ in layer.saved[0] / Double(layer.bytesPerBit) })
    }
  }
  private enum OneEach: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, most: 3)
    }
  }
  private enum WorstFirst: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, worth: { -$0.saved[$1 - 2] / Double($0.bytesPerBit) })
    }
  }
  private enum EndsTooEarly: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      var bits = layers.map { _ in 2 }
      var left = budget - layers.reduce(0) { $0 + 2 * $1.bytesPerBit }
      func worth(_ index: Int) -> Double {
        layers[index].saved[bits[index] - 2] / Double(layers[index].bytesPerBit)
      }
      while let best = layers.indices.filter({ bits[$0] - 2 < layers[$0].saved.count })
        .max(by: { worth($0) < worth($1) }), layers[best].bytesPerBit <= left
      {
        bits[best] += 1
        left -= layers[best].bytesPerBit
      }
      return bits
    }
  }
  private enum OverBudget: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, fits: { $1 > 0 })
    }
  }
  private enum BeginsFree: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget + layers.reduce(0) { $0 + 2 * $1.bytesPerBit })
    }
  }
  private enum ByteLeft: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget, fits: { $0 < $1 })
    }
  }
  private enum OnlyBought: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      bought(layers, budget).map { $0 - 2 }
    }
  }
  private enum Nothing: Exercise0803 {
    static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
      layers.map { _ in 2 }
    }
  }
}
