import ArgumentParser
import FixedPoint
import Foundation
import IntegerInference
import Support

/// Measures how many examples a second a model runs.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Examples per second, by batch and threads.",
    usage: "qat-model bench <file> [<options>]",
    discussion: """
      Random codes, the fast path. Each figure is the best of three runs of at least the given time; measure on \
      a quiet machine and optimized: swift run -c release qat-model bench FILE.
      """)

  @OptionGroup var file: FileArgument

  @Option(help: ArgumentHelp("The numbers of examples a run.", valueName: "counts"))
  var batches = "1,32"

  @Option(help: ArgumentHelp("The numbers of threads.", valueName: "counts"))
  var threads = "1,2"

  @Option(help: ArgumentHelp("The least time of a run.", valueName: "milliseconds"))
  var time = 300

  @Option(help: "The rounding: tflite (LiteRT's reference), xnnpack (LiteRT as it comes) or onnxRuntime.")
  var arithmetic: IntegerArithmetic?

  @Flag(help: "Print JSON.")
  var json = false

  /// A measured speed.
  struct Speed: Codable, Hashable {
    let batch: Int
    let threads: Int
    let examplesPerSecond: Double
  }

  func validate() throws {
    _ = try counts(batches, "--batches")
    _ = try counts(threads, "--threads")
    guard (1...60_000).contains(time) else {
      throw ValidationError("--time is 1 to 60000 milliseconds; got \(time)")
    }
  }

  func run() throws {
    let model = try ModelFile(path: file.path).model(arithmetic)
    var generator = SeededGenerator(seed: 1)
    var speeds: [Speed] = []
    for batch in try counts(batches, "--batches") {
      let most = InputArguments.mostCodes / max(1, model.inputs.reduce(0) { $0 + model.operations[$1].count })
      guard batch <= most else {
        throw ValidationError("--batches is at most \(most) for this model; got \(batch)")
      }
      let inputs = model.inputs.map { index in
        (0..<batch * model.operations[index].count).map { _ in Int8(generator.below(256) - 128) }
      }
      for threads in try counts(threads, "--threads") {
        let session = IntegerSession(model, maximumBatch: batch, workers: threads)
        _ = session.codes(inputs, examples: batch)
        let best = (0..<3).map { _ in speed(of: session, inputs, batch) }.max() ?? 0
        speeds.append(Speed(batch: batch, threads: threads, examplesPerSecond: best))
      }
    }
    if json { return print(try speeds.json) }
    let table = TextTable(
      columns: ["batch", "threads", "examples/s"],
      rows: speeds.map {
        ["\($0.batch)", "\($0.threads)", NumberFormat.grouped.string($0.examplesPerSecond.rounded())]
      })
    print("\(model.name.printableLabel), arithmetic \(model.arithmetic.rawValue)\n")
    print(table.lines.joined(separator: "\n"))
  }

  private func speed(of session: IntegerSession, _ inputs: [[Int8]], _ batch: Int) -> Double {
    let clock = ContinuousClock()
    let begin = clock.now
    var runs = 0
    while clock.now - begin < .milliseconds(time) {
      _ = session.codes(inputs, examples: batch)
      runs += 1
    }
    let seconds = Double((clock.now - begin) / .nanoseconds(1)) * 1e-9
    return Double(runs * batch) / seconds
  }

  private func counts(_ text: String, _ option: String) throws -> [Int] {
    let numbers = text.split(separator: ",").map { Int($0.filter { $0 != " " }) ?? 0 }
    guard !numbers.isEmpty, numbers.allSatisfy({ (1...4096).contains($0) }) else {
      throw ValidationError("\(option) is a list of numbers from 1 to 4096, such as 1,32; got \(text)")
    }
    return numbers
  }
}
