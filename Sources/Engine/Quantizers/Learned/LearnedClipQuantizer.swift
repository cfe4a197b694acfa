import FixedPoint
import Support
import Tensors

/// Learns the clip α of activations after a ReLU by gradient descent (PACT).
///
///     result = round(limit(x, 0…α) × n / α) × α / n        n: the number of codes, minus 1
///
/// The gradient of α is the sum of the upstream gradients of all elements above α. Elements between 0 and α
/// pass their gradients on to x, elements below 0 pass none. An element of exactly α counts as between, as in
/// TensorFlow's operator, whose arithmetic this is; the paper counts it as above.
///
/// α starts at the given value, or at the mean of the largest values of the tensors observed. A loss that
/// separates activations can only raise α, so the paper adds λα² to the loss: λ is ``penalty``, whose gradient
/// 2λα is added here, once for every call, and not to the loss.
///
/// Source: Choi et al., 2018, section 3 (arXiv:1805.06085).
public final class LearnedClipQuantizer: Quantizer {
  /// λ, the weight of α² in the objective of training; the loss does not include it.
  public let penalty: Float

  /// Creates a quantizer that has seen nothing, or starts from a known clip.
  ///
  /// - Parameters:
  ///   - format: The kind of grid, which must be affine.
  ///   - clip: The first α: above 0 and finite; nil for the mean of the largest values observed.
  ///   - penalty: λ, the weight of α² in the objective of training.
  ///   - delay: The number of calls in training that only observe, before quantization begins.
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

  /// True until there is a clip, which gradients then change.
  public override var observesInTraining: Bool { !hasRange }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    if initialRange == nil { average("clip", with: batch.high.map { $0 > 0 ? $0 : 1 }) }
  }

  package override var collapsedChannels: Int {
    variable("clip").value.values.count { $0 < Self.smallestLearned }
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

  package override var calibrationStatistic: CalibrationStatistic { initialRange == nil ? .range : .nothing }

  package override func take(_ calibration: CalibrationObserver) {
    guard let highs = calibration.chosen?.high else { return }
    let clip = variable("clip")
    clip.value = Tensor(highs.map { $0 > 0 ? $0 : 1 }, shape: clip.shape)
  }

  package override var isMonotonic: Bool { true }

  public override func roundTrip(_ x: Tensor) -> Tensor {
    let clip = penalized(Self.limited(learned("clip")))
    return x.fakeQuantized(
      min: .zeros(clip.shape), max: clip, bitWidth: format.bitWidth, narrowRange: format.narrowRange,
      axes: format.axes)
  }

  /// The value of `clip`, with the gradient of the penalty added to its gradient.
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
