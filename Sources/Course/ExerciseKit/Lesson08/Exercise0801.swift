/// Exercise 08.1: where an island begins.
public protocol Exercise0801: Sendable {
  /// The positions of the layers before which a quantizer for an input has to stand, in their order.
  ///
  /// The layers stand one behind the other, each reads what the one before it puts out, and position 0 reads the image.
  /// `annotated` says of each whether it has a mark. A layer with a mark puts out rounded numbers; a layer without
  /// one, and the image, are floats. A layer with a mark that reads floats gets a quantizer before it.
  ///
  /// By hand first: marked, not marked, marked, marked. What does each of the three marked layers read?
  ///
  /// - Throws: `Todo` until it is solved.
  static func inputQuantizers(annotated: [Bool]) throws -> [Int]
}

extension Exercise {
  /// Where an island begins.
  public static let islands = Exercise(
    "08.1", "where an island begins", section: "lesson 8, \"Annotate\"",
    index: "An index outside of a list crashes: nothing stands before layer 0 but the image.",
    hints: [
      "Draw four boxes in a row, colour the first, the third and the fourth, and colour the arrow behind each coloured "
        + "box. Which coloured boxes have a pale arrow before them?",
      "Read \"Annotate\" in lesson 8. Its one marked layer stands last and reads the floats of a ReLU. The image is "
        + "floats as well.",
      "Two questions for each position: is it marked? And is it the first, or the one before it not marked? Both "
        + "have to be so.",
    ])
}
