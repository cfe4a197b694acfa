import CKernels
import FixedPoint
import Support
import Tensors

/// The grids of all channels, with learned step sizes and perhaps learned offsets.
struct LearnedGrids {
  /// The quantizer of each channel with the step size in use.
  let quantizers: [AffineQuantizer]
  /// The step sizes, one or one a channel.
  let stepSize: Tensor
  /// The offsets, as many; nil if none is learned.
  let offset: Tensor?
  /// The beginning of each grid in steps if the offset determines it; else 0.
  let firstSteps: [Float]
  /// The number of values whose maximum each element is.
  let groupSize: Int
  /// Whether N in the gradient's scale counts the elements of one example.
  let isBatched: Bool
  /// LSQ's Qp.
  let highestCode: Double

  /// The tensors that gradients are found for.
  var parameters: [Tensor] { [stepSize] + (offset.map { [$0] } ?? []) }

  /// The gradients of step sizes and offsets, from the sums of all elements of a tensor of this shape.
  func gradients(
    _ sums: (inside: [Double], below: [Double], above: [Double]), shape: [Int]
  ) -> [Tensor] {
    let examples = isBatched && !shape.isEmpty ? shape[0] : 1
    let sharing = shape.reduce(1, *) * groupSize / stepSize.count / examples
    let scale = 1 / (Double(max(sharing, 1)) * highestCode).squareRoot()
    var (stepSizes, offsets): ([Float], [Float]) = ([], [])
    for (channel, quantizer) in quantizers.enumerated() {
      let range = quantizer.quantizedRange
      let start = Double(firstSteps[channel])
      let lowSteps = Double(range.lowerBound - quantizer.zeroPoint) - start
      let highSteps = Double(range.upperBound - quantizer.zeroPoint) - start
      let total = sums.inside[channel] + lowSteps * sums.below[channel] + highSteps * sums.above[channel]
      stepSizes.append(Float(total * scale))
      offsets.append(Float((sums.below[channel] + sums.above[channel]) * scale))
    }
    return zip(parameters, [stepSizes, offsets]).map { Tensor($1, shape: $0.shape) }
  }
}

/// Quantization by one learned step inside the operation that computes the values.
struct LearnedRounding: LearnedInPlaceQuantizer {
  /// The sums of a kind, as many as a vector has lanes.
  private static let lanes = 16

  private let grids: LearnedGrids
  private let form: FakeQuantizer
  /// The numbers of the grid as `qat_grids` has them, each `lanes` times.
  private let numbers: [Float]

  /// Creates the quantization to the one grid there is.
  init(_ grids: LearnedGrids) {
    self.grids = grids
    form = FakeQuantizer(pyTorch: grids.quantizers[0])
    numbers = [form.lowest, form.highest, form.scale, form.inverseScale, form.zero].flatMap {
      repeatElement($0, count: Self.lanes)
    }
  }

  var parameters: [Tensor] { grids.parameters }

  var sumCount: Int { 3 * Self.lanes }

  func round(
    _ values: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    choices: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    form.round(values, into: result, choices: choices, count: count)
  }

  func addSums(
    _ values: UnsafePointer<Float>, upstream: UnsafePointer<Float>, count: Int,
    to sums: UnsafeMutablePointer<Double>
  ) {
    let lanes = Self.lanes
    numbers.withUnsafeBufferPointer { numbers in
      guard let first = numbers.baseAddress else { return }
      let grids = qat_grids(
        lowest: first, highest: first + lanes, scale: first + 2 * lanes, inverse_scale: first + 3 * lanes,
        zero: first + 4 * lanes, period: lanes)
      qat_fake_quant_step_gradients(
        values, upstream, nil, count, grids, sums, sums + lanes, sums + 2 * lanes)
    }
  }

  func gradients(_ sums: ArraySlice<Double>, shape: [Int]) -> [Tensor] {
    let totals = (0..<3).map { kind in
      [sums.dropFirst(kind * Self.lanes).prefix(Self.lanes).reduce(0, +)]
    }
    return grids.gradients((totals[0], totals[1], totals[2]), shape: shape)
  }
}

extension Tensor {
  /// This tensor quantized and back in PyTorch's arithmetic, with gradients for step sizes and offsets.
  ///
  /// With the step size s, an element x within its grid adds upstream × (round(x / s) − x / s) to the gradient of
  /// s. An element beyond an end adds upstream × the number of steps from 0 to that end, and upstream × 1 to the
  /// gradient of the offset. With an offset the ends move with the step size, and the number of steps is counted
  /// from the beginning of the grid.
  ///
  /// Source: Esser et al., 2020, eq. 3 (arXiv:1902.08153); Bhalgat et al., 2020, eq. 5 (arXiv:2004.09576).
  func fakeQuantized(on grids: LearnedGrids, axes: [Int]) -> Tensor {
    let layout = ChannelLayout(shape, axes: axes)
    let forms = grids.quantizers.map { FakeQuantizer(pyTorch: $0) }
    let table = ChannelParameterTable(forms, layout)
    let (input, backend, inputIsTracked) = (detached(), backend, isTracked)
    let (parameters, learns) = (grids.parameters, grids.stepSize.isTracked)
    return Tensor(
      shape: shape, inputs: [self] + parameters,
      fill: { result in
        withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let result = result.baseAddress else { return }
          table.forward(x, result, on: backend)
        }
      },
      pullback: { upstream in
        guard learns else {
          let gradient = input.gradient(of: upstream) { table.backward($0, $1, $2, on: backend) }
          return [gradient] + parameters.map { _ in nil }
        }
        let sumTable = ChannelParameterTable(forms, layout, lanes: 16)
        var learned: [Tensor] = []
        func find(
          _ x: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
          _ gradient: UnsafeMutablePointer<Float>?
        ) {
          let sums = sumTable.stepGradients(x, upstream, writing: gradient, on: backend)
          learned = grids.gradients(sums, shape: input.shape).map { $0.on(backend) }
        }
        let gradient = inputIsTracked ? input.gradient(of: upstream) { find($0, $1, $2) } : nil
        if !inputIsTracked { _ = input.withElements(and: upstream) { find($0, $1, nil) } }
        return [gradient] + learned
      })
  }
}
