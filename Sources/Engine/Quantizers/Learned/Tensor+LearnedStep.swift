import FixedPoint
import Support
import Tensors

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
