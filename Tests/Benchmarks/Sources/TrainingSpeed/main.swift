import Subjects
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

// Training speed of one model on random images, by `fit`: training-speed small|lenet-bn [steps]
// Prints one line: images a second (the median over windows of 20 steps), peak memory, and the limit: what
// the model's arithmetic would reach at the speed of the machine's matrix products. peers/compare.py runs it
// beside TensorFlow and PyTorch.

let arguments = CommandLine.arguments
let subject = arguments.count > 1 ? Subject(rawValue: arguments[1]) ?? .small : .small
let steps = arguments.count > 2 ? Int(arguments[2]) ?? 200 : 200
let (batchSize, batches, warmUp) = (128, 8, 10)

var generator = SeededGenerator(seed: 1)
let images = Tensor.uniform(0, 1, shape: [batches * batchSize, 28, 28, 1], using: &generator)
let labels = (0..<batches * batchSize).map { _ in Int(generator.next() % 10) }

let trainer = Trainer(
  subject.model(), optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
let times = StepTimes(warmUp: warmUp)
let history = try trainer.fit(
  TensorExamples(inputs: images, targets: .classes(labels)), epochs: (steps + warmUp + batches - 1) / batches,
  batchSize: batchSize, callbacks: [times])

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
    + "; loss \(history.epochs.last?.training.loss ?? .nan)")
