import ExerciseKit

/// The reference solution of exercise 08.2.
public enum Solution0802: Exercise0802 {
  /// The answer.
  public static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
    (0..<channels).map { channel in
      let weights = stride(from: channel, to: kernel.count, by: channels).map { kernel[$0] }
      let mean = weights.reduce(0) { $0 + $1 * $1 } / Float(weights.count)
      return reach * mean.squareRoot()
    }
  }
}

/// Wrong answers to exercise 08.2, each named for its misunderstanding.
public enum Wrong0802 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("rows-for-channels", observed(Rows.self)),
    WrongAnswer("blocks-for-channels", observed(Blocks.self)),
    WrongAnswer("one-for-all", observed(Whole.self)),
    WrongAnswer("all-weights-counted", observed(AllCounted.self)),
    WrongAnswer("divided-by-channels", observed(ByChannels.self)),
    WrongAnswer("root-forgotten", observed(NoRoot.self)),
    WrongAnswer("sum-for-mean", observed(OfTheSum.self)),
    WrongAnswer("reach-under-the-root", observed(ReachInside.self)),
    WrongAnswer("reach-forgotten", observed(NoReach.self)),
    WrongAnswer("mean-magnitude", observed(OfMagnitudes.self)),
    WrongAnswer("about-the-mean", observed(Deviation.self)),
    WrongAnswer("one-less", observed(OneLess.self)),
    WrongAnswer("largest-for-typical", observed(Largest.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private static func ends(
    _ kernel: [Float], _ channels: Int, _ end: (_ channel: [Float]) -> Float
  ) -> [Float] {
    (0..<channels).map { channel in
      end(stride(from: channel, to: kernel.count, by: channels).map { kernel[$0] })
    }
  }
  private static func squares(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 } }
  private static func root(_ values: [Float]) -> Float {
    (squares(values) / Float(values.count)).squareRoot()
  }

  private enum Rows: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      stride(from: 0, to: kernel.count, by: channels).map { reach * root(Array(kernel[$0..<$0 + channels])) }
    }
  }
  private enum Blocks: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      let rows = kernel.count / channels
      return (0..<channels).map { reach * root(Array(kernel[$0 * rows..<($0 + 1) * rows])) }
    }
  }
  private enum Whole: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      [Float](repeating: reach * root(kernel), count: channels)
    }
  }
  private enum AllCounted: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * (squares($0) / Float(kernel.count)).squareRoot() }
    }
  }
  private enum ByChannels: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * (squares($0) / Float(channels)).squareRoot() }
    }
  }
  private enum NoRoot: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * squares($0) / Float($0.count) }
    }
  }
  private enum OfTheSum: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * squares($0).squareRoot() }
    }
  }
  private enum ReachInside: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { (reach * squares($0) / Float($0.count)).squareRoot() }
    }
  }
  private enum NoReach: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { root($0) }
    }
  }
  private enum OfMagnitudes: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * $0.reduce(0) { $0 + $1.magnitude } / Float($0.count) }
    }
  }
  private enum Deviation: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { weights in
        let mean = weights.reduce(0, +) / Float(weights.count)
        return reach * root(weights.map { $0 - mean })
      }
    }
  }
  private enum OneLess: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * (squares($0) / Float($0.count - 1)).squareRoot() }
    }
  }
  private enum Largest: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      Wrong0802.ends(kernel, channels) { reach * ($0.map(\.magnitude).max() ?? 0) }
    }
  }
  private enum Nothing: Exercise0802 {
    static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
      []
    }
  }
}
