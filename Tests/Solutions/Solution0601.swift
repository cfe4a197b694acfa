import ExerciseKit

/// The result of exercise 06.1.
public typealias Folded = (kernel: [Float], bias: Float)

/// The reference solution of exercise 06.1.
public enum Solution0601: Exercise0601 {
  /// The answer.
  public static func folded(
    kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
  ) throws -> Folded {
    let factor = gamma / (variance + epsilon).squareRoot()
    return (kernel.map { $0 * factor }, beta + (bias - mean) * factor)
  }
}

/// Wrong answers to exercise 06.1, each named for its misunderstanding.
public enum Wrong0601 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("epsilon-forgotten", observed(EpsilonForgotten.self)),
    WrongAnswer("epsilon-after-the-root", observed(EpsilonAfterRoot.self)),
    WrongAnswer("variance-for-deviation", observed(VarianceForDeviation.self)),
    WrongAnswer("gamma-forgotten", observed(GammaForgotten.self)),
    WrongAnswer("kernel-unchanged", observed(KernelUnchanged.self)),
    WrongAnswer("bias-not-scaled", observed(BiasNotScaled.self)),
    WrongAnswer("bias-forgotten", observed(BiasForgotten.self)),
    WrongAnswer("mean-not-scaled", observed(MeanNotScaled.self)),
    WrongAnswer("mean-added", observed(MeanAdded.self)),
    WrongAnswer("beta-scaled", observed(BetaScaled.self)),
    WrongAnswer("beta-forgotten", observed(BetaForgotten.self)),
    WrongAnswer("wrong-value", observed(NothingFolded.self)),
    WrongAnswer("wrong-value", observed(NoKernel.self)),
  ]

  private enum EpsilonForgotten: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / variance.squareRoot()
      return (kernel.map { $0 * factor }, beta + (bias - mean) * factor)
    }
  }
  private enum EpsilonAfterRoot: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance.squareRoot() + epsilon)
      return (kernel.map { $0 * factor }, beta + (bias - mean) * factor)
    }
  }
  private enum VarianceForDeviation: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon)
      return (kernel.map { $0 * factor }, beta + (bias - mean) * factor)
    }
  }
  private enum GammaForgotten: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = 1 / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, beta + (bias - mean) * factor)
    }
  }
  private enum KernelUnchanged: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      (kernel, beta + (bias - mean) * gamma / (variance + epsilon).squareRoot())
    }
  }
  private enum BiasNotScaled: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, bias - mean + beta)
    }
  }
  private enum BiasForgotten: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, beta - mean * factor)
    }
  }
  private enum MeanNotScaled: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, bias * factor - mean + beta)
    }
  }
  private enum MeanAdded: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, (bias + mean) * factor + beta)
    }
  }
  private enum BetaScaled: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, (bias - mean + beta) * factor)
    }
  }
  private enum BetaForgotten: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      let factor = gamma / (variance + epsilon).squareRoot()
      return (kernel.map { $0 * factor }, (bias - mean) * factor)
    }
  }
  private enum NothingFolded: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      (kernel, bias)
    }
  }
  private enum NoKernel: Exercise0601 {
    static func folded(
      kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
    ) -> Folded {
      ([], beta)
    }
  }
}
