import CKernels
import FixedPoint

/// The means of codes under windows or over an image, in C.
final class FastMeans: IntegerStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private var means = qat_means()
  /// 16 equal multipliers, in two columns.
  private let columns: UnsafeMutableRawPointer

  private static let columnBytes = 16 * MemoryLayout<Double>.size

  /// Prepares the operation at this index, with the numbers of its readable twin; nil if it is no mean.
  init?(_ index: Int, in model: IntegerModel, table: KernelTable) {
    columns = .allocate(byteCount: 2 * Self.columnBytes, alignment: CodeMemory.line)
    let operation = model.operations[index]
    (input, output) = (operation.inputs[0], index)
    let source = model.operations[input]
    counts = (source.count, operation.count)
    means.kernels = table
    means.requantization.zero_point = operation.grid.zeroPoint
    means.requantization.lowest = operation.grid.quantizedRange.lowerBound
    means.requantization.highest = operation.grid.quantizedRange.upperBound
    switch (operation.kind, model.arithmetic) {
    case (.averagePooling(let window), .onnxRuntime)
    where FloatWindowPooling.takesWholeImage(window, index, in: model):
      prepareRequantized(index, in: model)
    case (.averagePooling(let window), let arithmetic):
      means.windows = qat_windows(ImageExtents(index, in: model), window)
      means.form = arithmetic == .onnxRuntime ? qat_mean_of_numbers : qat_mean_of_codes
      means.input_zero_point = source.grid.zeroPoint
      (means.input_scale, means.scale) = (source.grid.scale, operation.grid.scale)
    case (.globalAveragePooling, .xnnpack):
      let twin = FloatAveragePooling(index, in: model)
      (means.windows, means.form) = (Self.wholeImage(source.count, operation.count), qat_mean_scaled)
      (means.input_scale, means.offset) = (twin.multiplier, twin.offset)
    case (.globalAveragePooling, _): prepareRequantized(index, in: model)
    default: return nil
    }
  }

  /// Prepares a mean over the whole image that becomes a code by a requantizer.
  private func prepareRequantized(_ index: Int, in model: IntegerModel) {
    let twin = ReferenceGlobalAveragePooling(index, in: model)
    means.windows = Self.wholeImage(counts.input, counts.output)
    means.form = qat_mean_requantized
    means.input_zero_point = twin.inputZeroPoint
    means.requantization = qat_requantization(
      twin.requantizer.repeated(16), padded: 16, at: columns, columns + Self.columnBytes)
  }

  deinit { columns.deallocate() }

  /// One window over all pixels of an image with so many codes and channels.
  private static func wholeImage(_ codes: Int, _ channels: Int) -> qat_windows {
    let pixels = codes / channels
    return qat_windows(
      height: 1, width: pixels, channels: channels, out_height: 1, out_width: 1, window_height: 1,
      window_width: pixels, stride_height: 1, stride_width: 1, pad_top: 0, pad_left: 0)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    var means = means
    for example in 0..<examples {
      qat_integer_means(
        &means, memory[input] + example * counts.input, memory[output] + example * counts.output)
    }
  }
}
