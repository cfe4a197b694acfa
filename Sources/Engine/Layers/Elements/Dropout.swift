import Support
import Tensors

/// Sets each element to 0 with probability `rate` in training; does nothing in inference.
///
/// The other elements are multiplied by 1 / (1 − rate), so that the expected value stays the same.
///
/// Source: Srivastava et al., 2014, "Dropout".
public final class Dropout: Layer, RandomLayer {
  /// The probability with which an element becomes 0.
  public let rate: Float
  /// The source of the next random numbers.
  ///
  /// It starts from `seed` or, without one, from the seed of the model and the layer's name.
  public var randomState: SeededGenerator
  private let seed: UInt64?

  /// Creates the layer; `rate` lies in 0 ..< 1.
  public init(rate: Float, seed: UInt64? = nil, name: String? = nil) {
    require(rate >= 0 && rate < 1, "\(name ?? "Dropout"): the rate lies in 0 ..< 1; got \(rate)")
    (self.rate, self.seed) = (rate, seed)
    randomState = SeededGenerator(seed: seed ?? 0)
    super.init(name: name)
  }

  /// Initializes the random numbers; there are no weights.
  public override func build(inputShape: [Int]) {
    if seed == nil { randomState = ownGenerator.derived("dropout") }
  }

  /// Drops elements in training.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    guard training && rate > 0 else { return inputs }
    let kept = 1 / (1 - rate)
    var generator = randomState
    let mask = Tensor(
      shape: inputs.shape, inputs: [],
      fill: { mask in
        for index in mask.indices { mask[index] = generator.uniform() < rate ? 0 : kept }
      }, pullback: { _ in [] })
    randomState = generator
    return inputs * mask
  }

  /// Nothing, in inference.
  public override var semantics: LayerSemantics { .dataMovement(.identity) }

  package override var computesAsStated: Bool { true }

  /// The rate.
  public override var details: String { "rate \(rate)" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Dropout(rate: rate, seed: seed, name: name) }
}

/// A layer that draws random numbers in training.
///
/// Checkpoints save the state of these numbers, so that a resumed training draws the same ones.
public protocol RandomLayer: Layer {
  /// The source of the next random numbers.
  var randomState: SeededGenerator { get set }
}
