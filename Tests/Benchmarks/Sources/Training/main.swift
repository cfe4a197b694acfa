import Support
import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

// Training speed of one model on random images: swift run training small|lenet-bn [steps]
// Prints one line: the model, images a second of the fastest tenth of the steps, of all, and peak memory.

let arguments = CommandLine.arguments
let subject = arguments.count > 1 ? Subject(rawValue: arguments[1]) ?? .small : .small
let steps = arguments.count > 2 ? Int(arguments[2]) ?? 200 : 200
let batchSize = 128
let batches = 8

var generator = SeededGenerator(seed: 1)
let images = (0..<batches).map { _ in
  Tensor.uniform(0, 1, shape: [batchSize, 28, 28, 1], using: &generator)
}
let labels = (0..<batches).map { _ in
  (0..<batchSize).map { _ in Int(generator.next() % 10) }
}

let model = subject.model()
let weights = model.trainableWeights
var adam = Adam(weights)
var times: [Double] = []
var firstLoss: Float = 0
var loss: Float = 0
for step in 0..<steps + 10 {
  let time = ContinuousClock().measure {
    let outputs = model(images[step % batches], training: true)
    let cost = outputs.softmaxCrossEntropy(labels: labels[step % batches])
    adam.update(weights, cost.gradients(of: weights))
    loss = cost.scalar
  }
  if step == 0 { firstLoss = loss }
  if step >= 10 { times.append(time / .seconds(1)) }
}

var usage = rusage()
getrusage(0, &usage)  // RUSAGE_SELF, whose type differs between C libraries
let sorted = times.sorted()
let quick = sorted[..<max(1, sorted.count / 10)].reduce(0, +) / Double(max(1, sorted.count / 10))
let mean = times.reduce(0, +) / Double(times.count)
let figures = [
  ("images/s of the quickest tenth", Double(batchSize) / quick),
  ("images/s of all", Double(batchSize) / mean),
  ("GFLOP/s", subject.operations * Double(batchSize) / quick / 1e9),
  ("peak MB", Double(usage.ru_maxrss) / 1024),
]
print(
  subject.rawValue + ": "
    + figures.map { "\(NumberFormat.fixed(0).string($0.1)) \($0.0)" }.joined(separator: ", ")
    + "; loss \(NumberFormat.fixed(4).string(Double(firstLoss))) → \(NumberFormat.fixed(4).string(Double(loss)))"
)
