import Support
import Tensors
import Training

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

// Training speed of one model on random images, by `fit`:
//
//   training-speed small|lenet-bn|mobile|resnet-8 [steps] [float|qat|learned|race] [batch size] [direct|winograd]
//
// float, qat and learned print one line: images a second (the median over windows of 20 steps), peak memory, and the
// limit: what the model's arithmetic would reach at the speed of the machine's matrix products. qat trains the
// model quantized as `quantizeModel` does it, learned with steps that are learned. Convolutions are computed directly,
// or where it fits in Winograd's form, which needs less arithmetic than the limit counts. peers/compare.py runs float and
// qat in that form beside TensorFlow and PyTorch.
// race prints a table: the float step and quantized ones, by each form of folding, in turns.

let arguments = CommandLine.arguments
let subject = arguments.count > 1 ? TrainingSubject(rawValue: arguments[1]) ?? .small : .small
let steps = arguments.count > 2 ? Int(arguments[2]) ?? 200 : 200
let (batches, warmUp) = (8, 10)
let batchSize = arguments.count > 4 ? Int(arguments[4]) ?? 128 : 128

var generator = SeededGenerator(seed: 1)
let images = Tensor.uniform(0, 1, shape: [batches * batchSize] + subject.imageShape, using: &generator)
let labels = (0..<batches * batchSize).map { _ in Int(generator.next() % 10) }
let examples = TensorExamples(inputs: images, targets: .classes(labels))
let mode = arguments.count > 3 ? arguments[3] : "float"
let named = arguments.count > 5 ? arguments[5] : "direct"
guard let convolutions = ConvolutionAlgorithm(rawValue: named) else {
  stop("training-speed: convolutions are computed by direct or winograd; got \"\(named)\"")
}

if mode == "race" {
  let table = try Race.table(
    of: subject, on: examples, steps: steps, batchSize: batchSize, convolutions: convolutions)
  print(table.terminalLines().joined(separator: "\n"))
  exit(EXIT_SUCCESS)
}

let form: Contestant.Form =
  switch mode {
  case "qat": .quantized(.singleConvolution)
  case "learned": .learned
  default: .float
  }
let contestant = try Contestant(
  subject, form, calibratingOn: examples, warmUp: warmUp, convolutions: convolutions)
let loss = try contestant.train(
  examples, epochs: (steps + warmUp + batches - 1) / batches, batchSize: batchSize)
let times = contestant.times

var usage = rusage()
getrusage(0, &usage)  // RUSAGE_SELF, whose type differs between C libraries
let peakMemory = Double(usage.ru_maxrss) / 1024

// The quickest of many products of two 1024 × 1024 matrices: 2 · 1024³ operations each.
let matrix = Tensor.uniform(0, 1, shape: [1024, 1024], using: &generator)
var product = 1.0
for _ in 0..<30 {
  let begin = ContinuousClock.now
  _ = matrix.matmul(matrix)
  product = min(product, (ContinuousClock.now - begin) / .seconds(1))
}
let peak = 2 * 1024 * 1024 * 1024 / product

let step = StepTimes.typical(times.seconds)
let figures = [
  (Double(batchSize) / step, "images/s"), (peakMemory, "peak MB"),
  (peak / subject.operations, "images/s at the limit"), (peak / 1e9, "GFLOP/s of matrix products"),
  (subject.operations * Double(batchSize) / step / 1e9, "GFLOP/s reached"),
  (StepTimes.typical(times.processorSeconds) * 1e6, "µs of processor time a step"),
]
print(
  "\(subject.rawValue): "
    + figures.map { "\(NumberFormat.fixed(0).string($0.0)) \($0.1)" }.joined(separator: ", ")
    + "; loss \(loss)")
