import ArgumentParser
import FixedPoint
import IntegerInference
import Support
import TFLiteFiles

/// Shows what is in a model file.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows operations, shapes, grids, sizes and warnings.",
    discussion: """
      A grid is a scale and a zero point: real = scale × (code − zero point). Weights are shown as their \
      shape and bits: 3×3×16×32 8b. A model of floating-point numbers is shown, too, as it stands in its file.
      """)

  @OptionGroup var file: FileArgument

  @Option(help: ArgumentHelp("Show this operation whole.", valueName: "number"))
  var operation: Int?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let file = try ModelFile(path: self.file.path)
    let model: IntegerModel
    do { model = try file.model() } catch let error as TFLiteError {
      guard case .tflite(let content) = file, operation == nil, !json else { throw error }
      print(content.listing.joined(separator: "\n"))
      print("\nNot an integer model that runs here: \(error)")
      return
    }
    let inspection = Inspection(of: model)
    if let operation {
      guard inspection.operations.indices.contains(operation) else {
        throw ValidationError("--operation is 0 to \(inspection.operations.count - 1); got \(operation)")
      }
      return print(json ? try inspection.operations[operation].json : inspection.operations[operation].text)
    }
    print(json ? try inspection.json : inspection.text)
  }
}

extension Inspection {
  /// The model, its operations as a table, sums, and warnings.
  var text: String {
    let grouped = NumberFormat.grouped
    let lines =
      ["\(name), \(operations.count) operations", ""] + table.terminalLines()
      + [
        "",
        "\(grouped.string(Double(multiplyAdds))) multiply-adds, \(grouped.string(Double(parameterBytes)))"
          + " bytes of weights, scales and biases",
      ]
    return (lines + (warnings.isEmpty ? [] : ["", "Look at these:"] + warnings.map { "- \($0)" }))
      .joined(separator: "\n")
  }
}

extension Inspection.Operation {
  /// The operation and, if it has weights, its channels as a table.
  var text: String {
    var lines = [
      "\(index) \(kind): \(name.printable)", "reads \(inputs), gives \(shape)",
      "scale \(scale), zero point \(zeroPoint)",
    ]
    guard let weights else { return lines.joined(separator: "\n") }
    lines += [
      "weights \(weights.shape.times) of \(weights.bitWidth) bits: codes \(weights.lowestCode) to"
        + " \(weights.highestCode), \(weights.distinctCodes) different ones; \(weights.bytes) bytes",
      "",
    ]
    let short = NumberFormat.significant(4)
    let table = TextTable(
      columns: ["channel", "scale", "multiplier", "mantissa", "shift", "bias", "largest", "codes"],
      rows: weights.channels.enumerated().map { index, channel in
        [
          "\(index)", short.string(Double(channel.scale)), short.string(channel.multiplier),
          channel.mantissa.map { "\($0)" } ?? "–", channel.shift.map { "\($0)" } ?? "–", "\(channel.bias)",
          "\(channel.largestCode)", "\(channel.reachable.lowerBound)…\(channel.reachable.upperBound)",
        ]
      })
    return (lines + table.terminalLines()).joined(separator: "\n")
  }
}

extension TFLiteFile {
  /// The operators and tensors as they stand in the file.
  var listing: [String] {
    let grouped = NumberFormat.grouped
    return ["\(source.printable), \(grouped.string(Double(byteCount))) bytes"]
      + subgraphs.flatMap { graph -> [String] in
        let table = TextTable(
          columns: ["#", "operator", "version", "inputs", "output", "type"],
          rows: graph.operators.enumerated().map { index, one in
            let output = one.outputs.first.map { graph.tensors[$0] }
            return [
              "\(index)", one.code.name.printable, "\(one.code.version)",
              one.inputs.map(String.init).joined(separator: " "), output?.shape.times ?? "",
              output?.type.name ?? "",
            ]
          })
        return ["", "subgraph \(graph.name.printable), \(graph.tensors.count) tensors"]
          + table.terminalLines()
      }
  }
}
