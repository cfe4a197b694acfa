import NetworkZoo
import Support

// What a scheme of learned steps should have by default: zoo-defaults [STEPS] [SEEDS] [BITS …]
//
// Trains networks of the zoo on small generated digits, in floats and then through the quantization, with each form of
// batch-norm folding, with and without an offset behind a ReLU, with one scale a dense layer and one a unit. Prints the
// accuracy in inference, the mean over networks and seeds, the worst network, and the largest loss between training's
// arithmetic and inference's.

let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let steps = words.first ?? 300
let seeds = words.dropFirst().first ?? 1
let widths = words.count > 2 ? Array(words.dropFirst(2)) : [8, 4, 3, 2]

var sums: [String: [(network: ZooNetwork, training: Double, inference: Double)]] = [:]
for seed in 1...max(seeds, 1) {
  for network in Contest.networks {
    let contest = Contest(network, seed: UInt64(seed), steps: steps)
    print("\(network), seed \(seed), float: \(contest.floatAccuracy)")
    for bits in widths {
      for candidate in Candidate.all {
        let (training, inference) = try contest.accuracies(candidate.scheme(bits: bits), steps: steps)
        print("  W\(bits)A\(bits) \(candidate.name): \(training) -> \(inference)")
        sums["W\(bits)A\(bits) \(candidate.name)", default: []].append((network, training, inference))
      }
    }
  }
}

print("| scheme | mean | worst | largest loss in inference |\n| :--- | ---: | ---: | ---: |")
for bits in widths {
  for candidate in Candidate.all {
    guard let runs = sums["W\(bits)A\(bits) \(candidate.name)"],
      let worst = runs.min(by: { $0.inference < $1.inference }),
      let lost = runs.max(by: { $0.training - $0.inference < $1.training - $1.inference })
    else { continue }
    let mean = runs.map(\.inference).reduce(0, +) / Double(runs.count)
    let loss = lost.training - lost.inference
    let format = NumberFormat.fixed(1)
    print(
      "| W\(bits)A\(bits) \(candidate.name) | \(format.string(mean)) | "
        + "\(format.string(worst.inference)) \(worst.network) | \(format.string(loss)) \(lost.network) |")
  }
}
