import ExerciseKit
import Layers
import Tensors

/// The reference solution of exercise 04.3.
public enum Solution0403: Exercise0403 {
  /// The answer.
  public static func makeLayer() throws -> Layer {
    FeatureGain()
  }
}

private class FeatureGain: Layer {
  override func build(inputShape: [Int]) {
    addWeight("gain", shape: inputShape, initializer: .ones)
  }
  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs * weight("gain").value
  }
}

/// Wrong answers to exercise 04.3, each named for its misunderstanding.
public enum Wrong0403 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("weights-in-init", observed(Answer<WeightsInInit>.self)),
    WrongAnswer("no-weight", observed(Answer<NoWeight>.self)),
    WrongAnswer("too-many-weights", observed(Answer<TwoWeights>.self)),
    WrongAnswer("one-gain", observed(Answer<OneGain>.self)),
    WrongAnswer("wrong-shape", observed(Answer<Matrix>.self)),
    WrongAnswer("another-name", observed(Answer<AnotherName>.self)),
    WrongAnswer("not-trainable", observed(Answer<NotTrainable>.self)),
    WrongAnswer("starts-elsewhere", observed(Answer<StartsAtRandom>.self)),
    WrongAnswer("added", observed(Answer<Added>.self)),
    WrongAnswer("read-too-early", observed(Answer<ReadInBuild>.self)),
    WrongAnswer("read-too-early", observed(Answer<ReadBeforeTheSubstitute>.self)),
    WrongAnswer("gradient-lost", observed(Answer<PlainGains>.self)),
    WrongAnswer("gradient-lost", observed(Answer<PlainInputs>.self)),
    WrongAnswer("wrong-value", observed(Answer<Squares>.self)),
    WrongAnswer("wrong-value", observed(Answer<FirstGain>.self)),
  ]

  /// Stops the program: it does not say what it computes.
  public enum Silent: Exercise0403 {
    /// A layer without a `call`.
    public static func makeLayer() -> Layer { Layer(name: "silent") }
  }

  private enum Answer<Wrong: Gain>: Exercise0403 {
    static func makeLayer() -> Layer { Wrong() }
  }
}

/// The right layer; each wrong answer differs from it in one point.
private class Gain: Layer {
  required override init(name: String? = nil) { super.init(name: name) }
  override func build(inputShape: [Int]) {
    addWeight("gain", shape: inputShape, initializer: .ones)
  }
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * weight("gain").value }
}

private final class WeightsInInit: Gain {
  required init(name: String?) {
    super.init(name: name)
    addWeight("gain", shape: [3], initializer: .ones)
  }
  override func build(inputShape: [Int]) {}
}

private final class NoWeight: Gain {
  private var gain = Tensor(1)
  override func build(inputShape: [Int]) { gain = .filled(1, shape: inputShape) }
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * gain }
}

private final class TwoWeights: Gain {
  override func build(inputShape: [Int]) {
    super.build(inputShape: inputShape)
    addWeight("bias", shape: inputShape, initializer: .zeros)
  }
}

private final class OneGain: Gain {
  override func build(inputShape: [Int]) { addWeight("gain", shape: [], initializer: .ones) }
}

private final class Matrix: Gain {
  override func build(inputShape: [Int]) { addWeight("gain", shape: inputShape + inputShape) }
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.matmul(weight("gain").value) }
}

private final class AnotherName: Gain {
  override func build(inputShape: [Int]) { addWeight("scale", shape: inputShape, initializer: .ones) }
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * weight("scale").value }
}

private final class NotTrainable: Gain {
  override func build(inputShape: [Int]) {
    addWeight("gain", shape: inputShape, initializer: .ones, trainable: false)
  }
}

private final class StartsAtRandom: Gain {
  override func build(inputShape: [Int]) { addWeight("gain", shape: inputShape) }
}

private final class Added: Gain {
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs + weight("gain").value }
}

private final class ReadInBuild: Gain {
  private var gain = Tensor(1)
  override func build(inputShape: [Int]) {
    super.build(inputShape: inputShape)
    gain = weight("gain").value
  }
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * gain }
}

/// Reads the value anew only when the weight was assigned, which substituting does not do.
private final class ReadBeforeTheSubstitute: Gain {
  private var gain: Tensor?
  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let value = weight("gain").value
    if !value.values.contains(0) { gain = value }
    return inputs * (gain ?? value)
  }
}

private final class PlainGains: Gain {
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * weight("gain").value.detached() }
}

private final class PlainInputs: Gain {
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.detached() * weight("gain").value }
}

private final class Squares: Gain {
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.squared() * weight("gain").value }
}

private final class FirstGain: Gain {
  override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs * weight("gain").value.sliced(0..<1, axis: 0)
  }
}
