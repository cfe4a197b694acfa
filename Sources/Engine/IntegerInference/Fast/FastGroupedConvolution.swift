import CKernels
import FixedPoint

/// A grouped convolution: the loops of ``FastConvolution`` for one group after another.
///
/// The channels of a group are gathered in an image of their own, since the loops read the channels of a pixel
/// without gaps, and the group's codes are scattered to their places afterwards.
struct FastGroupedConvolution: ScratchStep {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  /// The channels and the filters of one group.
  private let (channels, filters): (Int, Int)
  private let kernels: [PackedKernel]

  /// Prepares the operation at this index, whose kernel is not dilated and has fewer channels than its input.
  init(
    _ index: Int, in model: IntegerModel, table: KernelTable, kernel: IntegerKernel, window: Window,
    workers: Int
  ) {
    (input, output) = (model.operations[index].inputs[0], index)
    let extents = ImageExtents(index, in: model)
    self.extents = extents
    let groups = kernel.groups(of: model.operations[input])
    channels = kernel.shape[2]
    filters = kernel.shape[3] / groups
    kernels = (0..<groups).map { group in
      let kernel = kernel.group(group, of: groups)
      var windows = qat_windows(extents, window)
      windows.channels = kernel.shape[2]
      return PackedKernel(
        index, in: model, table: table, kernel: kernel, windows: windows, pool: 1, workers: workers)
    }
  }

  private var gatheredBytes: Int {
    CodeMemory.wholeLines(extents.input.height * extents.input.width * channels)
  }

  private var resultBytes: Int {
    CodeMemory.wholeLines(extents.output.height * extents.output.width * filters)
  }

  func scratchBytes(examples: Int) -> Int {
    gatheredBytes + resultBytes + kernels[0].scratchBytes(of: kernels[0].windows)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let gathered = memory.scratch.assumingMemoryBound(to: Int8.self)
    let result = gathered + gatheredBytes
    let scratch = UnsafeMutableRawPointer(result + resultBytes)
    for example in 0..<examples {
      let image = memory[input] + example * extents.inputCount
      let codes = memory[output] + example * extents.outputCount
      for group in kernels.indices {
        for pixel in 0..<(extents.input.height * extents.input.width) {
          (gathered + pixel * channels).update(
            from: image + pixel * extents.input.channels + group * channels, count: channels)
        }
        kernels[group].run(gathered, kernels[group].windows, scratch, into: result)
        for pixel in 0..<(extents.output.height * extents.output.width) {
          (codes + pixel * extents.output.channels + group * filters).update(
            from: result + pixel * filters, count: filters)
        }
      }
    }
  }
}

extension IntegerKernel {
  /// The kernel of one group of a grouped convolution.
  fileprivate func group(_ group: Int, of groups: Int) -> IntegerKernel {
    let (all, own) = (shape[3], shape[3] / groups)
    let filters = (group * own)..<((group + 1) * own)
    return IntegerKernel(
      shape: [shape[0], shape[1], shape[2], own],
      intWeights: stride(from: 0, to: intWeights.count, by: all).flatMap { row in
        intWeights[(row + filters.lowerBound)..<(row + filters.upperBound)]
      },
      bitWidth: bitWidth, scales: scales.count == 1 ? scales : Array(scales[filters]),
      bias32: Array(bias32[filters]), activationRange: activationRange)
  }

  /// The most weights that the gaps of a dilated kernel may be filled to, for each of its weights.
  ///
  /// The fast loops multiply 50 to 120 weights while the reference multiplies one, those for older processors fewer.
  private static let mostFilling = 36

  /// Whether the gaps of a dilated kernel are so narrow that filling them pays.
  static func paysFilling(_ window: Window) -> Bool {
    window.dilatedHeight * window.dilatedWidth <= mostFilling * window.height * window.width
  }

  /// The kernel and window of the same convolution without dilation: its gaps are filled with weights of 0.
  ///
  /// They are nil if that does not pay.
  func undilated(_ window: Window) -> (kernel: IntegerKernel, window: Window)? {
    guard window.isDilated else { return (self, window) }
    guard Self.paysFilling(window) else { return nil }
    let (height, width) = (window.dilatedHeight, window.dilatedWidth)
    let row = shape[2] * shape[3]
    var filled = [Int8](repeating: 0, count: height * width * row)
    for tap in 0..<(window.height * window.width) {
      let place =
        tap / window.width * window.verticalDilation * width + tap % window.width * window.horizontalDilation
      filled.replaceSubrange(
        (place * row)..<((place + 1) * row), with: intWeights[(tap * row)..<((tap + 1) * row)])
    }
    return (
      IntegerKernel(
        shape: [height, width, shape[2], shape[3]], intWeights: filled, bitWidth: bitWidth, scales: scales,
        bias32: bias32, activationRange: activationRange),
      Window(
        size: (height, width), strides: (window.verticalStride, window.horizontalStride),
        padding: window.padding)
    )
  }
}
