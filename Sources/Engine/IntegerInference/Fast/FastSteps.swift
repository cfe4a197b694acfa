import CKernels
import FixedPoint

/// A convolution in C, with a fused max pooling of 2 × 2 if one follows it.
struct FastConvolution: ScratchStep, InPlaceStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let kernel: PackedKernel

  /// Prepares the operation at this index; `pool` is the index of its fused pooling.
  init(
    _ index: Int, in model: IntegerModel, table: KernelTable, kernel: IntegerKernel, window: Window,
    pool: Int?, workers: Int
  ) {
    (input, output) = (model.operations[index].inputs[0], pool ?? index)
    counts = (model.operations[input].count, model.operations[output].count)
    let extents = ImageExtents(index, in: model)
    self.kernel = PackedKernel(
      index, in: model, table: table, kernel: kernel, windows: qat_windows(extents, window),
      pool: pool == nil ? 1 : 2, workers: workers)
  }

  var inPlace: InPlace? { kernel.inPlace(kernel.windows) }

  func scratchBytes(examples: Int) -> Int { kernel.scratchBytes(of: kernel.windows) }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      kernel.run(
        memory[input] + example * counts.input, kernel.windows, memory.scratch,
        into: memory[output] + example * counts.output)
    }
  }
}

extension qat_windows {
  /// Creates the windows of an operation on images.
  init(_ extents: ImageExtents, _ window: Window) {
    self.init(
      height: extents.input.height, width: extents.input.width, channels: extents.input.channels,
      out_height: extents.output.height, out_width: extents.output.width, window_height: window.height,
      window_width: window.width, stride_height: window.verticalStride, stride_width: window.horizontalStride,
      pad_top: window.padding.top, pad_left: window.padding.left)
  }
}

/// A dense layer by the loops of ``FastConvolution``.
///
/// Its rows of inputs are the pixels of an image one pixel high; many of them share each load of the kernel.
struct FastDense: ScratchStep, InPlaceStep {
  private let input: Int
  private let output: Int
  private let rows: Int
  private let (inputs, units): (Int, Int)
  private let kernel: PackedKernel

  /// The number of rows multiplied at a time.
  private static let mostRows = 56

  /// Prepares the operation at this index for up to `maximumBatch` examples.
  init(
    _ index: Int, in model: IntegerModel, maximumBatch: Int, table: KernelTable, kernel: IntegerKernel,
    workers: Int
  ) {
    let operation = model.operations[index]
    (input, output) = (operation.inputs[0], index)
    (inputs, units) = (kernel.shape[0], kernel.shape[1])
    rows = operation.count / units
    let table =
      rows * maximumBatch > 1
      ? table : qat_integer_kernels_of_pixel(table, kernel.intWeights, kernel.intWeights.count) ?? table
    self.kernel = PackedKernel(
      index, in: model, table: table, kernel: kernel, windows: Self.windows(rows: 1, inputs: inputs), pool: 1,
      workers: workers)
  }

  var inPlace: InPlace? {
    rows <= Self.mostRows ? kernel.inPlace(Self.windows(rows: rows, inputs: inputs)) : nil
  }

  func scratchBytes(examples: Int) -> Int {
    kernel.scratchBytes(of: Self.windows(rows: min(examples * rows, Self.mostRows), inputs: inputs))
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for first in stride(from: 0, to: examples * rows, by: Self.mostRows) {
      let count = min(Self.mostRows, examples * rows - first)
      kernel.run(
        memory[input] + first * inputs, Self.windows(rows: count, inputs: inputs), memory.scratch,
        into: memory[output] + first * units)
    }
  }

  private static func windows(rows: Int, inputs: Int) -> qat_windows {
    qat_windows(
      height: 1, width: rows, channels: inputs, out_height: 1, out_width: rows, window_height: 1,
      window_width: 1, stride_height: 1, stride_width: 1, pad_top: 0, pad_left: 0)
  }
}

/// A depthwise convolution, 16 channels at a time.
///
/// With several filters per channel, the channels of the image are repeated first, so that each filter has one of its
/// own.
final class FastDepthwise: ScratchStep, InPlaceStep {
  /// The filters per channel.
  private let multiplier: Int
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let product: qat_integer_product
  private let block: KernelBlock
  private let workers: Int

  /// Prepares the operation at this index; up to `workers` threads share the channels of an image.
  init(
    _ index: Int, in model: IntegerModel, table: KernelTable, kernel: IntegerKernel, window: Window,
    workers: Int
  ) {
    self.workers = workers
    (input, output) = (model.operations[index].inputs[0], index)
    counts = (model.operations[input].count, model.operations[output].count)
    multiplier = model.operations[index].shape[2] / model.operations[input].shape[2]
    var windows = qat_windows(ImageExtents(index, in: model), window)
    windows.channels *= multiplier
    block = KernelBlock(
      weightBytes: qat_integer_depthwise_packed_bytes(table, windows), filters: kernel.bias32.count,
      Requantizer(index, in: model, kernel: kernel))
    var product = block.product(
      table: table, windows, pool: 1, inputZeroPoint: model.operations[input].grid.zeroPoint)
    qat_integer_pack_depthwise(&product, kernel.intWeights, kernel.bias32, block.weights, block.bias)
    self.product = product
  }

  var inPlace: InPlace? {
    if multiplier > 1 { return .behind(0) }  // it reads a copy
    var product = product
    return qat_integer_depthwise_works_in_place(&product) ? .sameCodes : nil
  }

  private var loopBytes: Int {
    var product = product
    return CodeMemory.wholeLines(qat_integer_depthwise_bytes(&product, workers))
  }

  func scratchBytes(examples: Int) -> Int { loopBytes + (multiplier == 1 ? 0 : counts.input * multiplier) }

  func run(_ memory: CodeMemory, examples: Int) {
    var product = product
    let repeated = (memory.scratch + loopBytes).assumingMemoryBound(to: Int8.self)
    for example in 0..<examples {
      var image = memory[input] + example * counts.input
      if multiplier > 1 {
        qat_repeat_codes(image, counts.input, multiplier, repeated)
        image = repeated
      }
      qat_integer_depthwise(
        &product, image, workers, memory.scratch, memory[output] + example * counts.output)
    }
  }
}

/// A max pooling that is not fused with the convolution before it.
struct FastMaxPooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let windows: qat_windows
  private let table: KernelTable

  /// Prepares the operation at this index.
  init(_ index: Int, in model: IntegerModel, table: KernelTable, window: Window) {
    self.table = table
    (input, output) = (model.operations[index].inputs[0], index)
    counts = (model.operations[input].count, model.operations[output].count)
    windows = qat_windows(ImageExtents(index, in: model), window)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      qat_integer_max_pool(
        table, windows, memory[input] + example * counts.input, memory[output] + example * counts.output)
    }
  }
}
