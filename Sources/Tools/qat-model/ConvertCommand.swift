import ArgumentParser
import FixedPoint
import IntegerInference
import Support

/// Writes an integer model in another format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes an integer model in another format: .tflite, .onnx or our own.",
    usage: "qat-model convert <file> --to <file> [<options>]",
    discussion: """
      Grids, weights and biases stay as they are; no examples are needed. Between .tflite and .onnx the runtime's \
      rounding changes: the command runs both on random codes and counts the output codes that differ. Keras models \
      of floats become integers by qat-model quantize.
      """)

  @OptionGroup var file: FileArgument
  @OptionGroup var output: OutputArguments

  @Option(
    help: """
      The rounding of the new file: tflite, xnnpack or onnxRuntime; by default that of the old one, if the new \
      format can hold it.
      """)
  var arithmetic: IntegerArithmetic?

  @Option(
    help: ArgumentHelp("The examples of random codes on which both files are compared.", valueName: "count"))
  var examples = 100

  @Option(help: ArgumentHelp("The seed of random codes.", valueName: "number"))
  var seed: UInt64 = 1

  func validate() throws {
    try refuseEqualPaths(written: [("--to", output.path)], read: [("the model", file.path)])
    guard (1...100_000).contains(examples) else {
      throw ValidationError("--examples is 1 to 100000; got \(examples)")
    }
  }

  func run() throws {
    let target = try ModelOutput(output)
    let source = try ModelFile(path: file.path)
    let old = try source.model()
    let wanted =
      arithmetic
      ?? (target.format.takes(old.arithmetic) ? old.arithmetic : target.format.arithmetic ?? .tflite)
    guard target.format.takes(wanted) else {
      throw ValidationError(
        "\(target.path.fileName) cannot hold a model in the arithmetic of \(wanted.rawValue)")
    }
    let new = try old.following(wanted)
    let notes = try target.write(new)
    let size = try OrdinaryFile(path: target.path).size
    let heading =
      "✓ \(target.path): \(new.operations.count.counted("operation")), \(size.counted("byte")), arithmetic"
      + " \(wanted.rawValue)"
    print(heading.wrapped(indent: "  ").joined(separator: "\n"))
    if wanted != old.arithmetic { print(try difference(old, new).wrapped().joined(separator: "\n")) }
    if case .onnx = source, target.format == .onnx,
      old.inputs.contains(where: { old.operations[$0].shape.count == 3 })
    {
      print("- images are batch×height×width×channels in the new file")
    }
    for note in notes { print("- \(note)".wrapped(indent: "  ").joined(separator: "\n")) }
  }

  /// How many output codes the change of rounding changes.
  private func difference(_ old: IntegerModel, _ new: IntegerModel) throws -> String {
    var input = InputArguments()
    (input.paths, input.examples, input.seed) = ([], examples, seed)
    let (codes, count) = try input.codes(for: old, examples: examples)
    let sessions = [old, new].map { IntegerSession($0, maximumBatch: min(count, 32)) }
    let outputs = sessions.map { $0.codes(codes, examples: count).joined() }
    let all = outputs[0].count
    let differing = zip(outputs[0], outputs[1]).count { $0 != $1 }
    let largest = zip(outputs[0], outputs[1]).map { abs(Int($0) - Int($1)) }.max() ?? 0
    let grouped = NumberFormat.grouped
    return differing == 0
      ? "On \(count.counted("example")) of random codes every output code is that of \(old.arithmetic.rawValue)."
      : "On \(count.counted("example")) of random codes \(grouped.string(Double(differing))) of"
        + " \(grouped.string(Double(all))) output codes differ from those of \(old.arithmetic.rawValue), by at most"
        + " \(largest): qat-model compare \(file.path) --arithmetic \(old.arithmetic.rawValue) --against"
        + " \(new.arithmetic.rawValue) shows where."
  }
}
