import Support
import Tensors

/// Other examples with weights in the loss of one head: Keras's `sample_weight` and `class_weight`.
///
/// The loss of a batch is the sum of each example's loss times its weight, divided by the number of examples, not by
/// the sum of the weights. Metrics count every example the same.
public struct WeightedExamples<Base: Examples>: Examples {
  /// Where the weight of an example comes from.
  enum Weighting {
    /// One weight for each example.
    case examples([Float])
    /// The weight of the example's class; 1 for a class that is not listed.
    case classes([Int: Float])
  }

  private let base: Base
  private let weighting: Weighting
  private let head: String?

  init(_ base: Base, _ weighting: Weighting, head: String?) {
    (self.base, self.weighting, self.head) = (base, weighting, head)
    switch weighting {
    case .examples(let weights):
      require(
        weights.count == base.count,
        "sample weights are one for each example; got \(weights.count) for \(base.count) examples")
      weights.checkWeights("sample weights")
    case .classes(let weights):
      weights.sorted { $0.key < $1.key }.map(\.value).checkWeights("class weights")
    }
  }

  /// The number of examples.
  public var count: Int { base.count }

  /// The examples at the given indices, without their weights.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    base.batch(of: indices, using: &generator)
  }

  /// The examples at the given indices, with their weights; weights that they have already are multiplied.
  public func exampleBatch(of indices: [Int], using generator: inout SeededGenerator) -> ExampleBatch {
    let batch = base.exampleBatch(of: indices, using: &generator)
    let names = batch.targets.compactMap(\.name)
    let chosen = batch.targets.indices.filter { head == nil || batch.targets[$0].name == head }
    guard chosen.count == 1 else {
      stop(
        head.map { "there are no targets \"\($0)\" to weigh; there are \(names)" }
          ?? "weights are for one head, and the examples have targets for \(names): name the head, by for:")
    }
    let targets = batch.targets.enumerated().map { index, target in
      guard index == chosen[0] else { return target }
      let own = weights(of: indices, target.targets)
      return .init(
        name: target.name, targets: target.targets,
        weights: target.weights.map { zip($0, own).map { $0 * $1 } } ?? own)
    }
    return ExampleBatch(batch.inputs, targets)
  }

  private func weights(of indices: [Int], _ targets: Targets) -> [Float] {
    switch weighting {
    case .examples(let weights): indices.map { weights[$0] }
    case .classes(let weights): targets.classesOfWeights.map { weights[$0] ?? 1 }
    }
  }
}

extension Examples {
  /// The examples with a weight each in the loss of a head.
  ///
  /// - Parameters:
  ///   - weights: The weight of each example, finite and not below 0.
  ///   - head: The name of the head; nil if there is one.
  /// - Returns: The weighted examples.
  public func weighted(by weights: [Float], for head: String? = nil) -> WeightedExamples<Self> {
    WeightedExamples(self, .examples(weights), head: head)
  }

  /// The examples with the weight of their class in the loss of a head.
  ///
  /// - Parameters:
  ///   - weights: The weight of each class, finite and not below 0; a class that is not listed has the weight 1.
  ///   - head: The name of the head; nil if there is one.
  /// - Returns: The weighted examples.
  public func weighted(byClass weights: [Int: Float], for head: String? = nil) -> WeightedExamples<Self> {
    WeightedExamples(self, .classes(weights), head: head)
  }
}

extension [Float] {
  /// Stops unless every weight is finite and not below 0.
  func checkWeights(_ what: String) {
    if let wrong = first(where: { !($0 >= 0 && $0.isFinite) }) {
      stop("\(what) are numbers of 0 or more; got \(wrong)")
    }
  }
}

extension Targets {
  /// The class of each example as Keras's class weights see it: the largest of several values, or one value, rounded.
  fileprivate var classesOfWeights: [Int] {
    switch self {
    case .classes(let labels): return labels
    case .values(let tensor):
      if tensor.rank == 2, tensor.shape[1] > 1 { return tensor.argmax(axis: -1) }
      require(
        tensor.count == count,
        "class weights are for classes, or for values [batch, classes]; these targets have the shape "
          + "\(tensor.shape): give sample weights, one for each example")
      return tensor.values.map { Int(exactly: $0.rounded()) ?? -1 }
    }
  }
}
