import FixedPoint
import Support
import Tensors

/// Learns where activations are clipped, α, by gradient descent (PACT): for what follows a ReLU.
///
///     result = round(limit(x, 0…α) × n / α) × α / n        n: the codes but the first
///
/// The gradient of α is the sum of the upstream of all elements above it; those between 0 and α pass theirs on
/// to x, those below 0 pass none. An element of exactly α counts as between, as in TensorFlow's operator, whose
/// arithmetic this is; the paper counts it above.
///
/// α starts at the largest value, a mean over the tensors observed, or where it is told to. A loss that wants
/// activations kept apart can only raise it, so the paper adds λα² to the loss: that is `penalty`, whose
/// gradient 2λα is added here, and not to the loss, once for every call.
///
/// Source: Choi et al., 2018, section 3 (arXiv:1805.06085).
public final class LearnedClipQuantizer: Quantizer {
  /// λ, the weight of α² in what training minimises; the loss itself does not show it.
  public let penalty: Float

  /// Creates a quantizer that has seen nothing, or clips at a known place.
  public init(
    _ format: QuantizerFormat = .activations, startingAt clip: Float? = nil, penalty: Float = 0,
    delay: Int = 0
  ) {
    require(
      !format.symmetric,
      "LearnedClipQuantizer: it clips at 0 and at what it learns, so 0 cannot be the middle code; expected an"
        + " affine format, got \(format.summary)")
    require(
      clip.map { $0.isFinite && $0 > 0 } ?? true,
      "LearnedClipQuantizer: a clip is above zero and finite; got \(clip ?? 0)")
    self.penalty = penalty
    super.init(format, startingAt: clip.map { ValueRange(0, $0) }, delay: delay)
  }

  public override func makeVariables(shape: [Int]) { addVariable("clip", shape: shape, trainable: true) }

  /// Only until there is a clip; from then on, gradients move it.
  public override var observesInTraining: Bool { range == nil }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    if initialRange == nil { average("clip", with: batch.high.map { $0 > 0 ? $0 : 1 }) }
  }

  public override var storedRange: ValueRange {
    get {
      let clips = Self.limited(learned("clip")).values
      return ValueRange(low: clips.map { _ in 0 }, high: clips)
    }
    set {
      let clip = variable("clip")
      clip.value = Tensor(newValue.high, shape: clip.shape)
    }
  }

  public override func roundTrip(_ x: Tensor) -> Tensor {
    let clip = penalized(Self.limited(learned("clip")))
    return x.fakeQuantized(
      min: .zeros(clip.shape), max: clip, bitWidth: format.bitWidth, narrowRange: format.narrowRange,
      axes: format.axes)
  }

  /// The same value, whose gradient has that of the penalty added.
  private func penalized(_ clip: Tensor) -> Tensor {
    guard penalty != 0, clip.isTracked else { return clip }
    let (factor, constant) = (2 * penalty, clip.detached())
    return Tensor(clip.values, shape: clip.shape, inputs: [clip]) { [$0 + constant * factor] }
  }

  public override func copied() -> Quantizer {
    LearnedClipQuantizer(format, startingAt: initialRange?.high[0], penalty: penalty, delay: delay)
  }

  public override var method: String { "learned clip" }
}
