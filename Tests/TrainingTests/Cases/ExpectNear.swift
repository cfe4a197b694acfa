import Tensors
import Testing

/// Expects shapes to be equal, and each value to lie within a relative `tolerance` of its own, plus
/// `absolute`.
///
/// For values of very different sizes, where a tolerance for the largest would hide the small ones.
func expectNear(
  _ ours: Tensor, _ theirs: Tensor, tolerance: Float = 2e-6, absolute: Float = 2e-7, _ label: String,
  _ sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(ours.shape == theirs.shape, "\(label)", sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(ours.values, theirs.values).enumerated()
  where !(abs(a - b) <= tolerance * abs(b) + absolute) {
    Issue.record("\(label): element \(index) is \(a), not \(b)", sourceLocation: sourceLocation)
    return
  }
}
