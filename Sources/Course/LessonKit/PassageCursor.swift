/// A place in a lesson's source, from which its passages are handed out once and in order.
public struct PassageCursor {
  private var rest: ArraySlice<LessonSource.Passage>
  private let source: LessonSource

  /// Creates a cursor at the source's first line.
  public init(_ source: LessonSource) {
    self.source = source
    rest = source.passages[...]
  }

  /// The passages not handed out yet, up to the end of the cell that a line belongs to.
  public mutating func next(upTo line: Int) -> [LessonSource.Passage] {
    let end = source.endOfCell(at: line)
    let passages = rest.prefix { $0.lines.lowerBound <= end }
    rest = rest.dropFirst(passages.count)
    return Array(passages)
  }
}
