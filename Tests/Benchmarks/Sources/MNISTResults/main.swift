import Datasets
import Foundation
import Subjects
import Support

// The table of results on the real MNIST: mnist-results FOLDER RESULTS [seeds] [float epochs] [more epochs]
// FOLDER has MNIST's four files. RESULTS is a folder for the results of each seed, so that an interrupted run continues
// where it stopped; use another folder after a change of the program.
// Prints a table in Markdown for each model: mean ± standard deviation over the seeds, in percent.

let arguments = CommandLine.arguments
guard arguments.count > 2 else {
  fatalError(
    "mnist-results FOLDER RESULTS [seeds] [float epochs] [more epochs]: name the folder with MNIST's four files "
      + "and one that is to keep the results")
}
let numbers = arguments.dropFirst(3).map { Int($0) ?? 0 } + [5, 3, 3].dropFirst(arguments.count - 3)
guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else {
  fatalError("mnist-results: seeds and epochs are numbers above 0; got \(arguments.dropFirst(3))")
}
let results = arguments[2]
let mnist = try MNIST.load(from: arguments[1])
try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: true)

for subject in Subject.allCases {
  let experiment = Experiment(subject: subject, mnist: mnist, epochs: (numbers[1], numbers[2]))
  let outcomes = try (1...numbers[0]).map { seed in
    let name = "\(subject.rawValue)-\(numbers[1])-\(numbers[2])-\(seed).json"
    return try outcome(of: experiment, seed: seed, kept: "\(results)/\(name)")
  }
  print("\n\(subject.rawValue): \(numbers[0]) seeds, \(numbers[1]) epochs in float, \(numbers[2]) more")
  print(table(of: outcomes).markdown())
}

/// The results of a seed, from their file if it exists, else by training.
func outcome(of experiment: Experiment, seed: Int, kept path: String) throws -> Outcome {
  if let data = FileManager.default.contents(atPath: path) {
    return try JSONDecoder().decode(Outcome.self, from: data)
  }
  let outcome = try experiment.run(seed: UInt64(seed))
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  try AtomicFile.write(Array(try encoder.encode(outcome)), to: path)
  return outcome
}

func table(of outcomes: [Outcome]) -> TextTable {
  let float = spread(outcomes.map(\.float))
  let trainedOn = spread(outcomes.map(\.floatTrainedOn))
  return TextTable(
    columns: [
      "", "float", "float, trained on", "after training", "aware", "integers", "same class", "equal codes",
    ],
    rows: Bits.all.indices.map { index in
      let rows = outcomes.map { $0.rows[index] }
      let agreements = rows.map(\.agreement)
      let same = Double(agreements.reduce(0) { $0 + $1.sameClass })
      let examples = Double(agreements.reduce(0) { $0 + $1.examples })
      let equal = Double(agreements.reduce(0) { $0 + $1.equalCodes })
      let codes = Double(agreements.reduce(0) { $0 + $1.codes })
      return [
        rows[0].bits.name, float, trainedOn, spread(rows.map(\.afterTraining)), spread(rows.map(\.aware)),
        spread(rows.map(\.integer)), NumberFormat.percent(3).string(same / examples),
        NumberFormat.percent(3).string(equal / codes),
      ]
    })
}

/// Mean ± standard deviation, in percent.
func spread(_ shares: [Double]) -> String {
  let mean = shares.reduce(0, +) / Double(shares.count)
  let squares = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  let deviation = (squares / Double(max(shares.count - 1, 1))).squareRoot()
  let format = NumberFormat.fixed(2)
  return "\(format.string(mean * 100)) ± \(format.string(deviation * 100))"
}
