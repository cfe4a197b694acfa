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

  /// All elements that share a place once `axes` are gone, through `function`; `axes` counted from the front.
  func reduced(_ axes: [Int], keeping: Bool, _ function: ([Double]) -> Double) -> Reference {
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
    let places = Reference(groups.indices.map(Double.init), kept)
    for flat in values.indices {
      let place = Self.index(flat, in: shape).enumerated().map { axes.contains($0.offset) ? 0 : $0.element }
      groups[Int(places[place])].append(values[flat])
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
