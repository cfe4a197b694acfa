/// Exercise 08.2: the range of a quantizer of your own, for each channel.
public protocol Exercise0802: Sendable {
  /// The upper end of each channel's range, channel 0 first: `reach` times the root of the mean of its squares.
  ///
  /// The kernel is a table with one column for each channel, written row by row, as in exercise 02.2: `kernel[0]`
  /// is row 0 of channel 0, `kernel[1]` row 0 of channel 1.
  ///
  /// By hand first: [3, 1, 4, −1, 0, 1, 0, 1] with 2 channels is four rows. The squares of channel 0 are 9, 16, 0
  /// and 0. What is their mean, what its root, and what is the end at a reach of 2?
  ///
  /// - Throws: `Todo` until it is solved.
  static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float]
}

extension Exercise {
  /// The range of a quantizer of your own, for each channel.
  public static let spread = Exercise(
    "08.2", "how far typical weights reach", section: "lesson 8, \"Configure\"",
    index:
      "An index beyond the end of a list crashes. The last number of the kernel is kernel[kernel.count − 1].",
    hints: [
      "Write [3, 1, 4, −1, 0, 1, 0, 1] into a table with two columns. How many numbers does a column have?",
      "Read \"Configure\" in lesson 8: `SpreadQuantizer` does it for a whole tensor. Here each channel has its own "
        + "mean.",
      "For each channel: collect its numbers with `stride(from: channel, to: kernel.count, by: …)`, add their "
        + "squares, divide by how many they are, and take the root. Where does the reach come in?",
    ])
}
