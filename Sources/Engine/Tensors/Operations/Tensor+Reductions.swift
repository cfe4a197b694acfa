import CKernels
import Support

/// Sums, means and extremes over some of the dimensions.
///
/// `axes` are the dimensions to reduce, nil means all; a negative axis counts from the end. The other dimensions keep
/// their order. With `keepingDimensions` the reduced dimensions stay, with extent 1, so that the result broadcasts
/// against the original tensor.
extension Tensor {
  /// The sum over `axes`, added in double precision in a fixed order.
  public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let reduction = Reduction(shape, axes: axes, "sum")
    let result = reduction.steps.reduce(self.detached()) { $0.summedMiddle($1, scale: 1) }
    return Tensor(
      buffer: result.buffer, shape: reduction.shape(keepingDimensions: keepingDimensions), inputs: [self]
    ) { [shape] upstream in
      [upstream.reshaped(reduction.shape(keepingDimensions: true)).repeated(to: shape)]
    }
  }

  /// The mean over `axes`: the sum divided by the number of its terms.
  public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let reduction = Reduction(shape, axes: axes, "mean")
    let factor = 1 / Double(reduction.reducedCount)
    var steps = reduction.steps
    var result = self.detached()
    if let last = steps.popLast() {
      result = steps.reduce(result) { $0.summedMiddle($1, scale: 1) }.summedMiddle(last, scale: factor)
    }
    return Tensor(
      buffer: result.buffer, shape: reduction.shape(keepingDimensions: keepingDimensions), inputs: [self]
    ) { [shape] upstream in
      [(upstream * Float(factor)).reshaped(reduction.shape(keepingDimensions: true)).repeated(to: shape)]
    }
  }

  /// The largest element over `axes`; NaN if an element is NaN.
  ///
  /// Equal largest elements share the gradient evenly.
  public func max(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    extremum(Reduction(shape, axes: axes, "max"), keepingDimensions, qat_max_rows)
  }

  /// The smallest element over `axes`; NaN if an element is NaN.
  ///
  /// Equal smallest elements share the gradient evenly.
  public func min(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    extremum(Reduction(shape, axes: axes, "min"), keepingDimensions, qat_min_rows)
  }

  /// The indices of the largest elements along `axis`; of equal elements, the first.
  ///
  /// There is one index for each position in the other dimensions, in row-major order: of logits
  /// `[batch, classes]`, the predicted class of each example.
  public func argmax(axis: Int = -1) -> [Int] {
    let step = Reduction(shape, axes: [axis], "argmax").onlyStep(of: shape)
    var indices = [Int](repeating: 0, count: step.outer * step.inner)
    indices.withUnsafeMutableBufferPointer { indices in
      guard let start = indices.baseAddress else { return }
      for slice in 0..<step.outer {
        let values = buffer.pointer + slice * step.reduced * step.inner
        qat_argmax_rows(values, step.reduced, step.inner, start + slice * step.inner)
      }
    }
    return indices
  }

  /// This tensor repeated to `shape` along its dimensions of extent 1: the pullback of a sum.
  func repeated(to shape: [Int]) -> Tensor {
    if self.shape == shape { return self }
    let result = Buffer(count: shape.reduce(1, *))
    let zero = Tensor(0)
    let target = Tensor(buffer: result, shape: shape, backend: backend, node: nil)
    Broadcasting(target.shape, self.shape, for: "repeat").run(
      { _, right, target, rows, columns in
        qat_add(
          qat_operand(values: zero.buffer.pointer, row_stride: 0, column_stride: 0), right, target, rows,
          columns)
      }, target, self, into: result)
    return target
  }

  /// The sum over the middle dimension of [outer, reduced, inner], times `scale` before it is rounded to float.
  private func summedMiddle(_ step: Reduction.Step, scale: Double) -> Tensor {
    let result = Buffer(count: step.outer * step.inner)
    if step.outer >= Backend.shards || step.reduced * step.inner < 4096 {
      backend.forEachShard(of: step.outer, work: count) { _, range in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: step.inner) { totals in
          for slice in range {
            totals.initialize(repeating: 0)
            let values = buffer.pointer + slice * step.reduced * step.inner
            qat_sum_rows(values, 0, step.reduced, step.inner, totals.baseAddress)
            for i in 0..<step.inner { result.pointer[slice * step.inner + i] = Float(totals[i] * scale) }
          }
        }
      }
    } else {
      for slice in 0..<step.outer { sumLongSlice(slice, step, scale: scale, into: result) }
    }
    return Tensor(buffer: result, shape: [result.count], backend: backend, node: nil)
  }

  /// The sum of one slice that is too long for one thread: partial sums, added in the order of the shards.
  private func sumLongSlice(_ slice: Int, _ step: Reduction.Step, scale: Double, into result: Buffer) {
    let inner = step.inner
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Backend.shards * inner) { partials in
      partials.initialize(repeating: 0)
      let values = buffer.pointer + slice * step.reduced * inner
      backend.forEachShard(of: step.reduced, work: step.reduced * inner) { shard, range in
        let totals = partials.baseAddress.map { $0 + shard * inner }
        qat_sum_rows(values, range.lowerBound, range.upperBound, inner, totals)
      }
      for i in 0..<inner {
        var total = 0.0
        for shard in 0..<Backend.shards { total += partials[shard * inner + i] }
        result.pointer[slice * inner + i] = Float(total * scale)
      }
    }
  }

  private typealias Extremum = (UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?) -> Void

  private func extremum(_ reduction: Reduction, _ keepingDimensions: Bool, _ kernel: Extremum) -> Tensor {
    let extreme = reduction.steps.reduce(detached()) { $0.extremeOfMiddle($1, kernel) }.buffer
    let kept = reduction.shape(keepingDimensions: true)
    return Tensor(
      buffer: extreme, shape: reduction.shape(keepingDimensions: keepingDimensions), inputs: [self]
    ) { [buffer, shape, backend] upstream in
      let values = Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
      let best = Tensor(buffer: extreme, shape: kept, backend: backend, node: nil)
      let chosen = values.equals(best)
      let ties = chosen.sum(axes: reduction.axes, keepingDimensions: true)
      return [chosen * (upstream.reshaped(kept) / ties)]
    }
  }

  /// The extreme over the middle dimension of [outer, reduced, inner]; of a long slice, the extreme of its shards'.
  private func extremeOfMiddle(_ step: Reduction.Step, _ kernel: Extremum) -> Tensor {
    let (inner, size) = (step.inner, step.reduced * step.inner)
    let result = Buffer(count: step.outer * inner)
    if step.outer >= Backend.shards || size < 4096 {
      backend.forEachShard(of: step.outer, work: count) { _, range in
        for slice in range {
          kernel(buffer.pointer + slice * size, step.reduced, inner, result.pointer + slice * inner)
        }
      }
    } else {
      let shards = Swift.min(Backend.shards, step.reduced)
      Buffer.withScratch(shards * inner) { partials in
        for slice in 0..<step.outer {
          let values = buffer.pointer + slice * size
          backend.forEachShard(of: step.reduced, work: size) { shard, range in
            kernel(values + range.lowerBound * inner, range.count, inner, partials + shard * inner)
          }
          kernel(partials, shards, inner, result.pointer + slice * inner)
        }
      }
    }
    return Tensor(buffer: result, shape: [result.count], backend: backend, node: nil)
  }

  /// 1 where the elements of both are equal, else 0; the shapes broadcast.
  private func equals(_ other: Tensor) -> Tensor {
    combined(with: other, "==", qat_equal) { _ in [nil, nil] }
  }
}

/// The dimensions of a shape to reduce, as steps that each reduce one group of adjacent dimensions.
struct Reduction {
  /// A view of the tensor as [outer, reduced, inner], whose middle dimension is reduced.
  struct Step {
    let outer: Int
    let reduced: Int
    let inner: Int
  }

  private let original: [Int]
  /// The reduced dimensions, counted from the front, in ascending order.
  let axes: [Int]
  /// One step for each group of adjacent dimensions, the last group first; each reduces the result of the step before.
  let steps: [Step]

  init(_ shape: [Int], axes chosen: [Int]?, _ operation: String) {
    let rank = shape.count
    let axes = (chosen ?? Array(0..<rank)).map { axis in
      require(
        axis >= -rank && axis < rank,
        "\(operation): axis \(axis) is outside shape \(shape), whose axes are \(-rank) ..< \(rank)")
      return axis < 0 ? axis + rank : axis
    }.sorted()
    require(
      Set(axes).count == axes.count, "\(operation): axes \(chosen ?? []) of shape \(shape) name one twice")
    original = shape
    self.axes = axes
    var steps: [Step] = []
    var remaining = shape
    var last = axes.count - 1
    while last >= 0 {
      var first = last
      while first > 0, axes[first - 1] == axes[first] - 1 { first -= 1 }
      let group = axes[first]...axes[last]
      steps.append(
        Step(
          outer: remaining[..<group.lowerBound].reduce(1, *), reduced: remaining[group].reduce(1, *),
          inner: remaining[(group.upperBound + 1)...].reduce(1, *)))
      for axis in group { remaining[axis] = 1 }
      last = first - 1
    }
    self.steps = steps
  }

  /// The number of elements that are reduced to one.
  var reducedCount: Int { axes.reduce(1) { $0 * original[$1] } }

  /// The shape of the result.
  func shape(keepingDimensions: Bool) -> [Int] {
    original.indices.compactMap { axes.contains($0) ? (keepingDimensions ? 1 : nil) : original[$0] }
  }

  /// The only step of a reduction over one axis.
  func onlyStep(of shape: [Int]) -> Step {
    steps.first ?? Step(outer: shape.reduce(1, *), reduced: 1, inner: 1)
  }
}
