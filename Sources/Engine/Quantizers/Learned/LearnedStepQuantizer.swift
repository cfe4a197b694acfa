import FixedPoint
import Support
import Tensors

/// Learns the step size between codes by gradient descent, as a weight of the model (LSQ).
///
///     code   = round(x / stepSize), limited to the codes in use
///     result = code × stepSize
///
/// A symmetric format has the signed codes that LSQ uses for weights. An affine format has codes from 0 for
/// activations. With an offset (LSQ+), the default, the grid begins at a learned offset, rounded to a whole
/// number of steps so that 0 stays exact. Without an offset, which is LSQ's form after a ReLU, the grid begins at
/// 0, and observing a tensor with values below 0 stops the program.
///
/// The gradient of the step size is multiplied by 1 / √(N × Qp): Qp is the highest code, and N the number of
/// elements that share the step size: for activations those of one example, counted before a max pooling that runs
/// first. The step size starts at 2 × mean|x| / √Qp, or with an offset at the range of x divided by the number of
/// steps. Both are means over the tensors observed: the first one in training, all of them while calibrating. Rounding
/// is half to even, and a step size in use is at least 2⁻⁴⁰.
///
/// An optimizer that normalizes gradients, as Adam does, changes every variable by about the learning rate: a rate
/// of 0.001, suited to weights, is many times a step size of 0.0001. With such an optimizer learn the logarithm of
/// the step size (``isLogarithmic``): the step size then changes by a share of itself, and stays above 0.
///
/// Source: Esser et al., 2020, section 2 (arXiv:1902.08153); Bhalgat et al., 2020, section 3
/// (arXiv:2004.09576); for the logarithm, Jain et al., 2019, section 3 (arXiv:1903.08066).
public final class LearnedStepQuantizer: Quantizer {
  /// Whether the real number of the first code is learned too, in an affine format.
  public let learnsOffset: Bool
  /// Whether N in the gradient's scale counts the elements of one example, not of the whole tensor.
  public let isBatched: Bool
  /// Whether the variable is the natural logarithm of the step size, `logStep`, and not the step size, `step`.
  public let isLogarithmic: Bool

  /// Creates a quantizer that has seen nothing.
  ///
  /// - Parameters:
  ///   - format: The kind of grid.
  ///   - learnsOffset: Whether the real number of the first code is learned too; ignored in a symmetric format.
  ///   - isLogarithmic: Whether the logarithm of the step size is learned.
  ///   - isBatched: Whether N in the gradient's scale counts the elements of one example; by default true for an
  ///     affine format, false for a symmetric one.
  ///   - delay: The number of calls in training that only observe, before quantization begins.
  public init(
    _ format: QuantizerFormat = .weights, learnsOffset: Bool = true, isLogarithmic: Bool = false,
    isBatched: Bool? = nil, delay: Int = 0
  ) {
    self.isLogarithmic = isLogarithmic
    self.learnsOffset = learnsOffset && !format.symmetric
    self.isBatched = isBatched ?? !format.symmetric
    super.init(format, delay: delay)
  }

  public override func makeVariables(shape: [Int]) {
    addVariable(variableName, shape: shape, trainable: true)
    if learnsOffset { addVariable("offset", shape: shape, trainable: true) }
  }

  /// True until there is a step size, which gradients then change.
  public override var observesInTraining: Bool { observedCount == 0 }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    if learnsOffset {
      average(variableName, with: stepSizes(spanning: batch).map(parameter))
      average("offset", with: batch.low)
      return
    }
    requireReach(of: batch, "a tensor of shape \(x.shape)")
    let channelAxes = x.rank == 0 ? [] : format.axes.map { $0 < 0 ? $0 + x.rank : $0 }
    let others = (0..<x.rank).filter { !channelAxes.contains($0) }
    let means = others.isEmpty ? x.abs().values : x.detached().abs().mean(axes: others).values
    average(variableName, with: means.map(firstStepSize).map(parameter))
  }

  /// LSQ's first step size for values of a mean magnitude; 1 for zeros.
  private func firstStepSize(_ mean: Float) -> Float {
    mean > 0 ? Float(2 * Double(mean) / highestCode.squareRoot()) : 1
  }

  private func requireReach(of range: ValueRange, _ tensor: String) {
    let lowest = range.low.min() ?? 0
    require(
      format.symmetric || learnsOffset || lowest >= 0,
      "LearnedStepQuantizer: an affine grid without an offset begins at 0, and \(tensor)"
        + " reaches down to \(lowest); learn the offset too, or use a symmetric format")
  }

  package override var calibrationStatistic: CalibrationStatistic { learnsOffset ? .range : .meanMagnitude }

  /// Starts from the range found; of its own rule without an offset, from the mean magnitude of all values.
  package override func take(_ calibration: CalibrationObserver) {
    if let range = calibration.range { requireReach(of: range, "what calibration showed it") }
    guard let means = calibration.meanMagnitudes else { return super.take(calibration) }
    let variable = variable(variableName)
    variable.value = Tensor(means.map(firstStepSize).map(parameter), shape: variable.shape)
  }

  /// Checks the step size too, which may overflow although its logarithm is finite.
  package override var learnedIsFinite: Bool {
    super.learnedIsFinite
      && (!isLogarithmic || variable(variableName).value.exp().values.allSatisfy(\.isFinite))
  }

  package override var collapsedChannels: Int {
    let learned = variable(variableName).value
    return (isLogarithmic ? learned.exp() : learned).values.count { $0 < Self.smallestLearned }
  }

  private var variableName: String { isLogarithmic ? "logStep" : "step" }

  /// The step sizes in use, one or one a channel, tracked for gradients.
  private var stepSize: Tensor {
    Self.limited(isLogarithmic ? learned(variableName).exp() : learned(variableName))
  }

  /// The value of the variable for a step size.
  private func parameter(_ stepSize: Float) -> Float {
    isLogarithmic ? Float(naturalLogarithm(Double(stepSize))) : stepSize
  }

  public override var storedRange: ValueRange {
    get {
      let stepSizes = stepSize.values
      let zeros = zeroPoints(offsetSteps(stepSizes))
      return ValueRange(
        low: zip(stepSizes, zeros).map { $0 * Float(format.firstCode - $1) },
        high: zip(stepSizes, zeros).map { $0 * Float(format.lastCode - $1) })
    }
    set {
      let variable = variable(variableName)
      variable.value = Tensor(stepSizes(spanning: newValue).map(parameter), shape: variable.shape)
      if learnsOffset { self.variable("offset").value = Tensor(newValue.low, shape: variable.shape) }
    }
  }

  package override var isMonotonic: Bool { true }

  public override func roundTrip(_ x: Tensor) -> Tensor { roundTrip(x, maximaOf: 1) }

  package override func roundTrip(_ x: Tensor, maximaOf size: Int) -> Tensor {
    x.fakeQuantized(on: grids(maximaOf: size), axes: format.axes)
  }

  package override func learnedInPlace(maximaOf size: Int, training: Bool) -> (any LearnedInPlaceQuantizer)? {
    let quantizes = phase == .frozen || phase == .learning && !observes(training: training)
    guard quantizes, hasRange, learnedIsFinite, !format.isPerChannel else { return nil }
    return LearnedRounding(grids(maximaOf: size))
  }

  /// The grids in use, for the maxima of groups of `size` values.
  private func grids(maximaOf size: Int) -> LearnedGrids {
    let (stepSize, offset) = (stepSize, learnsOffset ? learned("offset") : nil)
    let starts = offsetSteps(stepSize.values)
    do {
      return LearnedGrids(
        quantizers: try quantizers(stepSize.values, starts, signed: true, rounding: .halfToEven),
        stepSize: stepSize, offset: offset, firstSteps: starts.map { $0.isWithin ? $0.steps : 0 },
        groupSize: size, isBatched: isBatched, highestCode: highestCode)
    } catch {
      stop("\(error)")
    }
  }

  /// The same grids for integer inference; their scales are the learned step sizes.
  ///
  /// - Throws: `QuantizerError` if a step size is infinite or NaN.
  public override func affineQuantizers(
    signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    guard hasRange else { return [] }
    guard learnedIsFinite else { throw .rangeNotFinite(low: .nan, high: .nan) }
    let stepSizes = stepSize.values
    return try quantizers(stepSizes, offsetSteps(stepSizes), signed: signed, rounding: rounding)
  }

  private func quantizers(
    _ stepSizes: [Float], _ starts: [OffsetSteps], signed: Bool, rounding: RoundingRule
  ) throws(QuantizerError) -> [AffineQuantizer] {
    let shift: Int32 = signed ? 1 << Int32(format.bitWidth - 1) : 0
    var quantizers: [AffineQuantizer] = []
    for (scale, zero) in zip(stepSizes, zeroPoints(starts)) {
      quantizers.append(
        try AffineQuantizer(
          scale: scale, zeroPoint: zero - shift,
          quantizedRange: (format.firstCode - shift)...(format.lastCode - shift), rounding: rounding))
    }
    return quantizers
  }

  /// LSQ's Qp: the number of codes above 0, or in an affine format of all codes but the first.
  private var highestCode: Double {
    format.symmetric
      ? Double(max((Int32(1) << Int32(format.bitWidth - 1)) - 1, 1))
      : Double(format.lastCode - format.firstCode)
  }

  /// The step sizes that spread the codes over `range`; 1 for 0…0.
  private func stepSizes(spanning range: ValueRange) -> [Float] {
    let steps = Double(format.lastCode - format.firstCode)
    return zip(range.low, range.high).map { low, high in
      let stepSize = Float((Double(high) - Double(low)) / steps)
      return stepSize > 0 ? stepSize : 1
    }
  }

  /// An offset in steps, limited so that 0 is a code, and whether it was within these limits.
  private typealias OffsetSteps = (steps: Float, isWithin: Bool)

  /// The offset of each grid; 0 if none is learned.
  private func offsetSteps(_ stepSizes: [Float]) -> [OffsetSteps] {
    guard learnsOffset else { return stepSizes.map { _ in (0, false) } }
    let lowest = Float(format.firstCode - format.lastCode)
    return zip(stepSizes, learned("offset").values).map { stepSize, offset in
      let exact = offset / stepSize
      return (min(max(exact, lowest), 0), lowest <= exact && exact <= 0)
    }
  }

  /// The code of 0 in each grid, counted from 0 as in `NudgedRange`.
  private func zeroPoints(_ starts: [OffsetSteps]) -> [Int32] {
    let middle: Int32 = 1 << Int32(format.bitWidth - 1)
    return starts.map {
      format.symmetric ? middle : format.firstCode - Int32($0.steps.rounded(.toNearestOrEven))
    }
  }

  public override func copied() -> Quantizer {
    LearnedStepQuantizer(
      format, learnsOffset: learnsOffset, isLogarithmic: isLogarithmic, isBatched: isBatched, delay: delay)
  }

  public override var method: String { learnsOffset ? "learned step and offset" : "learned step" }
}
