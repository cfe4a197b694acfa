import Tensors

/// Plain loops over NHWC images, in double precision.
extension Reference {
  /// The place of a window: `start` may be negative, and outside the image is padding.
  private static func places(
    _ extent: Int, _ window: Int, _ stride: Int, _ padding: Padding
  ) -> [Int] {
    switch padding {
    case .valid: return Array(Swift.stride(from: 0, through: extent - window, by: stride))
    case .same:
      let count = (extent + stride - 1) / stride
      let before = max((count - 1) * stride + window - extent, 0) / 2
      return (0..<count).map { $0 * stride - before }
    }
  }

  /// Each window of each channel through `function`, which gets the values inside the image.
  func pooled(
    _ size: (Int, Int), _ strides: (Int, Int), _ padding: Padding, _ function: ([Double]) -> Double
  ) -> Reference {
    let rows = Self.places(shape[1], size.0, strides.0, padding)
    let columns = Self.places(shape[2], size.1, strides.1, padding)
    return Reference(shape: [shape[0], rows.count, columns.count, shape[3]]) { index in
      var inside: [Double] = []
      for y in rows[index[1]]..<rows[index[1]] + size.0 where y >= 0 && y < shape[1] {
        for x in columns[index[2]]..<columns[index[2]] + size.1 where x >= 0 && x < shape[2] {
          inside.append(self[[index[0], y, x, index[3]]])
        }
      }
      return function(inside)
    }
  }

  /// A convolution; with `depthwise`, kernel [h, w, channels, multiplier] on each channel by itself.
  func convolved(
    _ kernel: Reference, _ bias: Reference?, _ strides: (Int, Int), _ padding: Padding, depthwise: Bool
  ) -> Reference {
    let rows = Self.places(shape[1], kernel.shape[0], strides.0, padding)
    let columns = Self.places(shape[2], kernel.shape[1], strides.1, padding)
    let outputs = depthwise ? kernel.shape[2] * kernel.shape[3] : kernel.shape[3]
    return Reference(shape: [shape[0], rows.count, columns.count, outputs]) { index in
      let output = index[3]
      var total = bias?.values[output] ?? 0
      for i in 0..<kernel.shape[0] {
        for j in 0..<kernel.shape[1] {
          let (y, x) = (rows[index[1]] + i, columns[index[2]] + j)
          guard y >= 0, y < shape[1], x >= 0, x < shape[2] else { continue }
          if depthwise {
            let (channel, m) = output.quotientAndRemainder(dividingBy: kernel.shape[3])
            total += self[[index[0], y, x, channel]] * kernel[[i, j, channel, m]]
          } else {
            for channel in 0..<shape[3] {
              total += self[[index[0], y, x, channel]] * kernel[[i, j, channel, output]]
            }
          }
        }
      }
      return total
    }
  }
}
