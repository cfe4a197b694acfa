import Support
import Tensors
import Testing

@Suite struct TensorTests {
  @Test func `the elements of a tensor are in row-major order`() {
    let x = Tensor((0..<6).map(Float.init), shape: [2, 3])
    #expect(x.count == 6 && x.rank == 2 && x.values == [0, 1, 2, 3, 4, 5])
    #expect(x.sliced(1..<2, axis: 0).values == [3, 4, 5])
    #expect(Tensor(7).shape == [] && Tensor(7).scalar == 7)
  }

  @Test func `the description of a tensor is short, however many elements it has`() {
    #expect("\(Tensor(7))" == "Tensor(7.0)")
    #expect("\(Tensor([1, 2], shape: [2, 1]))" == "Tensor(shape: [2, 1], values: [[1.0], [2.0]])")
    let large = Tensor((0..<60_000).map(Float.init), shape: [60, 1000])
    #expect(
      "\(large)" == "Tensor(shape: [60, 1000], values: 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, …)")
  }

  @Test func `a tensor can be created from any collection of floats`() {
    #expect(Tensor([1, 2, 3].lazy.map { $0 * 2 }, shape: [3]).values == [2, 4, 6])
    #expect(Tensor(Set([Float(4)]), shape: [1]).values == [4])
  }

  @Test func `random tensors repeat with their seed`() {
    var (a, b) = (SeededGenerator(seed: 3), SeededGenerator(seed: 3))
    let first = Tensor.normal(mean: 1, standardDeviation: 2, shape: [4000], using: &a)
    #expect(first.values == Tensor.normal(mean: 1, standardDeviation: 2, shape: [4000], using: &b).values)
    // The mean of 4000 deviates of deviation 2 has a standard error of 0.03.
    #expect(abs(first.mean().scalar - 1) < 0.15)
    let even = Tensor.uniform(-1, 3, shape: [4000], using: &a)
    #expect(even.values.allSatisfy { $0 >= -1 && $0 < 3 } && abs(even.mean().scalar - 1) < 0.1)
  }

  @Test func `a repeated step allocates no memory`() async {
    // In a process of its own, where nobody else takes buffers.
    await #expect(processExitsWith: .success) {
      let x = Tensor.filled(0.5, shape: [1 << 16]).tracked()
      func step() { _ = ((x + x) * x - x).exp().sigmoid().sum().gradients(of: [x]) }
      step()
      let before = BufferStatistics.now
      for _ in 0..<20 { step() }
      let after = BufferStatistics.now
      #expect(after.allocated == before.allocated && after.inUse == before.inUse)
      #expect(after.recycled - before.recycled >= 200)
    }
  }

  @Test func `tensors of any size own all their elements`() {
    // Sizes around every size class: the values must still be there after the neighbours were written.
    let tensors = (1...300).map { Tensor.filled(Float($0), shape: [$0 * 7 % 301 + 1]) }
    #expect(
      tensors.enumerated().allSatisfy { index, tensor in tensor.values.allSatisfy { $0 == Float(index + 1) }
      })
  }
}
