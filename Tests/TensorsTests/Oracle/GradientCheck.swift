import Support
import Tensors
import Testing

/// The gap between 1 and the next float: one unit in the last place.
let ulp = Double(Float.ulpOfOne)

/// Checks an operation on every backend against a plain implementation in double precision.
///
/// Values must lie within `ulps` units in the last place of the largest magnitude, and the gradients of a
/// random weighting of the results within `ulps` of theirs, which are central differences of the reference:
/// with a step of 1e-5 those err by about 1e-10 of the third derivative. Of large inputs, 48 elements chosen
/// at random are compared.
func check(
  _ name: String, _ inputs: [Tensor], ulps: Double = 16, backends: [Backend] = [.portable, .standard],
  _ operation: ([Tensor]) -> Tensor, _ reference: ([Reference]) -> Reference,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let exact = inputs.map(Reference.init)
  let expected = reference(exact)
  var generator = SeededGenerator(seed: 7)
  let weights = Tensor.uniform(-1, 1, shape: expected.shape, using: &generator)
  let elements = inputs.map { generator.permutation($0.count).prefix(48) }
  let slopes = exact.indices.map { differences(exact, $0, elements[$0], weights, reference) }
  for backend in backends {
    let label = "\(name) of \(inputs.map(\.shape)) by \(backend.kernels)"
    let tracked = inputs.map { $0.on(backend).tracked() }
    let result = operation(tracked)
    #expect(result.shape == expected.shape, "\(label)", sourceLocation: sourceLocation)
    guard result.shape == expected.shape else { return }
    expectClose(result.values, expected.values, ulps, label, sourceLocation)
    let gradients = (result * weights.on(backend)).sum().gradients(of: tracked)
    for (index, gradient) in gradients.enumerated() {
      #expect(gradient.shape == inputs[index].shape, sourceLocation: sourceLocation)
      let values = gradient.values
      let chosen = elements[index].map { values[$0] }
      expectClose(chosen, slopes[index], ulps, "gradient \(index) of \(label)", sourceLocation)
    }
  }
}

/// Central differences of Σ weights × reference, for some elements of one input.
private func differences(
  _ inputs: [Reference], _ index: Int, _ elements: some Collection<Int>, _ weights: Tensor,
  _ reference: ([Reference]) -> Reference
) -> [Double] {
  let weights = weights.values.map(Double.init)
  func total(_ element: Int, _ step: Double) -> Double {
    var changed = inputs
    changed[index].values[element] += step
    return zip(reference(changed).values, weights).reduce(0) { $0 + $1.0 * $1.1 }
  }
  let step = 1e-5
  return elements.map { (total($0, step) - total($0, -step)) / (2 * step) }
}

/// Every value within `ulps` units in the last place of the largest expected magnitude.
func expectClose(
  _ values: [Float], _ expected: [Double], _ ulps: Double, _ label: String,
  _ sourceLocation: SourceLocation = #_sourceLocation
) {
  let scale = expected.reduce(0) { max($0, abs($1)) }
  let allowed = ulps * ulp * scale + 1e-9
  var (worst, worstIndex) = (0.0, 0)
  for (index, pair) in zip(values, expected).enumerated() {
    let distance = abs(Double(pair.0) - pair.1)
    if !(distance <= worst) { (worst, worstIndex) = (distance, index) }
  }
  #expect(
    values.count == expected.count && worst <= allowed,
    "\(label): element \(worstIndex) is \(values[worstIndex]), expected \(expected[worstIndex]), allowed \(allowed)",
    sourceLocation: sourceLocation)
}

/// Random values that keep at least 0.05 from every multiple of `kink`, where a function may have a corner.
func awkward(_ shape: [Int], _ seed: UInt64, low: Float = -2, high: Float = 2, kink: Float = 1) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  let count = shape.reduce(1, *)
  var values: [Float] = []
  while values.count < count {
    let value = generator.uniform(low, high)
    if abs(value - (value / kink).rounded() * kink) >= 0.05 * kink { values.append(value) }
  }
  return Tensor(values, shape: shape)
}

/// Distinct values at least 0.03 apart, in random order: no maximum is near a tie.
func distinct(_ shape: [Int], _ seed: UInt64) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  let count = shape.reduce(1, *)
  return Tensor(generator.permutation(count).map { Float($0 - count / 2) * 0.03 }, shape: shape)
}
