import ExerciseKit

/// The reference solution of exercise 09.1.
public enum Solution0901: Exercise0901 {
  /// The answer.
  public static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
    let (down, step) = (product >> shift, 1 << shift)
    let twice = 2 * (product - down * step)
    if twice != step {
      let nearest = twice < step ? down : down + 1
      return (nearest, nearest)
    }
    return (product > 0 ? down + 1 : down, down % 2 == 0 ? down : down + 1)
  }
}

/// Wrong answers to exercise 09.1, each named for its misunderstanding.
public enum Wrong0901 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("swapped", observed(Swapped.self)),
    WrongAnswer("away-for-both", observed(Away.self)),
    WrongAnswer("even-for-both", observed(Even.self)),
    WrongAnswer("ties-upwards", observed(Upwards.self)),
    WrongAnswer("ties-to-zero", observed(ToZero.self)),
    WrongAnswer("odd-for-even", observed(Odd.self)),
    WrongAnswer("rounded-down", observed(Down.self)),
    WrongAnswer("fraction-cut", observed(Cut.self)),
    WrongAnswer("half-added-below-zero", observed(HalfAdded.self)),
    WrongAnswer("even-everywhere", observed(EvenEverywhere.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private static func real(_ product: Int, _ shift: Int) -> Double { Double(product) / Double(1 << shift) }
  private static func even(_ product: Int, _ shift: Int) -> Int {
    Int(real(product, shift).rounded(.toNearestOrEven))
  }
  private static func away(_ product: Int, _ shift: Int) -> Int { Int(real(product, shift).rounded()) }

  private enum Swapped: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (even(product, shift), away(product, shift))
    }
  }
  private enum Away: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (away(product, shift), away(product, shift))
    }
  }
  private enum Even: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (even(product, shift), even(product, shift))
    }
  }
  private enum Upwards: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      ((product + 1 << (shift - 1)) >> shift, even(product, shift))
    }
  }
  private enum ToZero: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      let exact = real(product, shift)
      return (
        Int(exact < 0 ? (exact + 0.5).rounded(.down) : (exact - 0.5).rounded(.up)), even(product, shift)
      )
    }
  }
  private enum Odd: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      let exact = real(product, shift)
      let isTie = exact - exact.rounded(.down) == 0.5
      return (away(product, shift), isTie ? 2 * Int((exact / 2).rounded(.down)) + 1 : even(product, shift))
    }
  }
  private enum Down: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (product >> shift, product >> shift)
    }
  }
  private enum Cut: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (away(product, shift), product / (1 << shift))
    }
  }
  private enum HalfAdded: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      ((product + 1 << (shift - 1)) / (1 << shift), even(product, shift))
    }
  }
  private enum EvenEverywhere: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (away(product, shift), 2 * Int((real(product, shift) / 2).rounded(.toNearestOrEven)))
    }
  }
  private enum Nothing: Exercise0901 {
    static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
      (0, 0)
    }
  }
}
