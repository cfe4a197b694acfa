import CPeak
import IntegerInference
import KerasFiles
import Layers
import Subjects
import Support
import TFLiteFiles
import Tensors
import Training

/// What inference of a network needs beside the network itself: what it fetches from the system when it first runs.
struct Memory {
  /// The bytes that the process has more than before.
  let fetched: Int
  /// The bytes of the two largest tensors of the batch, and of the weights.
  let needed: Int

  /// Measures a model of a .tflite file on integers, or of a Keras file in floats, with batches of so many examples.
  init(of file: String, batch: Int, threads: Int) throws {
    if file.hasSuffix(".tflite") {
      let model = try IntegerModel(tflite: file, arithmetic: .xnnpack)
      let tensors = model.operations.map(\.count).sorted().suffix(2).reduce(0, +)
      needed = batch * tensors + model.parameterBytes
      IntegerRun(try Self.first.integerModel(), batch: 1, workers: threads).run()
      fetched = Self.growth {
        IntegerRun(model, batch: batch, workers: threads)
      } run: {
        $0.run()
      }
    } else {
      let model = try Model(keras: file)
      let shapes = model.nodes.map(\.outputShape)
      let tensors = shapes.map { $0.reduce(1, *) }.sorted().suffix(2).reduce(0, +)
      needed = 4 * (batch * tensors + model.weights.reduce(0) { $0 + $1.shape.reduce(1, *) })
      let first = Self.first.model()
      _ = first.predict(TensorExamples(randomFor: first, count: 1), batchSize: 1)
      let images = TensorExamples(randomFor: model, count: batch)
      fetched = Self.growth {
        images
      } run: {
        _ = model.predict($0, batchSize: batch)
      }
    }
  }

  /// A small network that runs first: the libraries' own pages, which the first inference of a process writes to, belong to
  /// no network.
  private static var first: GrowingNetwork { GrowingNetwork(side: 8, channels: 8) }

  /// The growth of what is resident while something is prepared and runs some times.
  private static func growth<Prepared>(_ prepare: () -> Prepared, run: (Prepared) -> Void) -> Int {
    let before = resident_bytes()
    let prepared = prepare()
    for _ in 0..<5 { run(prepared) }
    return withExtendedLifetime(prepared) { resident_bytes() - before }
  }
}

extension TensorExamples {
  /// Random examples for a model's only input, all of class 0.
  init(randomFor model: Model, count: Int) {
    var generator = SeededGenerator(seed: 1)
    self.init(
      inputs: .uniform(0, 1, shape: [count] + model.inputs[0].shape, using: &generator),
      targets: .classes([Int](repeating: 0, count: count)))
  }
}
