import FixedPoint
import Support
import Tensors

/// Finds the range of a tensor of a model, and quantizes the tensor to that range and back.
///
/// The state lies in `Variable`s, so that the layer that owns the tensor can list, save, load and train it.
/// A subclass defines in ``update(spanning:)`` how the range of a tensor changes its own, and mostly nothing else:
///
///     final class GrowingQuantizer: Quantizer {
///       override func update(spanning batch: ValueRange) {
///         storedRange = observedCount == 0 ? batch : storedRange.union(batch)
///       }
///       override func copied() -> Quantizer { GrowingQuantizer(format, delay: delay) }
///     }
///
/// A quantizer serves one tensor of a model: give each its own, with ``copied()``. What changes after the first call
/// belongs in the variables: a quantized model keeps its integers until a variable or a phase changes.
open class Quantizer {
  /// The kind of grid.
  public let format: QuantizerFormat
  /// The number of calls in training that only observe their tensor, before quantization begins.
  public let delay: Int
  /// The range in use before anything is observed; nil for none.
  public let initialRange: ValueRange?
  /// What a call does; `.learning` at first.
  public final var phase = Phase.learning
  /// The state by short names, in a fixed order; empty before ``build(shape:name:)``.
  ///
  /// Ranges have `min` and `max`, each of one number or one a channel; a learned step size has `step`. All
  /// quantizers have `observed`, the number of tensors observed (below 0 for an assigned range), and quantizers with a delay have `delayed`,
  /// the number of calls that the delay has let pass so far.
  public internal(set) final var variables: [(name: String, variable: Variable)] = []

  /// The prefix of the variables' names.
  final var name = "quantizer"
  /// Whether a call met a tensor that is not finite while calibrating; such a tensor is not observed.
  package final var metNonFinite = false
  /// What calibration has seen of the tensor; nil before the first calibration of the model.
  package final var observer: CalibrationObserver?
  /// A range assigned before there were variables to hold it.
  final var assignedRange: ValueRange?

  /// Creates a quantizer that has seen nothing, or starts from a known range, which must be finite and is widened to
  /// fit the format.
  public init(_ format: QuantizerFormat, startingAt range: ValueRange? = nil, delay: Int = 0) {
    require(delay >= 0, "\(Self.self): a delay is a number of calls, 0 or more; got \(delay)")
    (self.format, self.delay, initialRange) = (format, delay, range.map(format.fitted))
  }

  /// Creates a quantizer that starts from just this range, as TFMOT's moving average does: no format widens it.
  init(_ format: QuantizerFormat, startingExactlyAt range: ValueRange?, delay: Int) {
    require(delay >= 0, "\(Self.self): a delay is a number of calls, 0 or more; got \(delay)")
    if let range { _ = format.fitted(range) }  // stops at ends that are not finite, or not in order
    (self.format, self.delay, initialRange) = (format, delay, range)
  }

  /// Updates the state from the range of a tensor, `batch`, which is finite.
  ///
  /// Here ``Quantizer/observedCount`` still counts the tensors before this one.
  open func update(spanning batch: ValueRange) {
    stop(
      "\(Self.self) does not say how a tensor changes its range: override update(spanning:), or "
        + "update(with:spanning:) if all its values matter")
  }

  /// Changes the state by the tensor `x`; `batch` is the range that `x` calls for, and finite.
  ///
  /// A subclass overrides it if more than the range of `x` matters; it calls ``Quantizer/update(spanning:)``.
  open func update(with x: Tensor, spanning batch: ValueRange) { update(spanning: batch) }

  /// Creates the variables of the range; `shape` is `[]`, or `[channels]` if each channel has a range.
  open func makeVariables(shape: [Int]) {
    addVariable("min", shape: shape)
    addVariable("max", shape: shape)
  }

  /// The range that the variables hold; ``Quantizer/range`` is nil as long as there is none.
  open var storedRange: ValueRange {
    get { ValueRange(low: variable("min").value.values, high: variable("max").value.values) }
    set {
      let (min, max) = (variable("min"), variable("max"))
      min.value = Tensor(newValue.low, shape: min.shape)
      max.value = Tensor(newValue.high, shape: max.shape)
    }
  }

  /// Whether a call in training observes its tensor after the delay.
  open var observesInTraining: Bool { true }

  /// Whether quantization is monotone on [0, ∞), so that it may follow a max pooling: see
  /// ``mayFollowPooling(training:)``.
  package var isMonotonic: Bool { needsOnlyRange }

  /// Whether quantization is monotone on [0, ∞) and only the range of a tensor matters, ``update(spanning:)``.
  ///
  /// Then the maxima of groups of values may be observed in place of the values; see ``observesMaxima``.
  package var needsOnlyRange: Bool { false }

  /// The range in use after a tensor with the range `batch`, for a quantizer that forgets all tensors before; nil
  /// for other quantizers.
  package func range(keptOf batch: ValueRange) -> ValueRange? { nil }

  /// What calibration has to know of a tensor, unless a method is asked for.
  package var calibrationStatistic: CalibrationStatistic { .eachTensor }

  /// Takes the range that calibration has found, in place of the one before.
  package func take(_ calibration: CalibrationObserver) {
    if let chosen = calibration.chosen { storedRange = checked(chosen) }
  }

  /// Whether all trainable variables are finite; true if there are none.
  package var learnedIsFinite: Bool {
    variables.allSatisfy { !$0.variable.trainable || $0.variable.value.values.allSatisfy(\.isFinite) }
  }

  /// The number of channels whose learned step or clip fell below 2⁻⁴⁰, which is used in its place; 0 if none is
  /// learned.
  package var collapsedChannels: Int { 0 }

  /// `x` quantized to the range in use and back; ``Quantizer/fakeQuantized(_:)`` has checked that there is a range.
  open func roundTrip(_ x: Tensor) -> Tensor {
    x.fakeQuantized(
      min: variable("min").value, max: variable("max").value, bitWidth: format.bitWidth,
      narrowRange: format.narrowRange, axes: format.axes)
  }

  /// ``roundTrip(_:)`` of the maxima of groups of `size` values.
  ///
  /// Quantizers whose gradients are scaled by the number of values count all of them.
  package func roundTrip(_ x: Tensor, maximaOf size: Int) -> Tensor { roundTrip(x) }

  /// The quantization of a call, by learned parameters inside the operation that computes the values, which are the maxima
  /// of groups of `size` values.
  ///
  /// - Returns: The quantization; nil if the call does something else, or if there are several ranges.
  package func learnedInPlace(maximaOf size: Int, training: Bool) -> (any LearnedInPlaceQuantizer)? { nil }

  /// The quantizers of integer inference for the range in use: one, or one a channel; none without a range.
  ///
  /// - Throws: `QuantizerError` if the range is not finite.
  open func affineQuantizers(
    signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    guard let range else { return [] }
    return try format.quantizers(covering: range, signed: signed, rounding: rounding)
  }

  /// A quantizer of the same settings that has seen nothing.
  open func copied() -> Quantizer {
    stop("\(Self.self) does not say how it is copied: override copied()")
  }

  /// The rule in a few words, such as "moving average".
  open var method: String { "\(Self.self)" }
}

extension Quantizer: CustomStringConvertible {
  /// The rule, the format and the range in one line: "moving average, 8 bits, affine, range −1 to 3".
  ///
  /// Of several channels it shows the lowest and the highest end.
  public var description: String {
    guard let range, let low = range.low.min(), let high = range.high.max() else {
      return "\(summary), no range yet"
    }
    guard range.isFinite else { return "\(summary), no finite range" }
    let ends = [low, high].map { NumberFormat.significant(4).string(Double($0)) }
    return "\(summary), \(range.low.count == 1 ? "range" : "ranges within") \(ends[0]) to \(ends[1])"
  }
}
