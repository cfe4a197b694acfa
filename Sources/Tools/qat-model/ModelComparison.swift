import FixedPoint
import IntegerInference
import Support

/// How many codes of each operation differ between two arithmetics.
struct ModelComparison: Codable, Hashable {
  let model: String
  let examples: Int
  let first: IntegerArithmetic
  let second: IntegerArithmetic
  private(set) var operations: [Operation]
  /// The examples of which an output has its largest code elsewhere.
  private(set) var otherAnswers = 0

  /// An operation's codes in two arithmetics.
  struct Operation: Codable, Hashable {
    let index: Int
    let kind: String
    let shape: [Int]
    var codes = 0
    /// The codes that differ where both arithmetics read the codes of the first.
    var ownDifferences = 0
    /// The codes that differ where each arithmetic goes on with its own codes.
    var differences = 0
    var largestDifference = 0

    /// Counts more codes: those of each arithmetic, and those of the second on what the first reads.
    mutating func count(_ ours: [Int8], _ theirs: [Int8], own: [Int8]) {
      codes += ours.count
      ownDifferences += zip(ours, own).count { $0 != $1 }
      for (a, b) in zip(ours, theirs) where a != b {
        differences += 1
        largestDifference = max(largestDifference, abs(Int(a) - Int(b)))
      }
    }
  }

  /// Runs two models of the same operations and other arithmetics.
  ///
  /// - Parameters:
  ///   - first: The model in the first arithmetic.
  ///   - second: The model in the second arithmetic.
  ///   - codes: The codes of all examples for every input.
  ///   - examples: The number of examples.
  /// - Throws: `IntegerModelError` if an operation alone is no model, which cannot happen for models that are one.
  init(_ first: IntegerModel, _ second: IntegerModel, on codes: [[Int8]], examples: Int) throws {
    (model, self.examples) = (first.name.printableLabel, examples)
    (self.first, self.second) = (first.arithmetic, second.arithmetic)
    operations = first.operations.enumerated().map { index, operation in
      Operation(index: index, kind: operation.kind.shortTitle, shape: operation.shape)
    }
    let (ours, theirs) = (try first.tracing(examples), try second.tracing(examples))
    let alone = try second.operations.indices.map { try second.alone($0, examples) }
    first.forEachBatch(of: codes, examples: examples) { part, count in
      let (ourCodes, theirCodes) = (
        ours.codes(part, examples: count), theirs.codes(part, examples: count)
      )
      for index in operations.indices {
        let own = alone[index].map { session, sources in
          session.codes(sources.map { ourCodes[$0] }, examples: count)[0]
        }
        operations[index].count(ourCodes[index], theirCodes[index], own: own ?? ourCodes[index])
      }
      otherAnswers += (0..<count).count { example in
        first.outputs.contains { index in
          let width = first.operations[index].count
          let range = example * width..<(example + 1) * width
          return ourCodes[index][range].argmax != theirCodes[index][range].argmax
        }
      }
    }
  }

  /// The comparison as a table, with a sentence about it.
  var text: String {
    let grouped = NumberFormat.grouped
    let table = TextTable(
      columns: ["#", "operation", "output", "codes", "own", "all", "at most"],
      rows: operations.map {
        [
          "\($0.index)", $0.kind, $0.shape.times, grouped.string(Double($0.codes)),
          grouped.string(Double($0.ownDifferences)), grouped.string(Double($0.differences)),
          $0.largestDifference == 0 ? "" : "±\($0.largestDifference)",
        ]
      })
    let verdict =
      operations.first { $0.differences > 0 }.map { parting in
        "They part at operation \(parting.index), \(parting.kind). The largest output is another for"
          + " \(otherAnswers) of \(examples.counted("example"))."
      } ?? "Every code is the same."
    let heading = "\(model), \(examples.counted("example")): \(first.rawValue) and \(second.rawValue)"
    return (heading.wrapped() + [""] + table.lines + [""] + verdict.wrapped()).joined(separator: "\n")
  }
}

extension IntegerModel {
  /// A session of one operation, and the operations whose codes it takes; nil if it reads none.
  ///
  /// Constants stay constants, since a runtime may treat them differently.
  fileprivate func alone(_ index: Int, _ examples: Int) throws -> (session: IntegerSession, sources: [Int])? {
    let operation = operations[index]
    let sources = Array(Set(operation.inputs)).sorted()
    let taken = sources.filter { if case .constant = operations[$0].kind { false } else { true } }
    guard !taken.isEmpty else { return nil }
    let inputs = sources.map { source in
      let kind = taken.contains(source) ? .input : operations[source].kind
      return IntegerOperation(
        name: "\(source)", kind: kind, shape: operations[source].shape, grid: operations[source].grid)
    }
    let own = IntegerOperation(
      name: "own", kind: operation.kind,
      inputs: operation.inputs.map { source in sources.firstIndex(of: source) ?? 0 }, shape: operation.shape,
      grid: operation.grid)
    let model = try IntegerModel(
      name: name, arithmetic: arithmetic, operations: inputs + [own], outputs: [inputs.count])
    return (IntegerSession(model, maximumBatch: min(examples, Self.tracedBatch)), taken)
  }
}
