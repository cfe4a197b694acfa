import Support
import Tensors

/// In training, each element becomes 0 with probability `rate`, and the others grow by 1 / (1 − rate), so
/// that the expected value stays; in inference nothing happens.
///
/// Source: Srivastava et al., 2014, "Dropout".
public final class Dropout: Layer, RandomLayer {
  /// The share of elements dropped.
  public let rate: Float
  /// Where the next random numbers come from: part of the state that a resumed training needs.
  ///
  /// Set from `seed` or, without one, from the layer's place in its model when it is built.
  public var randomState: SeededGenerator
  private let seed: UInt64?

  /// Creates the layer; `rate` lies in 0 ..< 1.
  public init(rate: Float, seed: UInt64? = nil, name: String? = nil) {
    require(rate >= 0 && rate < 1, "\(name ?? "Dropout"): the rate lies in 0 ..< 1; got \(rate)")
    (self.rate, self.seed) = (rate, seed)
    randomState = SeededGenerator(seed: seed ?? 0)
    super.init(name: name)
  }

  /// Starts the random numbers; there are no weights.
  public override func build(inputShape: [Int]) {
    if seed == nil { randomState = ownGenerator.derived("dropout") }
  }

  /// Drops elements, in training.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    guard training && rate > 0 else { return inputs }
    let kept = 1 / (1 - rate)
    var generator = randomState
    let mask = Tensor(
      shape: inputs.shape, inputs: [],
      fill: { mask in
        for place in mask.indices { mask[place] = generator.uniform() < rate ? 0 : kept }
      }, pullback: { _ in [] })
    randomState = generator
    return inputs * mask
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Dropout(rate: rate, seed: seed, name: name) }
}

/// A layer that draws random numbers in training; their state is saved with a checkpoint, so that a resumed
/// training draws the same ones.
public protocol RandomLayer: Layer {
  /// Where the next random numbers come from.
  var randomState: SeededGenerator { get set }
}
