import Tensors
import Testing

@Suite struct VariableTests {
  private struct Interruption: Error {}

  @Test func `a variable's value is a leaf without history`() {
    let x = Tensor([1, 2], shape: [2]).tracked()
    let w = Variable("w", x.exp())
    #expect(w.value.isTracked && w.shape == [2])
    let loss = (w.value * w.value).sum()
    #expect(loss.gradients(of: [w])[0].values == w.value.values.map { 2 * $0 })
    w.value = w.value - 1
    #expect(w.value.sum().gradients(of: [w])[0].values == [1, 1])
  }

  @Test func `the value of a variable that is not trainable is a constant`() {
    let statistic = Variable("mean", .zeros([3]), trainable: false)
    #expect(!statistic.value.isTracked)
    statistic.value = Variable("w", .filled(2, shape: [3])).value
    #expect(!statistic.value.isTracked && statistic.value.values == [2, 2, 2])
  }

  @Test func `gradients pass through a substitute to the float value`() {
    let w = Variable("w", Tensor([0.4, 1.6], shape: [2]))
    let rounded = Tensor(w.value.values.map { $0.rounded() }, shape: [2], inputs: [w.value]) { [$0 * 10] }
    let loss = w.substituting(rounded) { (w.value * w.value).sum() }
    #expect(loss.scalar == 4, "computed with the rounded weights 0 and 2")
    #expect(w.value.values == [0.4, 1.6])
    #expect(loss.gradients(of: [w])[0].values == [0, 40])
  }

  @Test func `a substituted value is restored even if the body throws`() {
    let w = Variable("w", Tensor([1], shape: [1]))
    #expect(throws: Interruption.self) {
      try w.substituting(Tensor([2], shape: [1])) {
        #expect(w.value.scalar == 2)
        throw Interruption()
      }
    }
    #expect(w.value.scalar == 1)
  }

  @Test func `substitutions of a variable nest`() {
    let w = Variable("w", Tensor(1))
    w.substituting(Tensor(2)) {
      w.substituting(Tensor(3)) { #expect(w.value.scalar == 3) }
      #expect(w.value.scalar == 2)
    }
    #expect(w.value.scalar == 1)
  }
}
