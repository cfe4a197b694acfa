import CKernels
import FixedPoint
import Support

/// The steps by which the fast path runs a model: some operations are fused, and reshapes need no step.
struct FastProgram {
  /// A step, with the operations whose codes it reads and writes.
  struct Part {
    let step: any IntegerStep
    let reads: [Int]
    let writes: Int

    /// Where the step may write over codes that it reads; nil if nowhere.
    ///
    /// Of several examples each may only stand where that example was.
    func inPlace(examples: Int) -> InPlace? {
      guard let place = (step as? any InPlaceStep)?.inPlace else { return nil }
      if case .behind(let kept) = place, examples > 1 { return kept == 0 ? .sameCodes : nil }
      return place
    }

    /// The bytes of working memory of the step.
    func scratchBytes(examples: Int) -> Int {
      (step as? any ScratchStep)?.scratchBytes(examples: examples) ?? 0
    }
  }

  /// The steps in their order.
  let parts: [Part]
  /// For each operation, the index of the operation whose memory holds its codes: a reshape shares its
  /// input's memory.
  let storage: [Int]
  private let table: KernelTable
  /// The approximate cost of an example, in multiply-adds by vectors.
  private let work: Int

  /// Prepares the operations for the kernels of an instruction set, and for batches of up to `maximumBatch` examples; a
  /// large operation may use up to `workers` threads.
  init(_ model: IntegerModel, maximumBatch: Int, workers: Int, instructions: InstructionSet) {
    guard let table = instructions.table else {
      stop("IntegerSession: expected instructions of this processor, got \(instructions)")
    }
    self.table = table
    var storage = Array(model.operations.indices)
    for (index, operation) in model.operations.enumerated() {
      if case .reshape = operation.kind { storage[index] = storage[operation.inputs[0]] }
    }
    self.storage = storage
    let pools = Self.fusedPools(model)
    let fused = Set(pools.compactMap(\.self))
    parts = model.operations.indices.compactMap { index in
      if fused.contains(index) { return nil }
      let output = pools[index] ?? index
      let step = Self.step(
        for: index, pool: pools[index], in: model, maximumBatch: maximumBatch, table: table, workers: workers)
      guard let step else { return nil }
      return Part(step: step, reads: model.operations[index].inputs.map { storage[$0] }, writes: output)
    }
    work = model.operations.reduce(0) { sum, operation in
      let kernel = operation.kernel
      let taps = kernel.map { $0.intWeights.count / $0.bias32.count } ?? 1
      return sum + operation.count * max(taps / qat_integer_tile_speed(table), 16)
    }
  }

  /// Gives back what the steps keep of the processor, on the thread that ran them.
  func release() { qat_integer_release(table) }

  /// The number of threads for `examples` examples: one per 2^20 multiply-adds by vectors, which take longer than
  /// handing them to a thread; of one that sleeps, the others take its share before it wakes.
  func shards(of examples: Int, most: Int) -> Int {
    max(1, min(most, examples, (examples * work) >> 20))
  }

  /// For each operation, the index of the max pooling that is fused with it, if there is one.
  ///
  /// Requantization is monotone, so the largest of four codes is the code of the largest sum, and only one
  /// code is computed. The window must be 2 × 2, without padding, and nothing else may read the convolution.
  private static func fusedPools(_ model: IntegerModel) -> [Int?] {
    var readers = [Int](repeating: 0, count: model.operations.count)
    for index in model.operations.flatMap(\.inputs) + model.outputs { readers[index] += 1 }
    var pools = [Int?](repeating: nil, count: model.operations.count)
    for (index, operation) in model.operations.enumerated() {
      guard case .maxPooling(let window) = operation.kind, window == Self.fusedWindow else { continue }
      let source = operation.inputs[0]
      guard case .convolution(let kernel, let window) = model.operations[source].kind, readers[source] == 1,
        kernel.groups(of: model.operations[model.operations[source].inputs[0]]) == 1,
        IntegerKernel.paysFilling(window)
      else { continue }
      pools[source] = index
    }
    return pools
  }

  private static let fusedWindow = Window(size: (2, 2), strides: (2, 2))

  private static func step(
    for index: Int, pool: Int?, in model: IntegerModel, maximumBatch: Int, table: KernelTable, workers: Int
  ) -> (any IntegerStep)? {
    switch model.operations[index].kind {
    case .input, .reshape: nil
    case .convolution(let kernel, let window):
      convolution(
        index, kernel.undilated(window), pool: pool, in: model, table: table, workers: workers)
    case .dense(let kernel):
      FastDense(
        index, in: model, maximumBatch: maximumBatch, table: table, kernel: kernel, workers: workers)
    case .depthwiseConvolution(let kernel, let window):
      depthwise(index, kernel.undilated(window), in: model, table: table, workers: workers)
    case .transposedConvolution(let kernel, let window, _):
      FastTransposedConvolution(
        index, in: model, table: table, kernel: kernel, window: window, workers: workers)
        ?? ReferencePath.step(for: index, in: model)
    case .maxPooling(let window): FastMaxPooling(index, in: model, table: table, window: window)
    case .averagePooling, .globalAveragePooling:
      FastMeans(index, in: model, table: table) ?? ReferencePath.step(for: index, in: model)
    case .add, .subtract, .multiply:
      FastPairs(index, in: model, table: table) ?? ReferencePath.step(for: index, in: model)
    case .hardSwish, .leakyReLU, .sigmoid, .tanh, .requantization:
      FastTable(index, in: model)
    case .softmax where model.arithmetic == .tflite: FastSoftmax(index, in: model)
    default: ReferencePath.step(for: index, in: model)
    }
  }

  /// The step of a depthwise convolution with its undilated kernel and window; without them the reference's.
  ///
  /// The filters of an only channel are those of a convolution.
  private static func depthwise(
    _ index: Int, _ undilated: (kernel: IntegerKernel, window: Window)?, in model: IntegerModel,
    table: KernelTable, workers: Int
  ) -> (any IntegerStep)? {
    guard let (kernel, window) = undilated else { return ReferencePath.step(for: index, in: model) }
    guard kernel.shape[2] == 1, kernel.shape[3] > 1 else {
      return FastDepthwise(
        index, in: model, table: table, kernel: kernel, window: window, workers: workers)
    }
    return FastConvolution(
      index, in: model, table: table, kernel: kernel, window: window, pool: nil, workers: workers)
  }

  /// The step of a convolution with its undilated kernel and window; without them the reference's.
  private static func convolution(
    _ index: Int, _ undilated: (kernel: IntegerKernel, window: Window)?, pool: Int?, in model: IntegerModel,
    table: KernelTable, workers: Int
  ) -> (any IntegerStep)? {
    guard let (kernel, window) = undilated else { return ReferencePath.step(for: index, in: model) }
    let groups = kernel.groups(of: model.operations[model.operations[index].inputs[0]])
    if groups == 1 {
      return FastConvolution(
        index, in: model, table: table, kernel: kernel, window: window, pool: pool, workers: workers)
    }
    if groups == kernel.shape[3], kernel.shape[2] == 1 {  // a filter for each channel
      return FastDepthwise(
        index, in: model, table: table, kernel: kernel, window: window, workers: workers)
    }
    return FastGroupedConvolution(
      index, in: model, table: table, kernel: kernel, window: window, workers: workers)
  }
}

/// A step that needs working memory, ``CodeMemory/scratch``.
protocol ScratchStep: IntegerStep {
  /// The bytes of working memory for a number of examples.
  func scratchBytes(examples: Int) -> Int
}

/// A step that may write over the codes that it reads, if nothing else reads them later.
protocol InPlaceStep: IntegerStep {
  var inPlace: InPlace? { get }
}

/// Where a step may write.
enum InPlace {
  /// Anywhere behind so many bytes at the beginning of its only operand, and before the operand if these are none: it has
  /// read the whole example then.
  case behind(Int)
  /// Over an operand with as many codes, each code over the one with its index.
  case sameCodes
}
