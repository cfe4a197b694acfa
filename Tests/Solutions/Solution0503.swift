import ExerciseKit
import Layers
import Tensors

/// The reference solution of exercise 05.3.
public enum Solution0503: Exercise0503 {
  /// The answer.
  public static func wrapped(_ layer: Layer) throws -> Wrapper {
    ScaleWrapper(layer)
  }

  private final class ScaleWrapper: Wrapper {
    override func build(inputShape: [Int]) {
      super.build(inputShape: inputShape)
      addWeight("scale", shape: [], initializer: .ones)
    }

    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs, training: training) * weight("scale").value
    }
  }
}

/// Wrong answers to exercise 05.3, each named for its misunderstanding.
public enum Wrong0503 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("super-forgotten", observed(Wraps<SuperForgotten>.self)),
    WrongAnswer("no-weight", observed(Wraps<NoWeight>.self)),
    WrongAnswer("made-late", observed(Wraps<MadeLate>.self)),
    WrongAnswer("read-in-build", observed(Wraps<ReadInBuild>.self)),
    WrongAnswer("starts-at-zero", observed(Wraps<StartsAtZero>.self)),
    WrongAnswer("before-not-after", observed(Wraps<BeforeNotAfter>.self)),
    WrongAnswer("value-as-a-number", observed(Wraps<ValueAsANumber>.self)),
    WrongAnswer("does-not-learn", observed(Wraps<DoesNotLearn>.self)),
    WrongAnswer("training-forgotten", observed(Wraps<TrainingForgotten>.self)),
    WrongAnswer("training-always", observed(Wraps<TrainingAlways>.self)),
    WrongAnswer("wrong-value", observed(Wraps<OtherName>.self)),
  ]

  private enum Wraps<Kind: ScaleWrapper>: Exercise0503 {
    static func wrapped(_ layer: Layer) -> Wrapper { Kind.init(layer, name: nil) }
  }

  private class ScaleWrapper: Wrapper {
    required override init(_ layer: Layer, name: String?) { super.init(layer, name: name) }

    override func build(inputShape: [Int]) {
      super.build(inputShape: inputShape)
      addWeight("scale", shape: [], initializer: .ones)
    }

    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs, training: training) * weight("scale").value
    }
  }

  private final class SuperForgotten: ScaleWrapper {
    override func build(inputShape: [Int]) { addWeight("scale", shape: [], initializer: .ones) }
  }
  private final class NoWeight: ScaleWrapper {
    private let scale = Variable("scale", Tensor(1))
    override func build(inputShape: [Int]) { layer.buildOnce(inputShape: inputShape) }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs, training: training) * scale.value
    }
  }
  private final class MadeLate: ScaleWrapper {
    override func build(inputShape: [Int]) {}
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      if weights.isEmpty { addWeight("scale", shape: [], initializer: .ones) }
      return super.call(inputs, training: training)
    }
  }
  private final class ReadInBuild: ScaleWrapper {
    private var scale = Tensor(1)
    override func build(inputShape: [Int]) {
      super.build(inputShape: inputShape)
      scale = weight("scale").value
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs, training: training) * scale
    }
  }
  private final class StartsAtZero: ScaleWrapper {
    override func build(inputShape: [Int]) {
      layer.buildOnce(inputShape: inputShape)
      addWeight("scale", shape: [], initializer: .zeros)
    }
  }
  private final class BeforeNotAfter: ScaleWrapper {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs * weight("scale").value, training: training)
    }
  }
  private final class ValueAsANumber: ScaleWrapper {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs, training: training) * weight("scale").value.scalar
    }
  }
  private final class DoesNotLearn: ScaleWrapper {
    override func build(inputShape: [Int]) {
      layer.buildOnce(inputShape: inputShape)
      addWeight("scale", shape: [], initializer: .ones, trainable: false)
    }
  }
  private final class TrainingForgotten: ScaleWrapper {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { layer(inputs) * weight("scale").value }
  }
  private final class TrainingAlways: ScaleWrapper {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs, training: true) * weight("scale").value
    }
  }
  private final class OtherName: ScaleWrapper {
    override func build(inputShape: [Int]) {
      layer.buildOnce(inputShape: inputShape)
      addWeight("factor", shape: [], initializer: .ones)
    }
  }
}
