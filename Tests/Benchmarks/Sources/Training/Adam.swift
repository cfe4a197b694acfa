import Layers
import Tensors

/// Adam as Keras computes it, with the epsilon outside the root.
///
/// Source: Kingma and Ba, 2015, algorithm 1 (arXiv:1412.6980).
struct Adam {
  private let rate: Float = 1e-3
  private let epsilon: Float = 1e-7
  private var step = 0
  private var first: [[Float]]
  private var second: [[Float]]

  init(_ weights: [Variable]) {
    first = weights.map { [Float](repeating: 0, count: $0.value.count) }
    second = first
  }

  mutating func update(_ weights: [Variable], _ gradients: [Tensor]) {
    step += 1
    var (firstPower, secondPower): (Float, Float) = (1, 1)
    for _ in 0..<step { (firstPower, secondPower) = (firstPower * 0.9, secondPower * 0.999) }
    let scaled = rate * (1 - secondPower).squareRoot() / (1 - firstPower)
    for (index, weight) in weights.enumerated() {
      let count = weight.value.count
      let values = [Float](unsafeUninitializedCapacity: count) { values, initialized in
        weight.value.withUnsafeBufferPointer { old in
          gradients[index].withUnsafeBufferPointer { gradient in
            first[index].withUnsafeMutableBufferPointer { m in
              second[index].withUnsafeMutableBufferPointer { v in
                for place in 0..<count {
                  let g = gradient[place]
                  m[place] += (g - m[place]) * 0.1
                  v[place] += (g * g - v[place]) * 0.001
                  values[place] = old[place] - scaled * m[place] / (v[place].squareRoot() + epsilon)
                }
              }
            }
          }
        }
        initialized = count
      }
      weight.value = Tensor(values, shape: weight.shape)
    }
  }
}
