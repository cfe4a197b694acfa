import Conversion
import NetworkZoo
import Quantization
import Support

// What is evaluated is what runs: zoo-results [examples] [NETWORK …]
//
// Trains each network of the zoo, quantizes it in every scheme, trains on, and counts the output codes in which the
// evaluated model differs from its integers, which run operation after operation in plain Swift. Prints a table for
// Documentation/Results.md; the examples are 1,000 unless a number says otherwise.

let words = CommandLine.arguments.dropFirst()
let examples = words.compactMap { Int($0) }.first ?? 1_000
let named = ZooNetwork.allCases.filter { words.contains($0.rawValue) }

var rows: [[String]] = []
for network in named.isEmpty ? ZooNetwork.allCases : named {
  let float = network.trained(steps: 60)
  var counts: [String] = []
  var codes = 0
  for scheme in ZooScheme.allCases {
    let found = try ZooAgreement(
      of: network, network.quantized(float, scheme.scheme, steps: 20), examples: examples)
    codes = found.codes
    counts.append(found.different == 0 ? "0" : "\(found.different) (≤ \(found.largest))")
  }
  rows.append([network.rawValue, NumberFormat.grouped.string(Double(codes))] + counts)
}
let columns = ["network", "codes"] + ZooScheme.allCases.map(\.rawValue)
for row in [columns, columns.indices.map { $0 == 0 ? ":---" : "---:" }] + rows {
  print("| " + row.joined(separator: " | ") + " |")
}
