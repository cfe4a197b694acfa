import Support
import Tensors

/// Examples stored as tensors by name: for models of several inputs, and for several heads.
///
///     let examples = NamedExamples(
///       inputs: ["image": images, "place": places],
///       targets: ["kind": .classes(kinds), "size": .values(sizes)])
///
/// Inputs have the names of the model's `Input`s, targets those of the trainer's heads.
public struct NamedExamples: Examples {
  /// All examples as one batch.
  public let all: ExampleBatch

  /// Creates examples, which are equally many in every tensor.
  ///
  /// - Parameters:
  ///   - inputs: A tensor `[count, …]` for each name of an input.
  ///   - targets: The targets for each name of a head; none for examples that are only predicted.
  ///   - sampleWeights: The weights of the examples in the loss, one each, for the heads that have some.
  public init(
    inputs: [String: Tensor], targets: [String: Targets] = [:], sampleWeights: [String: [Float]] = [:]
  ) {
    for (name, weights) in sampleWeights.sorted(by: { $0.key < $1.key }) {
      weights.checkWeights("the sample weights of \"\(name)\"")
    }
    all = ExampleBatch(
      inputs: inputs.mapValues { $0.detached() }, targets: targets, sampleWeights: sampleWeights)
  }

  /// The number of examples.
  public var count: Int { all.count }

  /// The rows at the given indices, of one input and one target; stops if there are more.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    exampleBatch(of: indices, using: &generator).single
  }

  /// The rows at the given indices, in their order.
  public func exampleBatch(of indices: [Int], using generator: inout SeededGenerator) -> ExampleBatch {
    ExampleBatch(
      all.inputs.map { .init(name: $0.name, tensor: $0.tensor.rows(indices)) },
      all.targets.map { target in
        .init(
          name: target.name, targets: target.targets.rows(indices),
          weights: target.weights.map { weights in indices.map { weights[$0] } })
      })
  }
}

extension Targets {
  /// The targets of the examples at the given indices, in their order.
  func rows(_ indices: [Int]) -> Targets {
    switch self {
    case .classes(let labels): .classes(indices.map { labels[$0] })
    case .values(let tensor): .values(tensor.rows(indices))
    }
  }
}

extension Tensor {
  /// The rows at the given indices of the first dimension, in their order; no gradient flows through.
  func rows(_ indices: [Int]) -> Tensor {
    let width = count / shape[0]
    var result = shape
    result[0] = indices.count
    return Tensor(
      shape: result, inputs: [],
      fill: { rows in
        withUnsafeBufferPointer { values in
          for (row, index) in indices.enumerated() {
            let chosen = UnsafeBufferPointer(rebasing: values[index * width..<(index + 1) * width])
            _ = UnsafeMutableBufferPointer(rebasing: rows[row * width..<(row + 1) * width])
              .initialize(fromContentsOf: chosen)
          }
        }
      }, pullback: { _ in [] })
  }
}
