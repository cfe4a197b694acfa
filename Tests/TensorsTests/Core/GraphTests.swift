import Support
import Tensors
import Testing

@Suite struct GraphTests {
  @Test func `gradients are returned in the order of the request`() {
    let (x, y) = (Tensor(3).tracked(), Tensor(5).tracked())
    let product = x * y + x
    let gradients = product.gradients(of: [y, x])
    #expect(gradients[0].scalar == 3 && gradients[1].scalar == 6)
  }

  @Test func `an intermediate tensor has a gradient`() {
    let x = Tensor(2).tracked()
    let square = x.squared()
    let cube = square * x
    let gradients = cube.gradients(of: [square, x, cube])
    #expect(gradients.map(\.scalar) == [2, 12, 1])
  }

  @Test func `the gradient of a tensor that the scalar does not depend on is zero`() {
    let (x, other) = (Tensor(2).tracked(), Tensor.filled(1, shape: [2, 3]).tracked())
    let gradients = x.squared().gradients(of: [other, x])
    #expect(gradients[0].shape == [2, 3] && gradients[0].values == [0, 0, 0, 0, 0, 0])
    #expect(gradients[1].scalar == 4)
    #expect(Tensor(1).gradients(of: [x])[0].scalar == 0)
  }

  @Test func `gradients are summed without changing tensors that others hold`() {
    // The pullback gives away a tensor that it keeps, and one tensor to two inputs.
    let kept = Tensor([1, 2, 3], shape: [3])
    let x = Tensor([4, 5, 6], shape: [3]).tracked()
    func giving(_ inputs: [Tensor]) -> Tensor {
      Tensor([0, 0, 0], shape: [3], inputs: inputs) { _ in inputs.map { _ in kept } }
    }
    let loss = (giving([x, x]) + giving([x]) + x * 10 + x.squared()).sum()
    #expect(loss.gradients(of: [x])[0].values == [21, 26, 31])
    #expect(kept.values == [1, 2, 3])
  }

  @Test func `a tensor requested twice gets its gradient twice`() {
    let x = Tensor(3).tracked()
    #expect(x.squared().gradients(of: [x, x]).map(\.scalar) == [6, 6])
  }

  @Test func `only results of tracked tensors are tracked`() {
    let (x, constant) = (Tensor(1).tracked(), Tensor(2))
    #expect((x + constant).isTracked && (constant * x).isTracked)
    #expect(!(constant + constant).isTracked && !x.detached().isTracked && !x.exp().detached().isTracked)
    #expect(x.reshaped([1]).isTracked && !x.gradients(of: [x])[0].isTracked)
  }

  @Test func `a custom operation uses its pullback`() {
    // A straight-through estimator: rounded forward, the identity backward.
    let x = Tensor([0.4, 1.6], shape: [2]).tracked()
    let rounded = Tensor(x.values.map { $0.rounded() }, shape: [2], inputs: [x]) { [$0] }
    #expect(rounded.values == [0, 2])
    #expect((rounded * Tensor([3, 5], shape: [2])).sum().gradients(of: [x])[0].values == [3, 5])
  }

  @Test func `a pullback may return no gradient for an input`() {
    let (x, y) = (Tensor(2).tracked(), Tensor(3).tracked())
    let odd = Tensor([x.scalar + y.scalar], shape: [], inputs: [x, y]) { [nil, $0] }
    #expect(odd.gradients(of: [x, y]).map(\.scalar) == [0, 1])
  }

  @Test func `a pullback that captures tracked inputs leaves no history in the gradient`() {
    let x = Tensor(3).tracked()
    let square = Tensor([9], shape: [], inputs: [x]) { [$0 * x * 2] }
    let gradient = square.gradients(of: [x])[0]
    #expect(gradient.scalar == 6 && !gradient.isTracked)
  }

  @Test func `a graph is freed with its last tensor`() {
    let x = Tensor.filled(0.5, shape: [8, 4]).tracked()
    weak var first: AnyObject?
    weak var last: AnyObject?
    do {
      let e = x.exp()
      let y = e.softmax() * x.sigmoid() + (x.tanh() / x.sqrt()).matmul(x, transposingOther: true).max()
      (first, last) = (e.history, y.history)
      #expect(first != nil && last != nil)
    }
    #expect(first == nil && last == nil)
  }

  @Test func `computing gradients frees the history`() {
    let x = Tensor.filled(0.5, shape: [4]).tracked()
    weak var inner: AnyObject?
    let loss = {
      let y = x.exp()
      inner = y.history
      return y.sum()
    }()
    #expect(inner != nil)
    _ = loss.gradients(of: [x])
    #expect(inner == nil && loss.isTracked)
  }

  @Test func `a chain of 100,000 operations does not overflow the stack`() {
    let x = Tensor(1).tracked()
    var y = x
    for _ in 0..<100_000 { y = y + x }
    #expect(y.gradients(of: [x])[0].scalar == 100_001)
    var z = x
    for _ in 0..<100_000 { z = z * x }
    z = x  // released without having been used
    #expect(z.scalar == 1)
  }

  @Test func `a chain of 100,000 custom operations does not overflow the stack`() {
    // These pullbacks hold their tracked inputs.
    let x = Tensor(1).tracked()
    var y = x
    for _ in 0..<100_000 {
      let input = y
      y = Tensor([input.scalar], shape: [], inputs: [input]) { [$0 * input] }
    }
    y = x
    #expect(y.scalar == 1)
  }
}
