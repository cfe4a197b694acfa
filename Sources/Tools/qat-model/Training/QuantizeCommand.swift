import ArgumentParser
import Conversion
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
import Training

/// Makes an integer model of a Keras model, without training.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize", abstract: "Makes an integer model of a Keras model, without training.",
    usage: "qat-model quantize <file> --calibrate <data> --to <file> [<options>]",
    discussion: """
      The ranges of all tensors are found on examples. DATA is a .npy file of real numbers or pixels, an IDX file \
      (MNIST's format), a folder of PNG images, with folders for the classes or without, a folder of MNIST's files, \
      or digits, the built-in ones; for a model of several inputs, --calibrate is given once for each.

      The table compares the integers with the floats on these examples. "same answer" counts the examples whose \
      largest output is the same; "signal to noise" is the power of the floats' outputs over that of the difference.
      """)

  @OptionGroup var file: FloatArgument

  @Option(
    name: .customLong("calibrate"),
    help: ArgumentHelp("The examples: .npy, IDX, a folder, or digits:COUNT.", valueName: "data"))
  var data: [String]

  @Option(help: ArgumentHelp("Take the first examples only.", valueName: "count"))
  var examples: Int?

  @OptionGroup var reading: ExampleArguments
  @OptionGroup var scheme: SchemeArguments
  @OptionGroup var output: OutputArguments

  @Flag(help: "Explain every quantizer, and report on every operation.")
  var explain = false

  @Flag(help: "Print JSON.")
  var json = false

  /// What was made.
  struct Result: Codable {
    let report: ConversionReport
    let comparison: OutputComparison
    let warnings: [String]
    let bytes: Int
  }

  func validate() throws {
    guard examples ?? 1 >= 1 else { throw ValidationError("--examples is 1 or more; got \(examples ?? 0)") }
    try refuseEqualPaths(
      written: [("--to", output.path)],
      read: [("the model", file.path)] + data.map { ("--calibrate", Optional($0)) })
    guard !(json && explain) else { throw ValidationError("--json has all numbers; leave --explain out") }
  }

  func run() throws {
    let target = try ModelOutput(output)
    let scheme = try self.scheme.scheme(for: target)
    let (model, remarks) = try file.model()
    let (examples, summary) = try calibration(of: model)
    if !json { print(model.headline.wrapped(indent: "  ").joined(separator: "\n")) }
    let quantized = try quantizeModel(
      model, calibratingOn: examples, by: self.scheme.calibrationMethod, scheme: scheme)
    let (integers, report) = try convert(quantized)
    let notes = try target.write(integers)
    let result = Result(
      report: report, comparison: OutputComparison(model, integers, on: examples),
      warnings: remarks + [reading.remark(on: model), self.scheme.remark(for: target)].compactMap { $0 }
        + quantized.warningTexts + notes,
      bytes: try OrdinaryFile(path: target.path).size
    )
    if json { return print(try result.json) }
    if explain { print("\n\(quantized.explain())\n\n\(report)\n") }
    print("\(scheme.name), calibrated on \(summary)".wrapped(indent: "  ").joined(separator: "\n"))
    print(result.text(target.path))
  }

  /// The examples of all inputs.
  private func calibration(of model: Model) throws -> (examples: any Examples, summary: String) {
    guard data.count == model.inputs.count else {
      let names = model.inputNames.map(\.printableLabel).joined(separator: ", ")
      throw ValidationError(
        "the model has \(model.inputs.count.counted("input")) (\(names)); give --calibrate once for each, in this"
          + " order; got \(data.count)")
    }
    let sets = try data.enumerated().map { index, path in
      try reading.reader(index, of: model).read(path).prefix(examples)
    }
    let summary = sets.map(\.summary).joined(separator: ", ")
    guard sets.count > 1 else { return (sets[0].examples, summary) }
    guard Set(sets.map(\.examples.count)).count == 1 else {
      throw ModelInputError(
        file: data.joined(separator: ", "),
        problem: "they have \(sets.map { "\($0.examples.count)" }.joined(separator: " and ")) examples",
        remedy: "expected as many in each")
    }
    var generator = SeededGenerator(seed: 0)
    let all = sets.map { $0.examples.batch(of: Array(0..<$0.examples.count), using: &generator).inputs }
    return (NamedExamples(inputs: Dictionary(uniqueKeysWithValues: zip(model.inputNames, all))), summary)
  }
}

extension QuantizeCommand.Result {
  /// The file, the comparison, and warnings.
  func text(_ path: String) -> String {
    let grouped = NumberFormat.grouped
    let size =
      "✓ \(path): \(report.operations.count.counted("operation")), \(bytes.counted("byte")); weights and biases"
      + " \(grouped.string(Double(report.bytes))) bytes, in float \(grouped.string(Double(report.floatBytes)))"
    let remarks = warnings.flatMap { "- \($0)".wrapped(indent: "  ") }
    let lines = size.wrapped(indent: "  ") + [""] + comparison.table.lines
    return (lines + (warnings.isEmpty ? [] : ["", "Look at these:"] + remarks)).joined(separator: "\n")
  }
}
