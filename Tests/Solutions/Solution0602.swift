import ExerciseKit

/// The reference solution of exercise 06.2.
public enum Solution0602: Exercise0602 {
  /// The answer.
  public static func fakeQuants(in layers: [GraphLayer]) throws -> [FakeQuants] {
    layers.indices.map { index in
      let next: GraphLayer? = index + 1 < layers.count ? layers[index + 1] : nil
      let computes = layers[index] != .maxPool && layers[index] != .flatten
      return FakeQuants(
        kernel: layers[index] == .conv || layers[index] == .dense,
        output: computes && next != .batchNorm && next != .relu)
    }
  }
}

/// Wrong answers to exercise 06.2, each named for its misunderstanding.
public enum Wrong0602 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("every-layer-rounds", observed(EveryLayer.self)),
    WrongAnswer("every-layer-rounds", observed(EveryComputation.self)),
    WrongAnswer("relu-not-fused", observed(ReLUNotFused.self)),
    WrongAnswer("normalization-not-folded", observed(NotFolded.self)),
    WrongAnswer("rounds-too-early", observed(AtTheKernel.self)),
    WrongAnswer("rounds-too-early", observed(BeforeTheReLU.self)),
    WrongAnswer("weights-lost", observed(LostBeforeReLU.self)),
    WrongAnswer("weights-lost", observed(LostWhereFused.self)),
    WrongAnswer("normalization-has-a-kernel", observed(NormalizationHasAKernel.self)),
    WrongAnswer("pooling-rounds", observed(PoolingRounds.self)),
    WrongAnswer("only-behind-relu", observed(OnlyBehindReLU.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
    WrongAnswer("wrong-value", observed(Empty.self)),
  ]

  /// Asks for the layer behind the last one.
  public enum Crashing: Exercise0602 {
    /// Right, if there were always another layer.
    public static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      layers.indices.map { index in
        FakeQuants(kernel: layers[index] == .conv, output: layers[index + 1] != .relu)
      }
    }
  }

  /// The right fake-quants, changed for each layer by `change`, which also gets the layer and the next one.
  private static func changed(
    _ layers: [GraphLayer], _ change: (inout FakeQuants, GraphLayer, GraphLayer?) -> Void
  ) -> [FakeQuants] {
    var fakeQuants = (try? Solution0602.fakeQuants(in: layers)) ?? []
    for index in layers.indices {
      change(&fakeQuants[index], layers[index], index + 1 < layers.count ? layers[index + 1] : nil)
    }
    return fakeQuants
  }

  private enum EveryLayer: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, _, _ in fake.output = true }
    }
  }
  private enum EveryComputation: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, layer, _ in fake.output = layer != .maxPool && layer != .flatten }
    }
  }
  private enum ReLUNotFused: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, _, next in if next == .relu { fake.output = true } }
    }
  }
  private enum NotFolded: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, _, next in if next == .batchNorm { fake.output = true } }
    }
  }
  private enum AtTheKernel: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, _, _ in fake.output = fake.kernel }
    }
  }
  private enum BeforeTheReLU: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, layer, next in
        if layer == .relu { fake.output = false }
        if next == .relu { fake.output = true }
      }
    }
  }
  private enum LostBeforeReLU: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, _, next in if next == .relu { fake.kernel = false } }
    }
  }
  private enum LostWhereFused: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, _, next in if next == .relu || next == .batchNorm { fake.kernel = false } }
    }
  }
  private enum NormalizationHasAKernel: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, layer, _ in if layer == .batchNorm { fake.kernel = true } }
    }
  }
  private enum PoolingRounds: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, layer, _ in if layer == .maxPool || layer == .flatten { fake.output = true } }
    }
  }
  private enum OnlyBehindReLU: Exercise0602 {
    static func fakeQuants(in layers: [GraphLayer]) -> [FakeQuants] {
      changed(layers) { fake, layer, _ in fake.output = layer == .relu }
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
