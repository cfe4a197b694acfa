import ExerciseKit

/// The reference solution of exercise 02.2.
public enum Solution0202: Exercise0202 {
  /// The answer.
  public static func scales(kernel: [Float], channels: Int) throws -> [Float] {
    (0..<channels).map { channel in
      var largest: Float = 0
      for index in stride(from: channel, to: kernel.count, by: channels) {
        largest = max(largest, kernel[index].magnitude)
      }
      return largest == 0 ? 1 : largest / 127
    }
  }
}

/// Wrong answers to exercise 02.2, each named for its misunderstanding.
public enum Wrong0202 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("rows-for-channels", observed(Rows.self)),
    WrongAnswer("blocks-for-channels", observed(Blocks.self)),
    WrongAnswer("one-for-all", observed(OneForAll.self)),
    WrongAnswer("one-for-all", observed(OneAlone.self)),
    WrongAnswer("sign-forgotten", observed(SignForgotten.self)),
    WrongAnswer("divided-by-128", observed(By128.self)),
    WrongAnswer("divided-by-255", observed(By255.self)),
    WrongAnswer("range-for-largest", observed(RangeForLargest.self)),
    WrongAnswer("scale-of-zero", observed(ScaleOfZero.self)),
    WrongAnswer("wrong-value", observed(Ones.self)),
  ]

  private static func columns(_ kernel: [Float], _ channels: Int) -> [[Float]] {
    (0..<channels).map { channel in
      kernel.indices.filter { $0 % channels == channel }.map { kernel[$0] }
    }
  }
  private static func scale(_ values: [Float], _ largestCode: Float) -> Float {
    let largest = values.max() ?? 0
    return largest == 0 ? 1 : largest / largestCode
  }

  private enum Rows: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      stride(from: 0, to: kernel.count, by: channels).map { row in
        scale(kernel[row..<row + channels].map(\.magnitude), 127)
      }
    }
  }
  private enum Blocks: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      let length = kernel.count / channels
      return (0..<channels).map { scale(kernel[$0 * length..<($0 + 1) * length].map(\.magnitude), 127) }
    }
  }
  private enum OneForAll: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      [Float](repeating: scale(kernel.map(\.magnitude), 127), count: channels)
    }
  }
  private enum OneAlone: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      [scale(kernel.map(\.magnitude), 127)]
    }
  }
  private enum SignForgotten: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      columns(kernel, channels).map { scale($0, 127) }
    }
  }
  private enum By128: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      columns(kernel, channels).map { scale($0.map(\.magnitude), 128) }
    }
  }
  private enum By255: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      columns(kernel, channels).map { scale($0.map(\.magnitude), 255) }
    }
  }
  private enum RangeForLargest: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      columns(kernel, channels).map { (($0.max() ?? 0) - ($0.min() ?? 0)) / 255 }
    }
  }
  private enum ScaleOfZero: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      columns(kernel, channels).map { ($0.map(\.magnitude).max() ?? 0) / 127 }
    }
  }
  private enum Ones: Exercise0202 {
    static func scales(kernel: [Float], channels: Int) -> [Float] {
      [Float](repeating: 1, count: channels)
    }
  }
}
