import ArgumentParser
import FixedPoint
import IntegerInference
import Support

/// Runs a model on given inputs.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a model: codes and real numbers of every output.",
    usage: "qat-model run <file> [--input <file> ...] [<options>]",
    discussion: """
      For each example the table has the outputs with the largest codes, as index, code and real number; with \
      --all every output.
      """)

  @OptionGroup var file: FileArgument
  @OptionGroup var input: InputArguments

  @Option(help: "The rounding: tflite (LiteRT's reference), xnnpack (LiteRT as it comes) or onnxRuntime.")
  var arithmetic: IntegerArithmetic?

  @Flag(help: "Show every output, not only the largest.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  /// The outputs of a model for one example.
  struct Result: Codable, Hashable {
    let example: Int
    let output: String
    let codes: [Int8]
    let reals: [Float]
  }

  func run() throws {
    let model = try ModelFile(path: file.path).model(arithmetic)
    let (codes, examples) = try input.codes(for: model, examples: 1)
    let session = IntegerSession(model, maximumBatch: min(examples, 32))
    let outputs = session.codes(codes, examples: examples)
    let results = (0..<examples).flatMap { example in
      zip(model.outputs, outputs).map { index, codes in
        let operation = model.operations[index]
        let own = Array(codes[example * operation.count..<(example + 1) * operation.count])
        return Result(
          example: example, output: operation.name.printableLabel, codes: own,
          reals: operation.grid.dequantize(own))
      }
    }
    if json { return print(try results.json) }
    let heading =
      "\(model.name.printableLabel), \(examples.counted("example")), arithmetic \(model.arithmetic.rawValue)"
    print(heading.wrapped().joined(separator: "\n"))
    for result in results {
      print("\nexample \(result.example), \(result.output):")
      print(table(result).lines.joined(separator: "\n"))
    }
  }

  private func table(_ result: Result) -> TextTable {
    let order = result.codes.indices.sorted { (result.codes[$1], $0) < (result.codes[$0], $1) }
    let shown = all ? Array(result.codes.indices) : Array(order.prefix(5))
    return TextTable(
      columns: ["index", "code", "real"],
      rows: shown.map { ["\($0)", "\(result.codes[$0])", "\(result.reals[$0])"] })
  }
}
