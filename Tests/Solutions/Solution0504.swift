import ExerciseKit
import Layers
import Tensors

/// The reference solution of exercise 05.4.
public enum Solution0504: Exercise0504 {
  /// The answer.
  public static func call(
    _ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool
  ) throws -> Tensor {
    let raised = low.value + (inputs - low.value).relu()
    return layer(raised - (raised - high.value).relu(), training: training)
  }
}

/// Wrong answers to exercise 05.4, each named for its misunderstanding.
public enum Wrong0504 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("clips-the-outputs", observed(ClipsTheOutputs.self)),
    WrongAnswer("layer-not-called", observed(LayerNotCalled.self)),
    WrongAnswer("not-clipped", observed(NotClipped.self)),
    WrongAnswer("one-end-forgotten", observed(NoLowEnd.self)),
    WrongAnswer("one-end-forgotten", observed(NoHighEnd.self)),
    WrongAnswer("ends-are-fixed", observed(FixedEnds.self)),
    WrongAnswer("training-forgotten", observed(TrainingForgotten.self)),
    WrongAnswer("training-always", observed(TrainingAlways.self)),
    WrongAnswer("ends-as-numbers", observed(EndsAsNumbers.self)),
    WrongAnswer("one-end-as-a-number", observed(LowEndAsANumber.self)),
    WrongAnswer("inputs-detached", observed(InputsDetached.self)),
    WrongAnswer("straight-through", observed(StraightThrough.self)),
    WrongAnswer("wrong-value", observed(Twice.self)),
  ]

  /// A clip of two ReLUs.
  private static func clip(_ x: Tensor, _ low: Tensor, _ high: Tensor) -> Tensor {
    let raised = low + (x - low).relu()
    return raised - (raised - high).relu()
  }

  private enum ClipsTheOutputs: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      clip(layer(inputs, training: training), low.value, high.value)
    }
  }
  private enum LayerNotCalled: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      clip(inputs, low.value, high.value)
    }
  }
  private enum NotClipped: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(inputs, training: training)
    }
  }
  private enum NoLowEnd: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(inputs - (inputs - high.value).relu(), training: training)
    }
  }
  private enum NoHighEnd: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(low.value + (inputs - low.value).relu(), training: training)
    }
  }
  private enum FixedEnds: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(clip(inputs, Tensor(-6), Tensor(6)), training: training)
    }
  }
  private enum TrainingForgotten: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(clip(inputs, low.value, high.value))
    }
  }
  private enum TrainingAlways: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(clip(inputs, low.value, high.value), training: true)
    }
  }
  private enum EndsAsNumbers: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(clip(inputs, Tensor(low.value.scalar), Tensor(high.value.scalar)), training: training)
    }
  }
  private enum LowEndAsANumber: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(clip(inputs, Tensor(low.value.scalar), high.value), training: training)
    }
  }
  private enum InputsDetached: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(
        clip(inputs.detached(), low.value, high.value),
        training: training
      )
    }
  }
  private enum StraightThrough: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      let clipped = clip(inputs, low.value, high.value)
      // Where the clip holds, the number that was taken off is put on as one without a history.
      let taken = inputs - clip(inputs, Tensor(low.value.scalar), Tensor(high.value.scalar))
      return layer(clipped + taken - Tensor(taken.values, shape: taken.shape), training: training)
    }
  }
  private enum Twice: Exercise0504 {
    static func call(_ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool) -> Tensor
    {
      layer(layer(clip(inputs, low.value, high.value), training: training), training: training)
    }
  }
}
