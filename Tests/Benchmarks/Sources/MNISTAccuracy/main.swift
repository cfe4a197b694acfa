import Datasets
import Layers
import Subjects
import Support
import Training

// Trains LeNet-BN on the real MNIST: mnist-accuracy FOLDER [epochs] [seeds]
// Adam, batches of 128, the learning rate from 0.002 along a cosine to 0.
// Prints the accuracy on the 10,000 test images for each seed, then mean and standard deviation.

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
  fatalError("mnist-accuracy FOLDER [epochs] [seeds]: name the folder with MNIST's four files")
}
let epochs = arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3
let seeds = arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : 1
let mnist = try MNIST.load(from: arguments[1])

let batchSize = 128
let steps = (mnist.training.count + batchSize - 1) / batchSize * epochs
var accuracies: [Double] = []
for seed in 1...max(seeds, 1) {
  let trainer = Trainer(
    Subject.leNetBN.model(seed: seed), optimizer: Adam(learningRate: .cosine(initial: 0.002, steps: steps)),
    loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy], seed: seed)
  try trainer.fit(mnist.training, epochs: epochs, batchSize: batchSize, callbacks: [ProgressBar()])
  let scores = trainer.evaluate(mnist.test)
  accuracies.append(scores.accuracy ?? 0)
  print("seed \(seed), \(epochs) epochs: \(scores)")
}
let mean = accuracies.reduce(0, +) / Double(accuracies.count)
let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
let deviation = (squares / Double(max(accuracies.count - 1, 1))).squareRoot()
print(
  "\(accuracies.count) seeds: \(NumberFormat.percent(2).string(mean)) ± \(NumberFormat.percent(2).string(deviation))"
)
