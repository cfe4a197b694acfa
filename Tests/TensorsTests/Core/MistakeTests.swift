import Support
import Tensors
import Testing

/// Mistakes of the caller stop the program with a message that names the values, such as both shapes.
@Suite struct MistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let message: String
    let body: @Sendable () -> Void
    var testDescription: String { message }
    init(_ message: String, _ body: @escaping @Sendable () -> Void) {
      (self.message, self.body) = (message, body)
    }
  }

  static let mistakes: [Mistake] = [
    Mistake("a tensor of shape [2, 3] holds 6 values; got 4") { _ = Tensor([1, 2, 3, 4], shape: [2, 3]) },
    Mistake("dimensions are above zero; got shape [2, 0]") { _ = Tensor.zeros([2, 0]) },
    // 2⁵² floats: more than the table of the pool's size classes reaches.
    Mistake("out of memory: no 18014398509481984 bytes for a tensor") {
      _ = Tensor.zeros([1 << 26, 1 << 26])
    },
    Mistake("out of memory: a tensor of shape [4294967296, 4294967296] has more elements") {
      _ = Tensor.zeros([1 << 32, 1 << 32])
    },
    Mistake("out of memory: a tensor of shape [1099511627777, 1099511627777] has more elements") {
      _ = Tensor.zeros([1, 1]).padded([(1 << 40, 0), (0, 1 << 40)])
    },
    Mistake("reshape: shapes [1, 2] and [4294967296, 4294967296] do not hold equally many") {
      _ = Tensor.zeros([1, 2]).reshaped([1 << 32, 1 << 32])
    },
    Mistake("reshape: [1, 2] does not fit [-1, 4294967296, 4294967296]") {
      _ = Tensor.zeros([1, 2]).reshaped([-1, 1 << 32, 1 << 32])
    },
    Mistake("`scalar` needs a tensor of one element; this one has shape [2]") {
      _ = Tensor.zeros([2]).scalar
    },
    Mistake("+: shapes [2, 3] and [2] do not broadcast") { _ = Tensor.zeros([2, 3]) + Tensor.zeros([2]) },
    Mistake("matmul: shapes [2, 3] and [2, 3] do not fit") {
      _ = Tensor.zeros([2, 3]).matmul(.zeros([2, 3]))
    },
    Mistake("matmul: shapes [2, 3] transposed and [3, 2] do not fit") {
      _ = Tensor.zeros([2, 3]).matmul(.zeros([3, 2]), transposingSelf: true)
    },
    Mistake("matmul: the bias has one element per output, shape [4]; got [3]") {
      _ = Tensor.zeros([2, 3]).matmul(.zeros([3, 4]), bias: .zeros([3]))
    },
    Mistake("reshape: shapes [2, 3] and [4, 2] do not hold equally many") {
      _ = Tensor.zeros([2, 3]).reshaped([4, 2])
    },
    Mistake("reshape: [2, 3] does not fit [4, -1]") { _ = Tensor.zeros([2, 3]).reshaped([4, -1]) },
    Mistake("transpose: a matrix has two dimensions; this tensor has shape [3]") {
      _ = Tensor.zeros([3]).transposed()
    },
    Mistake("sum: axis 2 is outside shape [2, 3]") { _ = Tensor.zeros([2, 3]).sum(axes: [2]) },
    Mistake("axes [0, -2] of shape [2, 3] name one twice") { _ = Tensor.zeros([2, 3]).max(axes: [0, -2]) },
    Mistake("gather: label 3 is outside the 3 classes of shape [1, 3]") {
      _ = Tensor.zeros([1, 3]).softmaxCrossEntropy(labels: [3])
    },
    Mistake("leakyReLU: the slope is a finite number; got nan") { _ = Tensor(1).leakyReLU(slope: .nan) },
    Mistake("got shape [2, 3] and 1 labels") { _ = Tensor.zeros([2, 3]).gathered(labels: [0]) },
    Mistake("conv2DReLUMaxPool: images [1, 5, 5, 3] and kernel [3, 3, 2, 4] do not fit") {
      _ = Tensor.zeros([1, 5, 5, 3]).conv2DReLUMaxPool(.zeros([3, 3, 2, 4]))
    },
    Mistake("conv2DReLUMaxPool: pooling windows have 1 to 254 pixels and fit the") {
      _ = Tensor.zeros([1, 5, 5, 3]).conv2DReLUMaxPool(.zeros([3, 3, 3, 4]), poolSize: Size2D(4, 1))
    },
    Mistake("conv2DReLUMaxPool: maxValue is above 0; got 0.0") {
      _ = Tensor.zeros([1, 5, 5, 3]).conv2DReLUMaxPool(.zeros([3, 3, 3, 4]), maxValue: 0)
    },
    Mistake("conv2DBatchNormReLUMaxPool: beta has one element a filter, shape [4]; got [3]") {
      _ = Tensor.zeros([1, 5, 5, 3]).conv2DBatchNormReLUMaxPool(
        .zeros([3, 3, 3, 4]), gamma: .zeros([4]), beta: .zeros([3]), epsilon: 1)
    },
    Mistake("conv2D: images [1, 5, 5, 3] and kernel [3, 3, 2, 4] do not fit") {
      _ = Tensor.zeros([1, 5, 5, 3]).conv2D(.zeros([3, 3, 2, 4]))
    },
    Mistake("conv2D: a window of [3, 3] does not fit an image of shape [1, 2, 5, 1]") {
      _ = Tensor.zeros([1, 2, 5, 1]).conv2D(.zeros([3, 3, 1, 1]))
    },
    Mistake("depthwiseConv2D: images [1, 5, 5, 3] and kernel [3, 3, 2, 1] do not fit") {
      _ = Tensor.zeros([1, 5, 5, 3]).depthwiseConv2D(.zeros([3, 3, 2, 1]))
    },
    Mistake("maxPool2D: images have shape [batch, height, width, channels]; got [4, 4]") {
      _ = Tensor.zeros([4, 4]).maxPool2D()
    },
    Mistake(
      "batchNormalized: beta has one element a channel, the last dimension of shape [2, 3]; got shape [2]"
    ) {
      _ = Tensor.zeros([2, 3]).batchNormalized(gamma: .zeros([3]), beta: .zeros([2]), epsilon: 0.1)
    },
    Mistake("concatenate: shapes [2, 3] and [2, 2] may differ along axis 0 only") {
      _ = Tensor.concatenated([.zeros([2, 3]), .zeros([2, 2])], axis: 0)
    },
    Mistake("slice: 1..<4 is empty or outside the extent 3 of axis 1") {
      _ = Tensor.zeros([2, 3]).sliced(1..<4, axis: 1)
    },
    Mistake("pad: shape [2] needs one pair of amounts") { _ = Tensor.zeros([2]).padded([]) },
    Mistake("clip: the low bound is at most the high one; got 2.0 and 1.0") {
      _ = Tensor.zeros([2]).clipped(min: 2, max: 1)
    },
    Mistake("clip: bounds have one element each; got shapes [2] and []") {
      _ = Tensor.zeros([2]).clipped(min: .zeros([2]), max: Tensor(1))
    },
    Mistake("a gradient was asked for a constant of shape [2]") {
      _ = Tensor(1).tracked().gradients(of: [Tensor.zeros([2])])
    },
    Mistake("gradients are those of a scalar; this tensor has shape [2]") {
      let x = Tensor.zeros([2]).tracked()
      _ = x.gradients(of: [x])
    },
    Mistake("an earlier `gradients(of:)` used up the history of a tensor of shape [2]") {
      let x = Tensor.zeros([2]).tracked()
      let y = x.exp()
      _ = y.sum().gradients(of: [x])
      _ = y.mean().gradients(of: [x])
    },
    Mistake("a pullback returns one gradient or nil per input; expected 1, got 2") {
      let x = Tensor(1).tracked()
      _ = Tensor([1], shape: [], inputs: [x]) { [$0, $0] }.gradients(of: [x])
    },
    Mistake("a pullback returns gradients of its inputs' shapes; expected [2], got []") {
      let x = Tensor.zeros([2]).tracked()
      _ = Tensor([1], shape: [], inputs: [x]) { [$0] }.gradients(of: [x])
    },
    Mistake("variable w has shape [2], the value [3]") { Variable("w", .zeros([2])).value = .zeros([3]) },
    Mistake("variable w has shape [2], the tensor to stand in for it [1]") {
      Variable("w", .zeros([2])).substituting(.zeros([1])) {}
    },
    Mistake("variable w is assigned while another tensor stands in for it") {
      let w = Variable("w", .zeros([2]))
      w.substituting(.zeros([2])) { w.value = .zeros([2]) }
    },
    Mistake("a gradient was asked for variable mean, which is not trainable") {
      _ = Tensor(1).gradients(of: [Variable("mean", .zeros([2]), trainable: false)])
    },
  ]

  @Test(arguments: mistakes.indices)
  func `a caller's mistake stops the program with a message that names the values`(_ index: Int) async throws
  {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
      MistakeTests.mistakes[index].body()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains(Self.mistakes[index].message), "\(text.prefix(400))")
  }
}
