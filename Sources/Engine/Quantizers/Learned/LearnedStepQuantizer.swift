import FixedPoint
import Support
import Tensors

/// Learns the step between codes by gradient descent, as a weight of the model (LSQ).
///
///     code   = round(x / step), limited to the codes in use
///     result = code × step
///
/// A symmetric format gives the signed codes that LSQ has for weights. An affine one gives codes from 0 for
/// activations; with an offset (LSQ+), the default, the grid begins at an offset that is learned too, moved to
/// the nearest step so that 0 stays exact. Without, everything below 0 is clipped, and tensors that reach there
/// are refused; for what follows a ReLU that is LSQ's own form.
///
/// The gradient of the step is multiplied by 1 / √(N × Qp): Qp is the highest code, and N the number of
/// elements that share the step, of one example of the batch for activations. It starts at 2 × mean|x| / √Qp,
/// and with an offset at the range of x divided by the steps there are, each a mean over the tensors observed:
/// the first in training, or all while calibrating. Rounding is half to even, and a step never falls below 2⁻⁴⁰.
///
/// An optimizer that divides gradients by their size, as Adam does, moves every variable by about its rate: a rate
/// of 0.001, right for weights, is many times a step of 0.0001. With such an optimizer learn the logarithm of the
/// step (`isLogarithmic`), which moves by a share of itself, and stays above 0.
///
/// Source: Esser et al., 2020, section 2 (arXiv:1902.08153); Bhalgat et al., 2020, section 3
/// (arXiv:2004.09576); for the logarithm, Jain et al., 2019, section 3 (arXiv:1903.08066).
public final class LearnedStepQuantizer: Quantizer {
  /// Whether the place of the first code is learned too: only of an affine format.
  public let learnsOffset: Bool
  /// Whether N, of which the gradient's scale depends, counts the elements of one example, or of the tensor.
  public let isBatched: Bool
  /// Whether the variable is the step's natural logarithm, `logStep`, rather than the step.
  public let isLogarithmic: Bool

  /// Creates a quantizer that has seen nothing; it is `isBatched` if affine, unless told otherwise.
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
    addVariable(stepName, shape: shape, trainable: true)
    if learnsOffset { addVariable("offset", shape: shape, trainable: true) }
  }

  /// Only until there is a step; from then on, gradients move it.
  public override var observesInTraining: Bool { observedCount == 0 }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    if learnsOffset {
      average(stepName, with: steps(of: batch).map(parameter))
      average("offset", with: batch.low)
      return
    }
    if !format.symmetric {
      let lowest = batch.low.min() ?? 0
      require(
        lowest >= 0,
        "LearnedStepQuantizer: an affine grid without an offset begins at 0, and a tensor of shape \(x.shape)"
          + " reaches down to \(lowest); learn the offset too, or use a symmetric format")
    }
    let place = x.rank == 0 ? [] : format.axes.map { $0 < 0 ? $0 + x.rank : $0 }
    let others = (0..<x.rank).filter { !place.contains($0) }
    let means = others.isEmpty ? x.abs().values : x.detached().abs().mean(axes: others).values
    let steps = means.map { $0 > 0 ? Float(2 * Double($0) / highestCode.squareRoot()) : 1 }
    average(stepName, with: steps.map(parameter))
  }

  /// A finite logarithm may be that of no finite step.
  package override var learnedIsFinite: Bool {
    super.learnedIsFinite
      && (!isLogarithmic || variable(stepName).value.exp().values.allSatisfy(\.isFinite))
  }

  private var stepName: String { isLogarithmic ? "logStep" : "step" }

  /// The step in use, with its history.
  private var step: Tensor {
    Self.limited(isLogarithmic ? learned(stepName).exp() : learned(stepName))
  }

  /// The variable's value for a step.
  private func parameter(_ step: Float) -> Float {
    isLogarithmic ? Float(naturalLogarithm(Double(step))) : step
  }

  public override var storedRange: ValueRange {
    get {
      let (steps, zeros) = (step.values, zeroPoints)
      return ValueRange(
        low: zip(steps, zeros).map { $0 * Float(format.firstCode - $1) },
        high: zip(steps, zeros).map { $0 * Float(format.lastCode - $1) })
    }
    set {
      let variable = variable(stepName)
      variable.value = Tensor(steps(of: newValue).map(parameter), shape: variable.shape)
      if learnsOffset { self.variable("offset").value = Tensor(newValue.low, shape: variable.shape) }
    }
  }

  public override func roundTrip(_ x: Tensor) -> Tensor {
    let step = step
    let offset = learnsOffset ? learned("offset") : nil
    let sharing = x.count / step.count / (isBatched && x.rank > 0 ? x.shape[0] : 1)
    do {
      let grids = LearnedGrids(
        quantizers: try affineQuantizers(),
        firstSteps: offsetSteps.map { $0.isWithin ? $0.steps : 0 },
        gradientScale: 1 / (Double(max(sharing, 1)) * highestCode).squareRoot())
      return x.fakeQuantized(on: grids, step: step, offset: offset, axes: format.axes)
    } catch {
      require(false, "\(error)")
      return x
    }
  }

  /// The same grids for integer inference, with the step learned as their scale.
  ///
  /// - Throws: `QuantizerError` if a step grew beyond all numbers.
  public override func affineQuantizers(
    signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    guard range != nil else { return [] }
    let shift: Int32 = signed ? 1 << Int32(format.bitWidth - 1) : 0
    var quantizers: [AffineQuantizer] = []
    for (step, zero) in zip(step.values, zeroPoints) {
      quantizers.append(
        try AffineQuantizer(
          scale: step, zeroPoint: zero - shift,
          quantizedRange: (format.firstCode - shift)...(format.lastCode - shift), rounding: rounding))
    }
    return quantizers
  }

  /// The codes above 0, or all but the first if 0 need not be in the middle: LSQ's Qp.
  private var highestCode: Double {
    format.symmetric
      ? Double(max((Int32(1) << Int32(format.bitWidth - 1)) - 1, 1))
      : Double(format.lastCode - format.firstCode)
  }

  /// The steps that spread the codes over `range`; 1 where it is 0…0.
  private func steps(of range: ValueRange) -> [Float] {
    let codes = Double(format.lastCode - format.firstCode)
    return zip(range.low, range.high).map { low, high in
      let step = Float((Double(high) - Double(low)) / codes)
      return step > 0 ? step : 1
    }
  }

  /// The offset counted in steps, as far as it lets 0 be a code, and whether it does so by itself.
  private var offsetSteps: [(steps: Float, isWithin: Bool)] {
    let steps = step.values
    guard learnsOffset else { return steps.map { _ in (0, false) } }
    let lowest = Float(format.firstCode - format.lastCode)
    return zip(steps, learned("offset").values).map { step, offset in
      let exact = offset / step
      return (min(max(exact, lowest), 0), lowest <= exact && exact <= 0)
    }
  }

  /// The code of 0 in each grid, codes counted as in `NudgedRange`.
  private var zeroPoints: [Int32] {
    if format.symmetric {
      let middle: Int32 = 1 << Int32(format.bitWidth - 1)
      return step.values.map { _ in middle }
    }
    return offsetSteps.map { format.firstCode - Int32($0.steps.rounded(.toNearestOrEven)) }
  }

  public override func copied() -> Quantizer {
    LearnedStepQuantizer(
      format, learnsOffset: learnsOffset, isLogarithmic: isLogarithmic, isBatched: isBatched, delay: delay)
  }

  public override var method: String { learnsOffset ? "learned step and offset" : "learned step" }
}

/// A grid for each channel whose step, and with it perhaps the place of its first code, is learned.
struct LearnedGrids {
  /// The quantizer of each channel, with the step as it is.
  let quantizers: [AffineQuantizer]
  /// Where each grid begins, in steps, as far as the offset says so; 0 where it does not.
  let firstSteps: [Float]
  /// What the gradients of step and offset are multiplied by.
  let gradientScale: Double
}

extension Tensor {
  /// This tensor quantized and back on PyTorch's grids, with gradients for their steps and offsets.
  ///
  /// An element x within its grid adds upstream × (round(x / step) − x / step) to its step's gradient; one
  /// below or above adds upstream × the steps from 0 to that end, and upstream × 1 to the offset's. With an
  /// offset the ends move with the step, and those steps are counted from the grid's beginning.
  ///
  /// Source: Esser et al., 2020, eq. 3 (arXiv:1902.08153); Bhalgat et al., 2020, eq. 5 (arXiv:2004.09576).
  func fakeQuantized(
    on grids: LearnedGrids, step: Tensor, offset: Tensor?, axes: [Int]
  ) -> Tensor {
    let layout = ChannelLayout(shape, axes: axes)
    let forms = grids.quantizers.map { FakeQuantizer(pyTorch: $0) }
    let table = ChannelParameterTable(forms, layout)
    let (input, backend, inputIsTracked) = (detached(), backend, isTracked)
    let learns = step.isTracked
    let parameters = [step] + (offset.map { [$0] } ?? [])
    let parameterShape = step.shape
    return Tensor(
      shape: shape, inputs: [self] + parameters,
      fill: { result in
        withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let result = result.baseAddress else { return }
          table.forward(x, result, on: backend)
        }
      },
      pullback: { upstream in
        let gradient =
          inputIsTracked
          ? input.gradient(of: upstream) { table.backward($0, $1, $2, on: backend) } : nil
        guard learns else { return [gradient] + parameters.map { _ in nil } }
        let sums = input.learnedGradients(upstream, ChannelParameterTable(forms, layout, lanes: 16), grids)
        let learned = parameters.count == 1 ? [sums.step] : [sums.step, sums.offset]
        return [gradient] + learned.map { Tensor($0, shape: parameterShape).on(backend) }
      })
  }

  private func learnedGradients(_ upstream: Tensor, _ table: ChannelParameterTable, _ grids: LearnedGrids)
    -> (step: [Float], offset: [Float])
  {
    let sums = withElements(and: upstream) { table.stepGradients($0, $1, on: backend) }
    guard let (inside, below, above) = sums else { return ([], []) }
    var (step, offset): ([Float], [Float]) = ([], [])
    for (channel, quantizer) in grids.quantizers.enumerated() {
      let range = quantizer.quantizedRange
      let start = Double(grids.firstSteps[channel])
      let lowSteps = Double(range.lowerBound - quantizer.zeroPoint) - start
      let highSteps = Double(range.upperBound - quantizer.zeroPoint) - start
      let total = inside[channel] + lowSteps * below[channel] + highSteps * above[channel]
      step.append(Float(total * grids.gradientScale))
      offset.append(Float((below[channel] + above[channel]) * grids.gradientScale))
    }
    return (step, offset)
  }
}
