import ArgumentParser
import FixedPoint

/// Compares the codes of a model in the arithmetics of several runtimes, operation by operation.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Where the runtimes' kernels part, operation by operation.",
    usage: "qat-model compare <file> [--input <file> ...] [<options>]",
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
    let comparison = try ModelComparison(first, second, on: codes, examples: examples)
    print(json ? try comparison.json : comparison.text)
  }
}
