import ArgumentParser
import IntegerInference
import Layers
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

  @Option(help: ArgumentHelp("Show this operation whole, channel by channel.", valueName: "number"))
  var operation: Int?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let file = try ModelFile(path: self.file.path)
    if case .keras(let path) = file { return print(try ModelFile.floats(path: path).summary()) }
    let model: IntegerModel
    do { model = try file.model() } catch let error as TFLiteError {
      guard case .tflite(let content) = file, operation == nil else { throw error }
      let listing = FileListing(of: content, problem: error.description)
      return print(json ? try listing.json : listing.text)
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
