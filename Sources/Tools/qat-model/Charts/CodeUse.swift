import Charting
import IntegerInference
import Support

/// How often each operation of a model gave each of the 256 codes.
struct CodeUse {
  let examples: Int
  /// Of each operation the counts of the codes −128 to 127.
  let counts: [[Int]]

  /// Runs a model on the codes of some examples.
  init(_ model: IntegerModel, on codes: [[Int8]], examples: Int) throws {
    let session = try model.tracing(examples)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: model.operations.count)
    model.forEachBatch(of: codes, examples: examples) { part, count in
      for (index, codes) in session.codes(part, examples: count).enumerated() {
        for code in codes { counts[index][Int(code) + 128] += 1 }
      }
    }
    (self.examples, self.counts) = (examples, counts)
  }

  /// How many codes an operation used, and the share of its most frequent one: "181 codes, 61 % are −128".
  func summary(of operation: Int) -> String {
    let counts = counts[operation]
    let used = counts.count { $0 > 0 }
    guard let most = counts.indices.max(by: { counts[$0] < counts[$1] }), used > 1 else {
      return used.counted("code")
    }
    let share = Double(counts[most]) / Double(counts.reduce(0, +))
    let code = NumberFormat.grouped.string(Double(most - 128))
    let percent = NumberFormat.percent(0).string(share).replacing(" ", with: "\u{A0}")
    return "\(used.counted("code")), \(percent) are \(code)"
  }

  /// A histogram of an operation's codes; the bars of the first and the last code may be cut.
  func panel(_ title: String?, of operation: Int, isSmall: Bool) -> Panel {
    let counts = counts[operation]
    var buckets = Buckets(scale: 1, codes: -128...127, used: counts.map { $0 > 0 })
    buckets.codes = nil  // they are the numbers of the axis
    // The ends hold what a ReLU or saturation puts there, and would flatten all else.
    let inner = counts[1..<255].max() ?? 0
    let top = Double(inner > 0 ? inner : counts.max() ?? 0)
    return Panel(
      title: title.map { "\($0): \(summary(of: operation))" },
      x: .codes(-128...127, isSmall ? nil : "code"),
      y: Axis(isSmall ? nil : "number of outputs", domain: 0...max(top * 1.05, 1)),
      legend: isSmall ? .hidden : .automatic,
      marks: [.histogram(edges: buckets.edges, counts: counts, color: .green, buckets: buckets)])
  }
}
