import ExerciseKit

/// The reference solution of exercise 11.1.
public enum Solution1101: Exercise1101 {
  /// The answer.
  public static func factors(first: [Float], second: [Float], channels: Int) throws -> [Float] {
    let columns = second.count / channels
    return (0..<channels).map { channel in
      let r1 = stride(from: channel, to: first.count, by: channels).map { abs(first[$0]) }.max() ?? 0
      let r2 = second[channel * columns..<(channel + 1) * columns].map(abs).max() ?? 0
      return r1 > 0 && r2 > 0 ? (r1 / r2).squareRoot() : 1
    }
  }
}

/// Wrong answers to exercise 11.1, each named for its misunderstanding.
public enum Wrong1101 {
  /// The answers.
  public static let all: [WrongAnswer] =
    Equalizing.edits.filter { !$0.truths.isEmpty }.map { edit in
      var settings = Equalizing()
      edit.change(&settings)
      return WrongAnswer(edit.name, settings.observed)
    } + [
      WrongAnswer("wrong-value", ObservedAnswer(.equalized) { (_: [Float], _: [Float], _: Int) in [Float]() })
    ]
}

/// A way to equalize two layers, of which parts may be wrong.
struct Equalizing: Sendable {
  /// How the numbers of a channel are taken from the first table, and from the second.
  enum Group { case strided, blocks, whole }
  var first = Group.strided
  var second = Group.blocks
  var range: @Sendable ([Float]) -> Float = { $0.map(\.magnitude).max() ?? 0 }
  var factor: @Sendable (_ r1: Float, _ r2: Float) -> Float = { ($0 / $1).squareRoot() }
  /// The factor of a channel with a range of 0; nil for the formula's.
  var dead: Float? = 1

  var observed: ObservedAnswer {
    ObservedAnswer(.equalized) { (first: [Float], second: [Float], channels: Int) in
      zip(Self.groups(first, channels, self.first), Self.groups(second, channels, self.second)).map {
        let (r1, r2) = (range($0), range($1))
        if let dead, r1 <= 0 || r2 <= 0 { return dead }
        return factor(r1, r2)
      }
    }
  }

  private static func groups(_ values: [Float], _ channels: Int, _ group: Group) -> [[Float]] {
    let rows = values.count / channels
    switch group {
    case .strided: return (0..<channels).map { channel in (0..<rows).map { values[$0 * channels + channel] } }
    case .blocks: return (0..<channels).map { Array(values[$0 * rows..<($0 + 1) * rows]) }
    case .whole: return [[Float]](repeating: values, count: channels)
    }
  }

  static let edits: [Edit<Equalizing>] = [
    Edit("rows-of-the-first") { $0.first = .blocks },
    Edit("columns-of-the-second") { $0.second = .strided },
    Edit("tables-exchanged") { ($0.first, $0.second) = (.blocks, .strided) },
    Edit("one-for-all") { ($0.first, $0.second) = (.whole, .whole) },
    Edit("sign-counted") { $0.range = { $0.max() ?? 0 } },
    Edit("width-for-magnitude") { $0.range = { ($0.max() ?? 0) - ($0.min() ?? 0) } },
    Edit("typical-for-largest") { $0.range = { $0.reduce(0) { $0 + $1.magnitude } / Float($0.count) } },
    Edit(unnamed: "smallest magnitude") { $0.range = { $0.map(\.magnitude).min() ?? 0 } },
    Edit("upside-down") { $0.factor = { ($1 / $0).squareRoot() } },
    Edit("root-forgotten") { $0.factor = { $0 / $1 } },
    Edit("range-for-factor") { $0.factor = { ($0 * $1).squareRoot() } },
    Edit("half-for-root") { $0.factor = { $0 / $1 / 2 } },
    Edit("first-alone") { settings in settings.factor = { r1, _ in r1 } },
    Edit(unnamed: "difference") { $0.factor = { $0 - $1 } },
    Edit("dead-channel") { $0.dead = nil },
  ]
}
