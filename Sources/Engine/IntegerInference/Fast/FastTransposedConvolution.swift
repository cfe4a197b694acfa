import CKernels
import FixedPoint

/// A transposed convolution: the loops of ``FastConvolution`` for one phase of the output after another.
///
/// The output rows of equal remainder by the stride read the same rows of the kernel, and neighbours among them read
/// neighbouring input rows; so do columns. The pixels of such a phase are a convolution without strides of the input,
/// by the rows and columns of the kernel that they read, in reverse order. Its codes are then put in their places.
struct FastTransposedConvolution: ScratchStep {
  /// The output pixels of one remainder of rows and columns.
  private struct Phase {
    let first: (row: Int, column: Int)
    let size: (height: Int, width: Int)
    let kernel: PackedKernel
  }

  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let strides: (vertical: Int, horizontal: Int)
  private let phases: [Phase]

  /// The most phases, for each of which a kernel is packed; the reference computes more.
  private static let mostPhases = 16

  /// Prepares the operation at this index; nil if its strides are so large that it does not pay.
  init?(
    _ index: Int, in model: IntegerModel, table: KernelTable, kernel: IntegerKernel, window: Window,
    workers: Int
  ) {
    guard window.verticalStride * window.horizontalStride <= Self.mostPhases else { return nil }
    (input, output) = (model.operations[index].inputs[0], index)
    let extents = ImageExtents(index, in: model)
    (self.extents, strides) = (extents, (window.verticalStride, window.horizontalStride))
    let rows = Axis.phases(
      size: window.height, stride: window.verticalStride, padding: window.padding.top,
      of: extents.output.height)
    let columns = Axis.phases(
      size: window.width, stride: window.horizontalStride, padding: window.padding.left,
      of: extents.output.width)
    phases = rows.flatMap { row in
      columns.map { column in
        let windows = qat_windows(
          height: extents.input.height, width: extents.input.width, channels: extents.input.channels,
          out_height: row.count, out_width: column.count, window_height: row.taps.count,
          window_width: column.taps.count, stride_height: 1, stride_width: 1, pad_top: row.padding,
          pad_left: column.padding)
        return Phase(
          first: (row.first, column.first), size: (row.count, column.count),
          kernel: PackedKernel(
            index, in: model, table: table, kernel: kernel.taking(row.taps, column.taps), windows: windows,
            pool: 1, workers: workers))
      }
    }
  }

  private var resultBytes: Int {
    CodeMemory.wholeLines(extents.outputCount)
  }

  func scratchBytes(examples: Int) -> Int {
    resultBytes + (phases.map { $0.kernel.scratchBytes(of: $0.kernel.windows) }.max() ?? 0)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let result = memory.scratch.assumingMemoryBound(to: Int8.self)
    let scratch = memory.scratch + resultBytes
    let filters = extents.output.channels
    for example in 0..<examples {
      let codes = memory[output] + example * extents.outputCount
      for phase in phases {
        phase.kernel.run(
          memory[input] + example * extents.inputCount, phase.kernel.windows, scratch, into: result)
        var pixel = result
        for row in 0..<phase.size.height {
          let line = (phase.first.row + row * strides.vertical) * extents.output.width + phase.first.column
          for column in 0..<phase.size.width {
            (codes + (line + column * strides.horizontal) * filters).update(from: pixel, count: filters)
            pixel += filters
          }
        }
      }
    }
  }

  /// A phase along one axis.
  private struct Axis {
    /// The first output pixel, and the number of them, a stride apart.
    let first: Int
    let count: Int
    /// The rows or columns of the kernel that they read, in the order of the input; nil reads weights of 0.
    let taps: [Int?]
    /// The places before the image at which the first window begins.
    let padding: Int

    /// The phases of an axis that have output pixels.
    static func phases(size: Int, stride: Int, padding: Int, of extent: Int) -> [Axis] {
      (0..<min(stride, extent)).map { first in
        let (base, remainder) = (first + padding).quotientAndRemainder(dividingBy: stride)
        // The first output pixel reads input pixel `base` by the weight `remainder`, and those before it by the
        // weights a stride further on.
        let real = size > remainder ? (size - remainder + stride - 1) / stride : 0
        let count = max(real, base + 1)
        let taps = (0..<count).reversed().map { $0 < real ? remainder + $0 * stride : nil }
        return Axis(
          first: first, count: (extent - first + stride - 1) / stride, taps: taps, padding: count - 1 - base)
      }
    }
  }
}

extension IntegerKernel {
  /// The kernel of the given rows and columns of this kernel; nil stands for weights of 0.
  fileprivate func taking(_ rows: [Int?], _ columns: [Int?]) -> IntegerKernel {
    let pixel = shape[2] * shape[3]
    let zeros = [Int8](repeating: 0, count: pixel)
    let weights = rows.flatMap { row in
      columns.flatMap { column -> [Int8] in
        guard let row, let column else { return zeros }
        let begin = (row * shape[1] + column) * pixel
        return Array(intWeights[begin..<(begin + pixel)])
      }
    }
    return IntegerKernel(
      shape: [rows.count, columns.count, shape[2], shape[3]], intWeights: weights, bitWidth: bitWidth,
      scales: scales, bias32: bias32, activationRange: activationRange)
  }
}
