import Layers
import Tensors
import Testing

@Suite struct DropoutTests {
  private let batch = Tensor.filled(3, shape: [10, 1000])

  @Test func `dropout drops its share of elements and scales the rest`() {
    let values = Dropout(rate: 0.25)(batch, training: true).values
    #expect(values.allSatisfy { $0 == 0 || $0 == 4 }, "3 / (1 − 0.25)")
    // 10,000 draws: 2,500 ± 4 standard deviations of 43.
    #expect(abs(values.count { $0 == 0 } - 2500) < 175)
  }

  @Test func `every call of dropout drops other elements, and a second run drops the same`() {
    func run() -> [[Float]] {
      let dropout = Dropout(rate: 0.5)
      return (0..<3).map { _ in dropout(batch, training: true).values }
    }
    let masks = run()
    #expect(masks[0] != masks[1] && masks[1] != masks[2])
    #expect(run() == masks)
  }

  @Test func `dropout resumes from a saved random state`() {
    let dropout = Dropout(rate: 0.5)
    _ = dropout(batch, training: true)
    let state = dropout.randomState
    let next = dropout(batch, training: true).values
    dropout.randomState = state
    #expect(dropout(batch, training: true).values == next)
  }

  @Test func `two dropouts in a model drop different elements`() {
    let (a, b) = (Dropout(rate: 0.5), Dropout(rate: 0.5))
    _ = Sequential([a, b], inputShape: [1000])
    #expect(a(batch, training: true).values != b(batch, training: true).values)
  }

  @Test func `a dropout's seed decides its random numbers whatever its name`() {
    let (a, b) = (Dropout(rate: 0.5, seed: 4, name: "a"), Dropout(rate: 0.5, seed: 4, name: "b"))
    #expect(a(batch, training: true).values == b(batch, training: true).values)
  }

  @Test func `gradients pass dropout where nothing was dropped`() {
    let x = batch.tracked()
    let result = Dropout(rate: 0.5)(x, training: true)
    let values = result.values
    #expect(result.sum().gradients(of: [x])[0].values == values.map { $0 == 0 ? 0 : 2 })
  }
}
