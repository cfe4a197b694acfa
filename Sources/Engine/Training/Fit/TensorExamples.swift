import Support
import Tensors

/// Examples that lie in memory as tensors: inputs `[count, …]`, and targets.
public struct TensorExamples: Examples {
  /// The inputs, `[count, …]`.
  public let inputs: Tensor
  /// The targets, one for each example.
  public let targets: Targets

  /// Pairs inputs with as many targets.
  public init(inputs: Tensor, targets: Targets) {
    require(
      inputs.rank > 0 && inputs.shape[0] == targets.count,
      "examples have one target for each input; got inputs \(inputs.shape) and \(targets.count) targets")
    (self.inputs, self.targets) = (inputs.detached(), targets)
  }

  /// How many examples there are.
  public var count: Int { targets.count }

  /// The rows at some places, in that order.
  public func batch(
    of places: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let chosen: Targets =
      switch targets {
      case .classes(let labels): .classes(places.map { labels[$0] })
      case .values(let tensor): .values(Self.rows(places, of: tensor))
      }
    return (Self.rows(places, of: inputs), chosen)
  }

  private static func rows(_ places: [Int], of tensor: Tensor) -> Tensor {
    let width = tensor.count / tensor.shape[0]
    var shape = tensor.shape
    shape[0] = places.count
    return Tensor(
      shape: shape, inputs: [],
      fill: { rows in
        tensor.withUnsafeBufferPointer { values in
          for (row, place) in places.enumerated() {
            let chosen = UnsafeBufferPointer(rebasing: values[place * width..<(place + 1) * width])
            _ = UnsafeMutableBufferPointer(rebasing: rows[row * width..<(row + 1) * width])
              .initialize(fromContentsOf: chosen)
          }
        }
      }, pullback: { _ in [] })
  }
}
