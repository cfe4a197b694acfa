/// Exercise 09.1: round a tie as each runtime does.
public protocol Exercise0901: Sendable {
  /// The codes that two runtimes make of one product, which is `product` / 2^`shift`.
  ///
  /// Both go to the nearest integer. Of a tie, halfway between two, LiteRT's reference makes the one that is further
  /// away from zero, XNNPACK and ONNX Runtime the even one. Everything can be computed in integers.
  ///
  /// By hand first: 20 and −20 with a shift of 3 are 2.5 and −2.5. What do the two runtimes make of them? And of 21
  /// and −21?
  ///
  /// - Parameters:
  ///   - product: The product before the shift, of a magnitude below 2^40.
  ///   - shift: By how many bits it moves to the right, 1 to 20.
  /// - Returns: The code of the reference, and that of XNNPACK and ONNX Runtime.
  /// - Throws: `Todo` until it is solved.
  static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int)
}

extension Exercise {
  /// Round a tie as each runtime does.
  public static let ties = Exercise(
    "09.1", "round a tie as each runtime does", section: "lesson 9, \"Five numbers, by hand\"",
    hints: [
      "How large is half a step, before the shift? And what is left of −20 if you take −3 · 8 away from it?",
      "Read \"Five numbers, by hand\" in lesson 9. `>>` rounds down, also below zero. What it has left out, between 0 "
        + "and a whole step, says whether you are below half, at a tie, or above.",
      "With `down = product >> shift` and what is left: less than half is `down`, more is `down + 1`. At half, the one "
        + "runtime looks at the sign of the product, the other at whether `down` is even.",
    ])
}
