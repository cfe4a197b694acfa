import ExerciseKit
import Layers
import Tensors

/// The reference solution of exercise 05.4.
public enum Solution0504: Exercise0504 {
  /// The answer.
  public static func call(
    _ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool
  ) throws -> Tensor {
    let raised = min.value + (inputs - min.value).relu()
    return layer(raised - (raised - max.value).relu(), training: training)
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
    WrongAnswer("low-end-as-a-number", observed(LowEndAsANumber.self)),
    WrongAnswer("inputs-detached", observed(InputsDetached.self)),
    WrongAnswer("straight-through", observed(StraightThrough.self)),
    WrongAnswer("wrong-value", observed(Twice.self)),
  ]

  private enum ClipsTheOutputs: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs, training: training).clipped(min: min.value, max: max.value)
    }
  }
  private enum LayerNotCalled: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      inputs.clipped(min: min.value, max: max.value)
    }
  }
  private enum NotClipped: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs, training: training)
    }
  }
  private enum NoLowEnd: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs - (inputs - max.value).relu(), training: training)
    }
  }
  private enum NoHighEnd: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(min.value + (inputs - min.value).relu(), training: training)
    }
  }
  private enum FixedEnds: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs.clipped(min: -6, max: 6), training: training)
    }
  }
  private enum TrainingForgotten: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs.clipped(min: min.value, max: max.value))
    }
  }
  private enum TrainingAlways: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs.clipped(min: min.value, max: max.value), training: true)
    }
  }
  private enum EndsAsNumbers: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs.clipped(min: min.value.scalar, max: max.value.scalar), training: training)
    }
  }
  private enum LowEndAsANumber: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(inputs.clipped(min: Tensor(min.value.scalar), max: max.value), training: training)
    }
  }
  private enum InputsDetached: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(
        Tensor(inputs.values, shape: inputs.shape).clipped(min: min.value, max: max.value), training: training
      )
    }
  }
  private enum StraightThrough: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      let clipped = inputs.clipped(min: min.value, max: max.value)
      // Where the clip holds, the number that was taken off is put on as one without a history.
      let taken = inputs - inputs.clipped(min: min.value.scalar, max: max.value.scalar)
      return layer(clipped + taken - Tensor(taken.values, shape: taken.shape), training: training)
    }
  }
  private enum Twice: Exercise0504 {
    static func call(_ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool) -> Tensor {
      layer(layer(inputs.clipped(min: min.value, max: max.value), training: training), training: training)
    }
  }
}
