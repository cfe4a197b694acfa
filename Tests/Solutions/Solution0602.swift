import ExerciseKit

/// The reference solution of exercise 06.2.
public enum Solution0602: Exercise0602 {
  /// The answer.
  public static func fakeQuants(in layers: [GraphLayer]) throws -> [FakeQuants] {
    layers.indices.map { place in
      let next: GraphLayer? = place + 1 < layers.count ? layers[place + 1] : nil
      let computes = layers[place] != .maxPool && layers[place] != .flatten
      return FakeQuants(
        kernel: layers[place] == .conv || layers[place] == .dense,
        output: computes && next != .batchNorm && next != .relu)
    }
  }
}

/// Wrong answers to exercise 06.2, each named for its misunderstanding.
public enum Wrong0602 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("every-layer-rounds") { try check(EveryLayer.self) },
    WrongAnswer("every-layer-rounds") { try check(EveryComputation.self) },
    WrongAnswer("relu-not-fused") { try check(ReLUNotFused.self) },
    WrongAnswer("normalization-not-folded") { try check(NotFolded.self) },
    WrongAnswer("rounds-too-early") { try check(AtTheKernel.self) },
    WrongAnswer("rounds-too-early") { try check(BeforeTheReLU.self) },
    WrongAnswer("weights-lost") { try check(LostBeforeReLU.self) },
    WrongAnswer("weights-lost") { try check(LostWhereFused.self) },
    WrongAnswer("normalization-has-a-kernel") { try check(NormalizationHasAKernel.self) },
    WrongAnswer("pooling-rounds") { try check(PoolingRounds.self) },
    WrongAnswer("only-behind-relu") { try check(OnlyBehindReLU.self) },
    WrongAnswer("wrong-value") { try check(Nothing.self) },
    WrongAnswer("wrong-value") { try check(Empty.self) },
  ]

  /// Asks for the layer behind the last one.
  public enum Crashing: Exercise0602 {
    /// Right, if there were always another layer.
    public static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      layers.indices.map { place in
        FakeQuants(kernel: layers[place] == .conv, output: layers[place + 1] != .relu)
      }
    }
  }

  /// The right places, changed for each layer by `change`, which is told the layer and the next one.
  private static func changed(
    _ layers: [GraphLayer], _ change: (inout FakeQuants, GraphLayer, GraphLayer?) -> Void
  ) -> [FakeQuants] {
    var places = (try? Solution0602.fakeQuants(in: layers)) ?? []
    for place in layers.indices {
      change(&places[place], layers[place], place + 1 < layers.count ? layers[place + 1] : nil)
    }
    return places
  }

  private enum EveryLayer: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, _, _ in place.output = true }
    }
  }
  private enum EveryComputation: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, layer, _ in place.output = layer != .maxPool && layer != .flatten }
    }
  }
  private enum ReLUNotFused: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, _, next in if next == .relu { place.output = true } }
    }
  }
  private enum NotFolded: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, _, next in if next == .batchNorm { place.output = true } }
    }
  }
  private enum AtTheKernel: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, _, _ in place.output = place.kernel }
    }
  }
  private enum BeforeTheReLU: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, layer, next in
        if layer == .relu { place.output = false }
        if next == .relu { place.output = true }
      }
    }
  }
  private enum LostBeforeReLU: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, _, next in if next == .relu { place.kernel = false } }
    }
  }
  private enum LostWhereFused: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, _, next in if next == .relu || next == .batchNorm { place.kernel = false } }
    }
  }
  private enum NormalizationHasAKernel: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, layer, _ in if layer == .batchNorm { place.kernel = true } }
    }
  }
  private enum PoolingRounds: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, layer, _ in if layer == .maxPool || layer == .flatten { place.output = true } }
    }
  }
  private enum OnlyBehindReLU: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { place, layer, _ in place.output = layer == .relu }
    }
  }
  private enum Nothing: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      layers.map { _ in FakeQuants(kernel: false, output: false) }
    }
  }
  private enum Empty: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] { [] }
  }
}
