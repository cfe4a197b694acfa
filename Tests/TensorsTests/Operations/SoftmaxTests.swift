import Platform
import Tensors
import Testing

@Suite struct SoftmaxTests {
  /// The softmax, or its logarithm, over the last dimension.
  private static func softmax(_ x: Reference, logarithm: Bool) -> Reference {
    let axis = x.shape.count - 1
    let totals = x.reduced([axis], keeping: true) { $0.reduce(0) { $0 + exp($1) } }
    return x.combined(totals) { logarithm ? $0 - log($1) : exp($0) / $1 }
  }

  @Test(arguments: [[1], [5], [1, 1], [4, 3], [2, 1, 7]])
  func `softmax and its logarithm match their definition`(_ shape: [Int]) {
    let x = [awkward(shape, 1, low: -4, high: 4)]
    check("softmax", x, { $0[0].softmax() }, { Self.softmax($0[0], logarithm: false) })
    check("logSoftmax", x, { $0[0].logSoftmax() }, { Self.softmax($0[0], logarithm: true) })
  }

  @Test(arguments: [(1, 1), (1, 4), (6, 3)])
  func `the cross-entropy is the mean negative log probability of the labels`(_ batch: Int, _ classes: Int) {
    let labels = (0..<batch).map { ($0 * 2 + 1) % classes }
    check(
      "softmaxCrossEntropy", [awkward([batch, classes], 2)], { $0[0].softmaxCrossEntropy(labels: labels) }
    ) { inputs in
      let logs = Self.softmax(inputs[0], logarithm: true)
      let total = labels.enumerated().reduce(0) { $0 - logs[[$1.offset, $1.element]] }
      return Reference([total / Double(batch)], [])
    }
  }

  @Test func `gathering picks each row's labelled column`() {
    check("gathered", [awkward([3, 4], 3)], { $0[0].gathered(labels: [3, 0, 3]) }) { inputs in
      Reference([inputs[0][[0, 3]], inputs[0][[1, 0]], inputs[0][[2, 3]]], [3])
    }
  }

  @Test func `softmax of huge logits neither overflows nor vanishes`() {
    let x = Tensor([1e30, 0, -1e30, 1000, 1000, 999], shape: [2, 3])
    #expect(x.softmax().values[0] == 1 && x.softmax().values[2] == 0)
    // e⁰ / (2e⁰ + e⁻¹) = 0.4223188
    #expect(abs(x.softmax().values[3] - 0.4223188) < 1e-6)
    #expect(x.logSoftmax().values[2] == -2e30)
    // Row 0 is right with certainty, −log 0.4223188 = 0.8619947 in row 1: half of it is the mean.
    #expect(abs(x.softmaxCrossEntropy(labels: [0, 1]).scalar - 0.43099735) < 1e-6)
  }
}
