/// Exercise 04.2: the parameters of a stack of layers.
public protocol Exercise0402: Sendable {
  /// The number of parameters of each `Dense` layer in a stack: the column "Param #" of its summary.
  ///
  /// An example has `features` numbers. The layers follow one another; each has a number of `units`, a
  /// kernel and a bias.
  ///
  /// By hand first: 5 features and the units [8, 1]. Which shapes have the kernel and the bias of the first
  /// layer? And how many numbers does the second layer get?
  ///
  /// All numbers are above zero; there may be no layers.
  ///
  /// - Throws: `Todo` until it is solved.
  static func parameters(features: Int, units: [Int]) throws -> [Int]
}

extension Exercise {
  /// The parameters of a stack of layers.
  public static let parameters = Exercise(
    "04.2", "the parameters of a stack of layers", section: "lesson 4, \"Three moments\"",
    index:
      "An index beyond the end of a list crashes. There may be no layers at all, so units[0] may not exist.",
    hints: [
      "Write the shapes of all kernels and biases for 5 features and the units [8, 1]. Each shape is a "
        + "product of numbers.",
      "Read \"Three moments\" in lesson 4: what are n and m for the first layer, and for the second?",
      "A variable holds how many numbers go into the next layer; it begins with `features`. In a loop over "
        + "the units, add one number to the list, then say what the layer after this one gets.",
    ])
}
