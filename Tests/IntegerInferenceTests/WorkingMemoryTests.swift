import CKernels
import IntegerInference
import Testing

/// Products stay within the working memory that they ask for.
@Suite struct WorkingMemoryTests {
  private struct Shape {
    let height, width, channels: Int
    var window = 3
    var stride = 1
    var top = 1
    var pool = 1

    /// The windows of an image that is padded alike on all sides.
    var windows: qat_windows {
      qat_windows(
        height: height, width: width, channels: channels, out_height: outputs(height),
        out_width: outputs(width), window_height: window, window_width: window, stride_height: stride,
        stride_width: stride, pad_top: top, pad_left: top)
    }

    private func outputs(_ extent: Int) -> Int { (extent + 2 * top - window) / stride + 1 }
  }

  /// Pooled rows of an odd number, of which the last is left out; several bands; strips; single pixels.
  private static let shapes = [
    Shape(height: 5, width: 5, channels: 1024, pool: 2),
    Shape(height: 13, width: 13, channels: 512, stride: 2, pool: 2),
    Shape(height: 41, width: 37, channels: 24, pool: 2), Shape(height: 40, width: 40, channels: 40),
    Shape(height: 40, width: 33, channels: 17, window: 5, stride: 3, top: 2),
    Shape(height: 50, width: 50, channels: 20, window: 1, stride: 1, top: 0),
    Shape(height: 1, width: 1, channels: 700, window: 1, stride: 1, top: 0),
    Shape(height: 1, width: 50, channels: 30, window: 1, stride: 1, top: 0),
    Shape(height: 3, width: 3, channels: 300, window: 3, stride: 1, top: 0),
  ]

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func `no product writes beyond it`(_ instructions: InstructionSet) throws {
    let table = try #require(instructions.table)
    let filters = 16
    for shape in Self.shapes {
      let windows = shape.windows
      let kernel = [Int8](
        repeating: 1, count: windows.window_height * windows.window_width * shape.channels * filters)
      let packed = try GuardedBytes(count: qat_integer_packed_bytes(table, windows, filters))
      let biases = [Int32](repeating: 0, count: filters)
      var corrected = biases
      let multipliers = [Float](repeating: 0.001, count: filters)
      try multipliers.withUnsafeBufferPointer { multipliers in
        try corrected.withUnsafeMutableBufferPointer { corrected in
          var requantization = qat_requantization()
          requantization.multipliers = multipliers.baseAddress
          (requantization.lowest, requantization.highest) = (-128, 127)
          var product = qat_integer_product(
            kernels: table, windows: windows, filters: filters, pool: shape.pool, input_zero_point: 0,
            packed: UnsafeRawPointer(packed.codes.baseAddress), bias: corrected.baseAddress,
            requantization: requantization)
          qat_integer_pack(&product, kernel, biases, packed.codes.baseAddress, corrected.baseAddress)
          let image = try GuardedBytes(count: shape.height * shape.width * shape.channels)
          let results = windows.out_height / shape.pool * (windows.out_width / shape.pool) * filters
          for workers in 1...3 {
            let padded = try GuardedBytes(count: qat_integer_padded_bytes(&product, workers))
            let sums = try GuardedBytes(count: qat_integer_sums_bytes(&product, workers))
            let result = try GuardedBytes([Int8](repeating: 99, count: results))
            sums.codes.withMemoryRebound(to: Int32.self) { sums in
              qat_integer_convolve(
                &product, image.codes.baseAddress, workers, padded.codes.baseAddress, sums.baseAddress,
                result.codes.baseAddress)
            }
            qat_integer_release(table)
            #expect(result.codes.allSatisfy { $0 == 0 }, "\(shape), workers: \(workers)")
          }
        }
      }
    }
  }
}
