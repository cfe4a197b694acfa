import ArgumentParser
import FixedPoint
import IntegerInference
import Support

/// Compares the codes of a model in the arithmetics of several runtimes, operation by operation.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Where the runtimes' kernels part, operation by operation.",
    discussion: """
      One model runs in the arithmetic of LiteRT's reference kernels and in that of LiteRT as it comes, with \
      XNNPACK; with --against onnxRuntime in that of ONNX Runtime. "own" counts the codes that differ although \
      the operation reads the same codes: its own rounding. "all" counts those that differ when each runtime \
      goes on with its own codes.
      """)

  @OptionGroup var file: FileArgument
  @OptionGroup var input: InputArguments

  @Option(help: "The first arithmetic: tflite, xnnpack or onnxRuntime.")
  var arithmetic: IntegerArithmetic = .tflite

  @Option(help: "The arithmetic that it is compared with.")
  var against: IntegerArithmetic = .xnnpack

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let file = try ModelFile(path: self.file.path)
    let (first, second) = (try file.model(arithmetic), try file.model(against))
    let (codes, examples) = try input.codes(for: first, examples: 100)
    let comparison = ModelComparison(first, second, on: codes, examples: examples)
    print(json ? try comparison.json : comparison.text)
  }
}

/// How many codes of each operation differ between two arithmetics.
struct ModelComparison: Codable, Hashable {
  let model: String
  let examples: Int
  let first: IntegerArithmetic
  let second: IntegerArithmetic
  let operations: [Operation]
  /// The examples of which an output has its largest code elsewhere.
  let otherAnswers: Int

  /// An operation's codes in two arithmetics.
  struct Operation: Codable, Hashable {
    let index: Int
    let kind: String
    let shape: [Int]
    let codes: Int
    /// The codes that differ where both arithmetics read the codes of the first.
    let ownDifferences: Int
    /// The codes that differ where each arithmetic goes on with its own codes.
    let differences: Int
    let largestDifference: Int
  }

  init(_ first: IntegerModel, _ second: IntegerModel, on codes: [[Int8]], examples: Int) {
    let (ours, theirs) = (
      first.codesOfOperations(codes, examples: examples), second.codesOfOperations(codes, examples: examples)
    )
    (model, self.examples) = (first.name.printable, examples)
    (self.first, self.second) = (first.arithmetic, second.arithmetic)
    operations = first.operations.indices.map { index in
      let operation = first.operations[index]
      let own = second.codes(of: index, reading: ours, examples: examples) ?? ours[index]
      return Operation(
        index: index, kind: operation.kind.shortTitle, shape: operation.shape, codes: ours[index].count,
        ownDifferences: zip(ours[index], own).count { $0 != $1 },
        differences: zip(ours[index], theirs[index]).count { $0 != $1 },
        largestDifference: zip(ours[index], theirs[index]).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) })
    }
    otherAnswers = (0..<examples).count { example in
      first.outputs.contains { index in
        let width = first.operations[index].count
        let range = example * width..<(example + 1) * width
        return ours[index][range].argmax != theirs[index][range].argmax
      }
    }
  }

  /// The comparison as a table of at most 80 columns, with a sentence about it.
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
    let verdict: String
    if let parting = operations.first(where: { $0.differences > 0 }) {
      verdict =
        "They part at operation \(parting.index), \(parting.kind). Of \(examples) examples, \(otherAnswers) have"
        + " another largest output."
    } else {
      verdict = "Every code is the same."
    }
    return
      (["\(model), \(examples) examples: \(first.rawValue) and \(second.rawValue)", ""]
      + table.terminalLines()
      + ["", verdict]).joined(separator: "\n")
  }
}

extension IntegerModel {
  /// The codes of all operations, by the readable path.
  fileprivate func codesOfOperations(_ inputs: [[Int8]], examples: Int) -> [[Int8]] {
    let all = try? IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: Array(operations.indices))
    guard let all else { return [] }
    return IntegerSession(all, maximumBatch: min(examples, 16), path: .reference).codes(
      inputs, examples: examples)
  }

  /// The codes of one operation on given codes of those that it reads; nil for an input.
  fileprivate func codes(of index: Int, reading codes: [[Int8]], examples: Int) -> [Int8]? {
    let operation = operations[index]
    guard !operation.inputs.isEmpty else { return nil }
    let sources = Array(Set(operation.inputs)).sorted()
    let inputs = sources.map {
      IntegerOperation(
        name: "\($0)", kind: .input, shape: operations[$0].shape, grid: operations[$0].grid)
    }
    let own = IntegerOperation(
      name: "own", kind: operation.kind,
      inputs: operation.inputs.map { source in sources.firstIndex(of: source) ?? 0 }, shape: operation.shape,
      grid: operation.grid)
    let model = try? IntegerModel(
      name: name, arithmetic: arithmetic, operations: inputs + [own], outputs: [inputs.count])
    guard let model else { return nil }
    return IntegerSession(model, maximumBatch: min(examples, 16), path: .reference).codes(
      sources.map { codes[$0] }, examples: examples)[0]
  }
}
