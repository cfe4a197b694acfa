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
// Prints one line: images a second in the quickest tenth of the steps and in all of them, the arithmetic that
// takes, and peak memory. peers/compare.py runs it beside TensorFlow and PyTorch.

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
let figures = [
  (Double(batchSize) / times.quickest, "images/s of the quickest tenth"),
  (Double(batchSize) / times.mean, "images/s of all"), (Double(usage.ru_maxrss) / 1024, "peak MB"),
  (subject.operations * Double(batchSize) / times.quickest / 1e9, "GFLOP/s"),
  (StepTimes.quickest(times.processorSeconds) * 1e6, "µs of processor time a step"),
]
print(
  "\(subject.rawValue): "
    + figures.map { "\(NumberFormat.fixed(0).string($0.0)) \($0.1)" }.joined(separator: ", ")
    + "; loss \(history.epochs.last?.training.loss ?? .nan)")
