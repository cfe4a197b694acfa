/// How much of a model its diagram shows.
public enum GraphDetail: Hashable, Sendable {
  /// `full` for small models, `compact` for others.
  case automatic
  /// Every fake-quant is a box, and so is every kernel that has one.
  case full
  /// Every fake-quant of an output is a box; the bits of a kernel stand in its layer's: W8.
  case outputs
  /// A box a layer, with the bits of its kernel and of its output in it: W8 · A8.
  case compact
}
