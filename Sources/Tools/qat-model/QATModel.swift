import ArgumentParser
import Support

/// The engineer's command: looks into model files, runs and compares them.
@main
struct QATModel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qat-model",
    abstract: "Models in files: look inside, run, compare, draw, measure; quantize, train, convert.",
    discussion: """
      FILE is a .tflite or ONNX file of an int8 model, or a file of this package's own; for quantize and train a \
      .keras or .h5 file of Keras. A few things to try:

        qat-model inspect FILE                 operations, grids, sizes, warnings
        qat-model inspect FILE --operation 1   one operation, channel by channel
        qat-model run FILE --input image.png   codes and reals of the outputs
        qat-model compare FILE                 where LiteRT's two kernel sets part
        qat-model chart FILE --to figures      graph, weights, ranges as images
        qat-model bench FILE                   examples per second
        qat-model fetch                        public models to try
        qat-model quantize MODEL.keras --calibrate images.npy --to model.tflite
        qat-model train MODEL.keras --data photos --to model.tflite
        qat-model convert model.tflite --to model.onnx

      Inputs come from .npy files, PNG images and IDX files (MNIST's format); without any, from a seeded \
      generator. Run it optimized: swift run -c release qat-model.

      Exit codes: 0 if all went well, 1 if a file could not be used, 64 if the command was called wrongly.

      Completion of commands and options in your shell: qat-model --generate-completion-script bash (or zsh, \
      fish).
      """,
    subcommands: [
      InspectCommand.self, RunCommand.self, CompareCommand.self, ChartCommand.self, BenchCommand.self,
      FetchCommand.self, QuantizeCommand.self, TrainCommand.self, ConvertCommand.self,
    ])

  /// Runs the command; what could not be printed, on a full disk, is a failure too.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch { exit(withError: error) }
    guard StandardStream.isPrinted else {
      exit(withError: FileError("write", "the output", reason: "not all of it could be written"))
    }
  }
}
