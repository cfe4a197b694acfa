import Charting
import Foundation
import Support

// How cost grows with the batch, the side of an image, the filters and the threads:
//
//   growth measure FILE.json [ROUNDS]         measures on all cores that the process may use, ten seconds a round; of a file
//                                             that exists the faster times stay
//   growth draw ONE.json TWO.json FOLDER      draws what was measured on one core and on two
//
// On Linux `taskset -c 0 growth measure ONE.json` measures on one.

func times(_ path: String) throws -> GrowthTimes {
  try JSONDecoder().decode(GrowthTimes.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
}

let arguments = CommandLine.arguments
if arguments.count > 2, arguments[1] == "measure" {
  var found = FileManager.default.fileExists(atPath: arguments[2]) ? try times(arguments[2]) : .unknown
  try found.measure(rounds: arguments.count > 3 ? Int(arguments[3]) ?? 1 : 6)
  try AtomicFile.write(JSONEncoder().encode(found), to: arguments[2])
} else if arguments.count == 5, arguments[1] == "draw" {
  let comparison = GrowthComparison(one: try times(arguments[2]), two: try times(arguments[3]))
  for quantity in GrowthTimes.Quantity.allCases {
    try comparison.chart(of: quantity).write(png: "\(arguments[4])/growth-\(quantity.rawValue).png")
  }
  try comparison.threadsChart().write(png: "\(arguments[4])/growth-threads.png")
} else {
  print("usage: growth measure FILE.json [ROUNDS], or growth draw ONE.json TWO.json FOLDER")
  exit(64)
}
