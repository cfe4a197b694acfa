/// Exercise 02.2: one scale for each output channel.
public protocol Exercise0202: Sendable {
  /// The symmetric int8 scales of a kernel, one for each output channel, channel 0 first.
  ///
  /// The kernel is a table with one column for each channel, written row by row: `kernel[0]` is row 0 of
  /// channel 0, `kernel[1]` row 0 of channel 1. In each channel the number farthest from 0 gets the code 127
  /// or −127. For a channel of zeros any scale but 0 would do: it gets 1.
  ///
  /// By hand first: [1, −10, 2, 5, −4, 0.5] with 2 channels is three rows. Which three numbers are
  /// channel 0? Which of them needs the code farthest from 0?
  ///
  /// - Throws: `Todo` until it is solved.
  static func scales(kernel: [Float], channels: Int) throws -> [Float]
}

extension Exercise {
  /// One scale for each output channel.
  public static let channelScales = Exercise(
    "02.2", "one scale for each channel",
    section: "lesson 2, \"One scale for all, or one for each\"",
    index:
      "An index beyond the end of a list crashes. The last number of the kernel is kernel[kernel.count − 1].",
    hints: [
      "Write [1, −10, 2, 5, −4, 0.5] into a table with two columns. Which places in the list does a column "
        + "hold?",
      "Read \"One scale for all, or one for each\" in lesson 2. Within one channel, the number farthest "
        + "from 0, on whichever side, gets the code farthest from 0.",
      "`stride(from: channel, to: kernel.count, by: …)` visits the places of one channel. Keep the largest "
        + "`.magnitude` on the way. What do you return where it stays 0?",
    ])
}
