import FixedPoint

/// A model's operations as the fast path runs them: some joined, some without anything to do.
struct FastProgram {
  /// A step, and the operations whose codes it reads and writes.
  struct Part {
    let step: any IntegerStep
    let reads: [Int]
    let writes: Int

    /// The memory that the step needs for itself while it runs.
    func scratchBytes(examples: Int) -> Int {
      (step as? any ScratchStep)?.scratchBytes(examples: examples) ?? 0
    }
  }

  /// The steps in their order.
  let parts: [Part]
  /// For each operation, the one in whose place its codes lie: its own, or of a reshape the one it reads.
  let places: [Int]
  /// About how many multiply-adds an example takes.
  private let work: Int

  /// Prepares the operations; a large one may use up to `workers` threads.
  init(_ model: IntegerModel, workers: Int) {
    var places = Array(model.operations.indices)
    for (number, operation) in model.operations.enumerated() {
      if case .reshape = operation.kind { places[number] = places[operation.inputs[0]] }
    }
    self.places = places
    let pools = Self.fusedPools(model)
    let fused = Set(pools.compactMap(\.self))
    parts = model.operations.indices.compactMap { number in
      if fused.contains(number) { return nil }
      let output = pools[number] ?? number
      guard let step = Self.step(for: number, pool: pools[number], in: model, workers: workers) else {
        return nil
      }
      return Part(step: step, reads: model.operations[number].inputs.map { places[$0] }, writes: output)
    }
    work = model.operations.reduce(0) { sum, operation in
      let kernel = operation.kernel
      let taps = kernel.map { $0.codes.count / $0.bias.count } ?? 1
      return sum + operation.count * max(taps, 16)
    }
  }

  /// The number of threads that so many examples are worth: one for every 2^23 multiply-adds, which take far
  /// longer than waking it.
  func shards(of examples: Int, most: Int) -> Int {
    max(1, min(most, examples, (examples * work) >> 23))
  }

  /// For each operation, the max pooling computed along with it, if there is one.
  ///
  /// A larger sum never becomes a smaller code, so the largest of four codes is that of the largest sum, and
  /// three need not be made. The window must be 2 × 2, without padding, and nothing else may read the convolution.
  private static func fusedPools(_ model: IntegerModel) -> [Int?] {
    var readers = [Int](repeating: 0, count: model.operations.count)
    for number in model.operations.flatMap(\.inputs) + model.outputs { readers[number] += 1 }
    var pools = [Int?](repeating: nil, count: model.operations.count)
    for (number, operation) in model.operations.enumerated() {
      guard case .maxPooling(let window) = operation.kind, window == Self.fusedWindow else { continue }
      let source = operation.inputs[0]
      if case .convolution = model.operations[source].kind, readers[source] == 1 { pools[source] = number }
    }
    return pools
  }

  private static let fusedWindow = Window(size: (2, 2), strides: (2, 2))

  private static func step(
    for number: Int, pool: Int?, in model: IntegerModel, workers: Int
  ) -> (any IntegerStep)? {
    switch model.operations[number].kind {
    case .input, .reshape: nil
    case .convolution(let kernel, let window):
      FastConvolution(number, in: model, kernel: kernel, window: window, pool: pool, workers: workers)
    case .dense(let kernel): FastDense(number, in: model, kernel: kernel, workers: workers)
    case .depthwiseConvolution(let kernel, let window) where kernel.shape[3] == 1:
      FastDepthwise(number, in: model, kernel: kernel, window: window)
    case .maxPooling(let window): FastMaxPooling(number, in: model, window: window)
    default: ReferencePath.step(for: number, in: model)
    }
  }
}

/// A step that works in memory of its own, `CodeMemory.scratch`.
protocol ScratchStep: IntegerStep {
  /// How much of it.
  func scratchBytes(examples: Int) -> Int
}
