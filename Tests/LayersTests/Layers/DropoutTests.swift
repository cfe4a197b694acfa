import Layers
import Tensors
import Testing

@Suite struct DropoutTests {
  private let batch = Tensor.filled(3, shape: [10, 1000])

  @Test func itDropsItsShareAndScalesTheRest() {
    let values = Dropout(rate: 0.25)(batch, training: true).values
    #expect(values.allSatisfy { $0 == 0 || $0 == 4 }, "3 / (1 − 0.25)")
    // 10,000 draws: 2,500 ± 4 deviations of 43.
    #expect(abs(values.count { $0 == 0 } - 2500) < 175)
  }

  @Test func everyCallDropsOthersAndARunRepeats() {
    func run() -> [[Float]] {
      let dropout = Dropout(rate: 0.5)
      return (0..<3).map { _ in dropout(batch, training: true).values }
    }
    let masks = run()
    #expect(masks[0] != masks[1] && masks[1] != masks[2])
    #expect(run() == masks)
  }

  @Test func theRandomStateResumes() {
    let dropout = Dropout(rate: 0.5)
    _ = dropout(batch, training: true)
    let state = dropout.randomState
    let next = dropout(batch, training: true).values
    dropout.randomState = state
    #expect(dropout(batch, training: true).values == next)
  }

  @Test func twoInAModelDropDifferently() {
    let (a, b) = (Dropout(rate: 0.5), Dropout(rate: 0.5))
    _ = Sequential([a, b], inputShape: [1000])
    #expect(a(batch, training: true).values != b(batch, training: true).values)
  }

  @Test func aSeedDecidesWhateverTheName() {
    let (a, b) = (Dropout(rate: 0.5, seed: 4, name: "a"), Dropout(rate: 0.5, seed: 4, name: "b"))
    #expect(a(batch, training: true).values == b(batch, training: true).values)
  }

  @Test func gradientsPassWhereNothingWasDropped() {
    let x = batch.tracked()
    let result = Dropout(rate: 0.5)(x, training: true)
    let values = result.values
    #expect(result.sum().gradients(of: [x])[0].values == values.map { $0 == 0 ? 0 : 2 })
  }
}
