import FixedPoint
import Foundation
import IntegerInference
import KerasFiles
import Layers
import Subjects
import Support
import TFLiteFiles
import Tensors
import Training

// Speed of integer models in .tflite files, and of float models in Keras files. peers/network_compare.py and
// peers/float_compare.py run it beside LiteRT and ONNX Runtime.
//
//   network-speed make FOLDER    writes the files of the networks that are made, not fetched
//   network-speed serve          takes orders by lines, and answers each by a line:
//     open NAME ARITHMETIC BATCH THREADS FILE   prepares a session; answers multiply-adds and bytes of weights
//     float NAME BATCH FILE                     prepares a Keras model in floats, on all cores; answers its outputs' sum
//     run NAME CALLS                            answers the seconds that the calls took
//     peak products|cache|memory                answers operations or bytes a second
//   network-speed memory FILE BATCH THREADS       prints the bytes that inference fetches, and needs at least

/// What was prepared, by name, and what is measured of it.
struct Server {
  private var runs: [String: () -> Void] = [:]

  /// The answer to an order.
  mutating func answer(_ order: [Substring]) throws -> String {
    switch order.first {
    case "open" where order.count == 6:
      guard let arithmetic = IntegerArithmetic(rawValue: String(order[2])), let batch = Int(order[3]),
        let threads = Int(order[4])
      else { throw OrderError(order: order) }
      let model = try IntegerModel(tflite: String(order[5]), arithmetic: arithmetic)
      let run = IntegerRun(model, batch: batch, workers: threads)
      runs[String(order[1])] = { run.run() }
      return "\(model.multiplyAdds) \(model.parameterBytes)"
    case "float" where order.count == 4:
      guard let batch = Int(order[2]) else { throw OrderError(order: order) }
      let model = try Model(keras: String(order[3]))
      let images = TensorExamples(randomFor: model, count: batch)
      runs[String(order[1])] = { _ = model.predict(images, batchSize: batch) }
      return "\(model.predict(images, batchSize: batch).sum().scalar)"
    case "run" where order.count == 3:
      guard let run = runs[String(order[1])], let calls = Int(order[2]) else {
        throw OrderError(order: order)
      }
      let begin = ContinuousClock.now
      for _ in 0..<calls { run() }
      return "\((ContinuousClock.now - begin) / .seconds(1))"
    case "peak" where order.count == 2:
      guard let peak = Peak(rawValue: String(order[1])) else { throw OrderError(order: order) }
      return "\(peak.rate())"
    default: throw OrderError(order: order)
    }
  }
}

/// A line that is no order.
struct OrderError: Error, CustomStringConvertible {
  let order: [Substring]
  var description: String {
    "\"\(order.joined(separator: " "))\" is no order; expected open NAME ARITHMETIC BATCH THREADS FILE, float NAME BATCH"
      + " FILE, run NAME CALLS or peak products|cache|memory"
  }
}

let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "make" {
  try AtomicFile.createFolder(arguments[2])
  for network in IntegerNetwork.allCases {
    _ = try network.model().write(toTFLite: "\(arguments[2])/\(network.rawValue).tflite")
  }
} else if arguments.count == 2, arguments[1] == "serve" {
  var server = Server()
  while let line = readLine() {
    print(try server.answer(line.split(separator: " ")))
    fflush(nil)
  }
} else if arguments.count == 5, arguments[1] == "memory", let batch = Int(arguments[3]),
  let threads = Int(arguments[4])
{
  let memory = try Memory(of: arguments[2], batch: batch, threads: threads)
  print(memory.fetched, memory.needed)
} else {
  print("usage: network-speed make FOLDER, network-speed serve, or network-speed memory FILE BATCH THREADS")
  exit(64)
}
