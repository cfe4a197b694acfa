import NetworkZoo
import Support

// What a scheme of learned steps should have by default: zoo-defaults [STEPS] [SEEDS] [BITS …]
//
// Trains networks of the zoo on small generated digits, in floats and then through the quantization, with each form of
// batch-norm folding, with and without an offset behind a ReLU, with one scale a dense layer and one a unit. Prints the
// accuracy in inference, with the moving statistics of training and with statistics found anew: the mean over networks
// and seeds, and the worst.

let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let steps = words.first ?? 300
let seeds = words.dropFirst().first ?? 1
let widths = words.count > 2 ? Array(words.dropFirst(2)) : [8, 4, 3, 2]

var sums: [String: [Accuracies]] = [:]
for seed in 1...max(seeds, 1) {
  for network in Contest.networks {
    let contest = Contest(network, seed: UInt64(seed), steps: steps)
    print("\(network), seed \(seed), float: \(contest.floatAccuracy)")
    for bits in widths {
      for candidate in Candidate.all {
        let found = try contest.accuracies(candidate.scheme(bits: bits), steps: steps)
        print(
          "  W\(bits)A\(bits) \(candidate.name): \(found.training) -> \(found.inference), anew \(found.reestimated)"
            + (found.warns ? ", warns" : ""))
        sums["W\(bits)A\(bits) \(candidate.name)", default: []].append(found)
      }
    }
  }
}

print(
  "| scheme | mean | worst | statistics anew: mean | worst | warned of |\n| :--- | ---: | ---: | ---: | ---: | ---: |"
)
for bits in widths {
  for candidate in Candidate.all {
    guard let runs = sums["W\(bits)A\(bits) \(candidate.name)"],
      let worst = runs.min(by: { $0.inference < $1.inference }),
      let anew = runs.min(by: { $0.reestimated < $1.reestimated })
    else { continue }
    func mean(_ value: (Accuracies) -> Double) -> String {
      NumberFormat.fixed(1).string(runs.map(value).reduce(0, +) / Double(runs.count))
    }
    print(
      "| W\(bits)A\(bits) \(candidate.name) | \(mean(\.inference)) | \(worst.inference) \(worst.network) "
        + "| \(mean(\.reestimated)) | \(anew.reestimated) \(anew.network) | \(runs.count(where: \.warns)) |")
  }
}
