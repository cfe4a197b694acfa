import Support
import Tensors

/// An array of doubles with a shape: what the tests' own, plain implementations compute with.
struct Reference {
  var values: [Double]
  let shape: [Int]

  init(_ values: [Double], _ shape: [Int]) {
    (self.values, self.shape) = (values, shape)
  }

  init(_ tensor: Tensor) {
    self.init(tensor.values.map(Double.init), tensor.shape)
  }

  /// Filled by a function of the index in each dimension.
  init(shape: [Int], _ element: ([Int]) -> Double) {
    let count = shape.reduce(1, *)
    values = (0..<count).map { element(Self.index($0, in: shape)) }
    self.shape = shape
  }

  static func index(_ flat: Int, in shape: [Int]) -> [Int] {
    var (rest, index) = (flat, shape)
    for axis in shape.indices.reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return index
  }

  subscript(_ index: [Int]) -> Double {
    get { values[flat(index)] }
    set { values[flat(index)] = newValue }
  }

  private func flat(_ index: [Int]) -> Int {
    var (flat, axis) = (0, 0)
    while axis < shape.count {
      flat = flat * shape[axis] + index[axis]
      axis += 1
    }
    return flat
  }

  func map(_ function: (Double) -> Double) -> Reference { Reference(values.map(function), shape) }

  /// Two operands, each repeated where its extent is 1 or missing.
  func combined(_ other: Reference, _ function: (Double, Double) -> Double) -> Reference {
    let rank = max(shape.count, other.shape.count)
    func aligned(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: rank - shape.count) + shape }
    let (left, right) = (Reference(values, aligned(shape)), Reference(other.values, aligned(other.shape)))
    return Reference(shape: zip(left.shape, right.shape).map(max)) { index in
      function(
        left[zip(index, left.shape).map { $1 == 1 ? 0 : $0 }],
        right[zip(index, right.shape).map { $1 == 1 ? 0 : $0 }])
    }
  }

  /// `function` of each group of elements that differ only along `axes`, which are counted from the front.
  func reduced(_ axes: [Int], keeping: Bool, _ function: ([Double]) -> Double) -> Reference {
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
    let groupIndices = Reference(groups.indices.map(Double.init), kept)
    for flat in values.indices {
      let index = Self.index(flat, in: shape).enumerated().map { axes.contains($0.offset) ? 0 : $0.element }
      groups[Int(groupIndices[index])].append(values[flat])
    }
    let final = keeping ? kept : shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
    return Reference(groups.map(function), final)
  }

  func transposed() -> Reference { Reference(shape: [shape[1], shape[0]]) { self[[$0[1], $0[0]]] } }

  func matmul(_ other: Reference) -> Reference {
    Reference(shape: [shape[0], other.shape[1]]) { index in
      (0..<shape[1]).reduce(0) { $0 + self[[index[0], $1]] * other[[$1, index[1]]] }
    }
  }
}

/// Plain loops over NHWC images, in double precision.
extension Reference {
  /// The first pixel of each window along one direction; it may be negative, in the padding.
  private static func windowStarts(
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
    _ size: Size2D, _ strides: Size2D, _ padding: Padding, _ function: ([Double]) -> Double
  ) -> Reference {
    let rows = Self.windowStarts(shape[1], size.height, strides.height, padding)
    let columns = Self.windowStarts(shape[2], size.width, strides.width, padding)
    return Reference(shape: [shape[0], rows.count, columns.count, shape[3]]) { index in
      var inside: [Double] = []
      for y in rows[index[1]]..<rows[index[1]] + size.height where y >= 0 && y < shape[1] {
        for x in columns[index[2]]..<columns[index[2]] + size.width where x >= 0 && x < shape[2] {
          inside.append(self[[index[0], y, x, index[3]]])
        }
      }
      return function(inside)
    }
  }

  /// A convolution; with `depthwise`, kernel [h, w, channels, multiplier] on each channel by itself.
  func convolved(
    _ kernel: Reference, _ bias: Reference?, _ strides: Size2D, _ padding: Padding, depthwise: Bool
  ) -> Reference {
    let rows = Self.windowStarts(shape[1], kernel.shape[0], strides.height, padding)
    let columns = Self.windowStarts(shape[2], kernel.shape[1], strides.width, padding)
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
