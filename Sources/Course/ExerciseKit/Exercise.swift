/// An exercise as the classroom lists it; its contract is a protocol, its check a function.
public struct Exercise: Hashable, Sendable {
  /// The exercise, such as `01.1`: the first of lesson 1.
  public let id: String
  /// What it is about, in a few words.
  public let title: String
  /// Three hints: a question, a formula or a section, a skeleton; none gives the answer away.
  public let hints: [String]
  /// The lesson and the heading to read again, such as `lesson 1, "Zero must be exact"`.
  public let section: String
  /// What is probably behind a crash, for a student whose code crashed.
  public let crash: String

  init(_ id: String, _ title: String, section: String, crash: String, hints: [String]) {
    (self.id, self.title, self.hints) = (id, title, hints)
    (self.section, self.crash) = (section, crash)
  }

  /// The number of its lesson.
  public var lesson: Int { Int(id.prefix { $0 != "." }) ?? 0 }

  /// The name of the student's type and file: `Ex0101`.
  public var typeName: String {
    "Ex" + id.split(separator: ".").map { $0.count == 1 ? "0\($0)" : String($0) }.joined()
  }

  /// True if the text of a student's file still throws the stub's `Todo` on a line that is no comment.
  public func isUnsolved(in text: String) -> Bool {
    text.split(separator: "\n").contains { line in
      let code = line.firstRange(of: "//").map { line.prefix(upTo: $0.lowerBound) } ?? line
      return code.contains("Todo(\"\(id)\")")
    }
  }

  /// Every exercise, in order.
  public static let all: [Exercise] = [
    .scale, .zeroPoint, .quantize, .sqnr, .channelScales, .halving, .bestThreshold, .fakeQuantize,
    .straightThrough, .movingAverage, .training, .moments, .parameters, .ownLayer, .composed, .learnedMax,
    .ownWrapper, .clipCall, .batchNormFolding, .placement, .codesLeft, .multiplier, .requantized,
    .layerSensitivity,
  ]
}
