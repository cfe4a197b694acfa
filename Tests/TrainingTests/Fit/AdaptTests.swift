import Datasets
import Layers
import Support
import Tensors
import Testing
import Training

/// Normalization that adapts to what `fit` takes.
@Suite struct AdaptTests {
  @Test func `a normalization adapts to images, batch after batch, and to a named input`() {
    let digits = Digits.generated(count: 30, seed: 1)
    let (whole, parts) = (Normalization(axis: nil), Normalization(axis: nil))
    whole.adapt(to: Tensor(digits.floats(), shape: [30, 28, 28, 1]))
    parts.adapt(to: digits, batchSize: 7)
    #expect(abs(whole.mean.scalar - parts.mean.scalar) < 1e-7)
    #expect(abs(whole.variance.scalar - parts.variance.scalar) < 1e-7)
    let named = Normalization()
    let examples = TwoHeads.examples(count: 20)
    named.adapt(to: examples, input: "b")
    let alone = Normalization()
    alone.adapt(to: examples.all.inputs[1].tensor)
    #expect(named.mean.values == alone.mean.values && named.mean.shape == [3])
  }
}
