import FixedPoint
import Support
import Tensors

/// Finds the range of the tensors it sees, and quantizes them to it and back.
///
/// What it knows lies in `Variable`s, so that the layer it is wrapped around can list, save, load and train
/// them. A subclass says what a tensor does to the range, in `update(with:spanning:)`, and that is mostly all:
///
///     final class GrowingQuantizer: Quantizer {
///       override func update(with x: Tensor, spanning batch: ValueRange) {
///         storedRange = observedCount == 0 ? batch : storedRange.union(batch)
///       }
///       override func copied() -> Quantizer { GrowingQuantizer(format, delay: delay) }
///     }
///
/// A quantizer serves one tensor of a model: give each its own, with `copied()`.
open class Quantizer {
  /// The kind of grid.
  public let format: QuantizerFormat
  /// The calls in training that only observe and pass their tensor on, before quantization begins.
  public let delay: Int
  /// The range in use before anything was observed, if any, widened to fit the format.
  public let initialRange: ValueRange?
  /// What calls do; `.learning` at first.
  public final var phase = Phase.learning
  /// The state by short names, in a fixed order; empty before `build(shape:name:)`.
  ///
  /// Ranges have `min` and `max`, of one number or one a channel, learned steps `step` and so on; all have
  /// `observed`, the number of tensors observed, and those with a delay `delayed`, the calls that passed so.
  public internal(set) final var variables: [(name: String, variable: Variable)] = []

  /// What the variables' names begin with.
  final var name = "quantizer"
  /// Whether a call met a tensor that is not finite while calibrating; it was not observed.
  package final var metNonFinite = false
  /// A range assigned before there were variables to hold it.
  final var assignedRange: ValueRange?

  /// Creates a quantizer that has seen nothing, or starts from a known range, which must be finite.
  public init(_ format: QuantizerFormat, startingAt range: ValueRange? = nil, delay: Int = 0) {
    require(delay >= 0, "\(Self.self): a delay is a number of calls, 0 or more; got \(delay)")
    (self.format, self.delay, initialRange) = (format, delay, range.map(format.fitted))
  }

  /// Lets `x` change the state; `batch` is the range that `x` calls for, already known to be finite.
  ///
  /// `observedCount` still counts the tensors before this one.
  open func update(with x: Tensor, spanning batch: ValueRange) {
    require(
      false, "\(Self.self) does not say how a tensor changes its range: override update(with:spanning:)")
  }

  /// Creates the variables of the range; `shape` is `[]`, or `[channels]` if each has a range.
  open func makeVariables(shape: [Int]) {
    addVariable("min", shape: shape)
    addVariable("max", shape: shape)
  }

  /// The range that the variables hold; `range` says whether there is one yet.
  open var storedRange: ValueRange {
    get { ValueRange(low: variable("min").value.values, high: variable("max").value.values) }
    set {
      let (min, max) = (variable("min"), variable("max"))
      min.value = Tensor(newValue.low, shape: min.shape)
      max.value = Tensor(newValue.high, shape: max.shape)
    }
  }

  /// Whether a call in training observes, once the delay is over.
  open var observesInTraining: Bool { true }

  /// Whether the maxima of groups of values, each 0 or more, may stand for the values: if it learns nothing of
  /// a tensor but the range that it calls for, and rounding turns no two values round.
  package var isMonotonic: Bool { false }

  /// Whether what gradients have made of the trainable variables is finite; true where there are none.
  package var learnedIsFinite: Bool {
    variables.allSatisfy { !$0.variable.trainable || $0.variable.value.values.allSatisfy(\.isFinite) }
  }

  /// `x` quantized with the state as it is, and back; `fakeQuantized(_:)` has seen to it that there is one.
  open func roundTrip(_ x: Tensor) -> Tensor {
    x.fakeQuantized(
      min: variable("min").value, max: variable("max").value, bitWidth: format.bitWidth,
      narrowRange: format.narrowRange, axes: format.axes)
  }

  /// The quantizers of integer inference for the range in use: one, or one a channel; none before a range.
  ///
  /// - Throws: `QuantizerError` if the range is not finite, such as one it was told to start from.
  open func affineQuantizers(
    signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    guard let range else { return [] }
    return try format.quantizers(covering: range, signed: signed, rounding: rounding)
  }

  /// A fresh one with the same settings, which has seen nothing.
  open func copied() -> Quantizer {
    require(false, "\(Self.self) does not say how it is copied: override copied()")
    return self
  }

  /// The rule in a few words, such as "moving average".
  open var method: String { "\(Self.self)" }
}
