import ArgumentParser
import Charting
import FixedPoint
import IntegerInference
import Support

/// Draws a model: its graph, its weights, the ranges of channels, the use of codes.
struct ChartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chart", abstract: "Draws graph, weights, ranges of channels and use of codes.",
    usage: "qat-model chart <file> --to <folder> [<options>]",
    discussion: """
      Writes graph, weights and ranges, with a panel for each operation that has weights; with --operation the \
      weights and ranges of one operation, larger. With --input or --examples it runs the model, and draws how \
      often each operation gives each code.
      """)

  /// The format of a file.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case png
    case svg
    case pdf
  }

  @OptionGroup var file: FileArgument

  @Option(name: .customLong("to"), help: ArgumentHelp("The folder for the figures.", valueName: "folder"))
  var folder: String

  @Option(help: ArgumentHelp("Draw this operation alone.", valueName: "number"))
  var operation: Int?

  @Option(help: "The format: png, svg or pdf.")
  var format: Format = .png

  @OptionGroup var input: InputArguments

  @Option(help: "The rounding: tflite (LiteRT's reference), xnnpack (LiteRT as it comes) or onnxRuntime.")
  var arithmetic: IntegerArithmetic?

  func run() throws {
    let model = try ModelFile(path: file.path).model(arithmetic)
    if let operation, !model.operations.indices.contains(operation) {
      throw ValidationError("--operation is 0 to \(model.operations.count - 1); got \(operation)")
    }
    var use: CodeUse?
    if !input.paths.isEmpty || input.examples != nil {
      let (codes, examples) = try input.codes(for: model, examples: 1)
      use = try CodeUse(model, on: codes, examples: examples)
    }
    let figures =
      operation.map { ModelFigure.operation($0, of: model, use: use) }
      ?? ModelFigure.overview(of: model, use: use)
    guard !figures.isEmpty else {
      throw ValidationError("this operation has no weights; draw its codes with --input or --examples")
    }
    // Everything is drawn before anything is written.
    let digest = SHA256.hex(try AtomicFile.read(file.path))
    let bytes = try figures.map { try encode($0, inputs: digest) }
    try AtomicFile.createFolder(folder)
    for (figure, bytes) in zip(figures, bytes) {
      let name = "\(figure.name).\(format.rawValue)"
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      try AtomicFile.write(bytes, to: path)
      print(path)
    }
  }

  /// The bytes of a figure's file, with the model's SHA-256 in them.
  private func encode(_ figure: ModelFigure, inputs digest: String) throws(ChartError) -> [UInt8] {
    let provenance = Provenance(
      title: figure.chart.title, description: figure.description, source: "qat-model chart",
      inputs: "SHA-256 \(digest)", data: file.path.fileName)
    return switch format {
    case .png: try figure.chart.png(provenance: provenance)
    case .svg: Array(try figure.chart.svg(provenance: provenance).utf8)
    case .pdf: try figure.chart.pdf(provenance: provenance)
    }
  }
}
