import Support
import Tensors
import Testing

@Suite struct TensorTests {
  @Test func elementsAreRowMajor() {
    let x = Tensor((0..<6).map(Float.init), shape: [2, 3])
    #expect(x.count == 6 && x.rank == 2 && x.values == [0, 1, 2, 3, 4, 5])
    #expect(x.sliced(1..<2, axis: 0).values == [3, 4, 5])
    #expect(Tensor(7).shape == [] && Tensor(7).scalar == 7)
    #expect("\(Tensor([1, 2], shape: [2, 1]))" == "Tensor(shape: [2, 1], values: [[1.0], [2.0]])")
  }

  @Test func anyCollectionWillDo() {
    #expect(Tensor([1, 2, 3].lazy.map { $0 * 2 }, shape: [3]).values == [2, 4, 6])
    #expect(Tensor(Set([Float(4)]), shape: [1]).values == [4])
  }

  @Test func randomTensorsRepeatWithTheirSeed() {
    var (a, b) = (SeededGenerator(seed: 3), SeededGenerator(seed: 3))
    let first = Tensor.normal(mean: 1, standardDeviation: 2, shape: [4000], using: &a)
    #expect(first.values == Tensor.normal(mean: 1, standardDeviation: 2, shape: [4000], using: &b).values)
    // The mean of 4000 deviates of deviation 2 has a standard error of 0.03.
    #expect(abs(first.mean().scalar - 1) < 0.15)
    let even = Tensor.uniform(-1, 3, shape: [4000], using: &a)
    #expect(even.values.allSatisfy { $0 >= -1 && $0 < 3 } && abs(even.mean().scalar - 1) < 0.1)
  }

  @Test func aRepeatedStepFetchesNoNewMemory() async {
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

  @Test func aTensorOfAnOddSizeOwnsAllItsElements() {
    // Around every size class: what is written must be there when neighbours have been written too.
    let tensors = (1...300).map { Tensor.filled(Float($0), shape: [$0 * 7 % 301 + 1]) }
    #expect(
      tensors.enumerated().allSatisfy { number, tensor in tensor.values.allSatisfy { $0 == Float(number + 1) }
      })
  }
}
