import Layers
import Support
import Tensors

extension Normalization {
  /// Finds mean and variance from the inputs of examples, as `fit` takes them.
  ///
  ///     normalization.adapt(to: photos.images)
  ///
  /// - Parameters:
  ///   - examples: At least one example of one input; targets are not used.
  ///   - input: The name of the input that the layer reads; nil if the examples have one.
  ///   - batchSize: The number of examples in a batch.
  ///   - seed: The seed of the examples' random changes.
  public func adapt(
    to examples: some Examples, input: String? = nil, batchSize: Int = 256, seed: UInt64 = 0
  ) {
    var batches = ExampleInputs(examples, named: input, batchSize: batchSize, seed: seed, for: name)
    adapt(to: AnySequence { AnyIterator { batches.next() } })
  }
}

/// The batches of one input of examples, made on request.
private struct ExampleInputs<Source: Examples> {
  private let examples: Source
  private let input: String?
  private let batchSize: Int
  private let owner: String
  private var generator: SeededGenerator
  private var number = 0

  init(_ examples: Source, named input: String?, batchSize: Int, seed: UInt64, for owner: String) {
    require(batchSize > 0, "a batch needs at least one example; got a batch size of \(batchSize)")
    (self.examples, self.input, self.batchSize, self.owner) = (examples, input, batchSize, owner)
    generator = SeededGenerator(seed: seed).derived("adaptation")
  }

  mutating func next() -> Tensor? {
    guard number < examples.count.batches(of: batchSize) else { return nil }
    let inputs = examples.exampleBatch(number, of: batchSize, using: &generator).inputs
    number += 1
    if input == nil, inputs.count == 1 { return inputs[0].tensor }
    if let found = inputs.first(where: { $0.name == input }) { return found.tensor }
    stop("\(owner) adapts to one input; the examples have \(inputs.compactMap(\.name)): name one, by input:")
  }
}
