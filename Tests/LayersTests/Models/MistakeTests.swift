import Layers
import Support
import Tensors
import TestSupport
import Testing

/// A caller's mistake stops the program with a message that names the layer, the cause and the remedy.
@Suite struct MistakeTests {
  private final class Mute: Layer {}
  private final class Twice: Layer {
    override func build(inputShape: [Int]) { for _ in 0..<2 { addWeight("w", shape: [1]) } }
  }

  static let mistakes: [Mistake] = [
    Mistake("dense (Dense) has no weight \"kernel\" before it is built: call the layer once to build it") {
      _ = Dense(units: 1).weight("kernel")
    },
    Mistake("dense (Dense) has no weight \"kernel\" before it is built: call the layer once to build it") {
      _ = Dense(units: 1).kernel
    },
    Mistake("dense (Dense) has no weight \"bias\"; it has kernel") {
      let dense = Dense(units: 1, useBias: false)
      _ = dense(.zeros([1, 2]))
      _ = dense.bias
    },
    Mistake("dense (Dense) has no weight \"kernle\"; it has kernel, bias") {
      let dense = Dense(units: 1)
      _ = dense(.zeros([1, 2]))
      _ = dense.weight("kernle")
    },
    Mistake("model (Model) is called with batches of different sizes: input") {
      let inputs = [Input([3]), Input([3])]
      _ = Model(inputs: inputs, outputs: Add()(inputs))([.zeros([8, 3]), .zeros([1, 3])])
    },
    Mistake("re_lu (ReLU) has no weight \"kernel\"; it has none") {
      let relu = ReLU()
      _ = relu(.zeros([1, 2]))
      _ = relu.weight("kernel")
    },
    Mistake("twice (Twice) has a weight \"w\" already: build runs once") { _ = Twice()(.zeros([1, 1])) },
    Mistake("mute (Mute) does not say what it computes: override call(_:training:)") {
      _ = Mute()(.zeros([1, 1]))
    },
    Mistake("dense (Dense): an input has shape [batch, …]; got a scalar") { _ = Dense(units: 1)(Tensor(1)) },
    Mistake("dense (Dense): an example has shape [features]; got []") { _ = Dense(units: 1)(.zeros([3])) },
    Mistake("dense (Dense) takes one input; got 2") {
      _ = Dense(units: 1)([Tensor(1), Tensor(1)].map { $0.reshaped([1, 1]) })
    },
    Mistake("dense (Dense) is called without an input") { _ = Dense(units: 1)([Tensor]()) },
    Mistake("dense (Dense) was built for examples of shape [2] and is now called with [3]") {
      let shared = Dense(units: 1)
      let (a, b) = (Input([2]), Input([3]))
      _ = Model(inputs: [a, b], outputs: Add()([shared(a), shared(b)]))
    },
    Mistake(
      "cropping2d (Cropping2D) cuts off 1 above, 1 below, 1 left, 1 right, and nothing is left of an image"
    ) {
      _ = Cropping2D(cropping: 1)(.zeros([1, 2, 5, 3]))
    },
    Mistake("UpSampling2D: factors are above zero; got (0, 2)") { _ = UpSampling2D(size: Size2D(0, 2)) },
    Mistake("Conv2DTranspose: filters are above zero; got 0") {
      _ = Conv2DTranspose(filters: 0, kernelSize: 2)
    },
    Mistake("multiply (Multiply) takes two or more inputs of one shape, or such that repeat") {
      _ = Multiply()([.zeros([1, 4, 4, 3]), .zeros([1, 4])])
    },
    Mistake("subtract (Subtract) takes two inputs of one shape") {
      _ = Subtract()([.zeros([1, 3]), .zeros([1, 3]), .zeros([1, 3])])
    },
    Mistake("Dense: units are above zero; got 0") { _ = Dense(units: 0) },
    Mistake("first: filters are above zero; got 0") {
      _ = Conv2D(filters: 0, kernelSize: 3, name: "first")
    },
    Mistake("Conv2D: windows and strides are above zero; got window (0, 3)") {
      _ = Conv2D(filters: 1, kernelSize: Size2D(0, 3))
    },
    Mistake("MaxPooling2D: windows and strides are above zero; got window (2, 2) and strides (0, 1)") {
      _ = MaxPooling2D(strides: Size2D(0, 1))
    },
    Mistake("conv2d (Conv2D): an example is an image of shape [height, width, channels]; got [784]") {
      _ = Sequential([Conv2D(filters: 1, kernelSize: 3)], inputShape: [784])
    },
    Mistake("Dropout: the rate lies in 0 ..< 1; got 1.0") { _ = Dropout(rate: 1) },
    Mistake("ReLU: maxValue is above 0; got -1.0") { _ = ReLU(maxValue: -1) },
    Mistake("LeakyReLU: negativeSlope is finite and not below 0; got -0.1") {
      _ = LeakyReLU(negativeSlope: -0.1)
    },
    Mistake("LeakyReLU: negativeSlope is finite and not below 0; got inf") {
      _ = LeakyReLU(negativeSlope: .infinity)
    },
    Mistake("reshape (Reshape): an example of shape [2, 3] holds 6 elements and does not fit [4, -1]") {
      _ = Reshape(targetShape: [4, -1])(.zeros([1, 2, 3]))
    },
    Mistake("add (Add) takes two or more inputs of one shape; got [2] and [3]") {
      _ = Add()([Tensor.zeros([1, 2]), Tensor.zeros([1, 3])])
    },
    Mistake("concatenate (Concatenate) takes two or more inputs that differ along axis -1 only; got [2, 1]") {
      _ = Concatenate()([Tensor.zeros([1, 2, 1]), Tensor.zeros([1, 3, 1])])
    },
    Mistake(
      "Rescaling: factors and offsets are finite, one for all channels or one each; got [inf] and [0.0]"
    ) {
      _ = Rescaling(scale: .infinity)
    },
    Mistake("rescaling (Rescaling): examples of shape [2] have 2 channels; got 3 factors and 1 offsets") {
      _ = Rescaling(scale: [1, 2, 3])(.zeros([1, 2]))
    },
    Mistake("Normalization: the axis is −1, the channels, or nil, all values; got 1") {
      _ = Normalization(axis: 1)
    },
    Mistake("Normalization: mean and variance are given together, equally many; got 1 and 0") {
      _ = Normalization(mean: [1])
    },
    Mistake("Normalization: means are finite, and variances finite and not below 0; got [0.0] and [-1.0]") {
      _ = Normalization(mean: [0], variance: [-1])
    },
    Mistake(
      "normalization (Normalization): examples of shape [3] have 3 channels; got 2 means: give one for all"
    ) {
      _ = Normalization(mean: [0, 1], variance: [1, 1])(.zeros([1, 3]))
    },
    Mistake(
      "normalization (Normalization) has a mean and a variance already: leave them out, or do not adapt it"
    ) {
      Normalization(mean: [0], variance: [1]).adapt(to: .zeros([1, 1]))
    },
    Mistake("normalization (Normalization) adapts to at least one batch; got none") {
      Normalization().adapt(to: [])
    },
    Mistake("normalization (Normalization) adapts to finite values; the data hold some that are not") {
      Normalization().adapt(to: Tensor([1, .infinity], shape: [2, 1]))
    },
    Mistake("sequential (Sequential) has two layers named \"a\": give each a name of its own") {
      _ = Sequential([Dense(units: 1, name: "a"), Dense(units: 1, name: "a")], inputShape: [1])
    },
    Mistake("sequential (Sequential) is not built: give it an inputShape:, or call it once") {
      _ = Sequential([Flatten()]).summary()
    },
    Mistake("sequential (Sequential) has no layer \"conv\"; it has flatten, dense") {
      _ = Sequential([Flatten(), Dense(units: 1)], inputShape: [2]).layer("conv")
    },
    Mistake("model (Model): its outputs depend on the input \"b\", which is not among its inputs") {
      let (a, b) = (Input([1], name: "a"), Input([1], name: "b"))
      _ = Model(inputs: a, outputs: Add()([a, b]))
    },
    Mistake("model (Model) names one of its inputs twice") {
      let a = Input([1])
      _ = Model(inputs: [a, a], outputs: ReLU()(a))
    },
    Mistake("model (Model) has 2 outputs and is called for one: use allOutputs(_:training:)") {
      let a = Input([1])
      _ = Model(inputs: [a], outputs: [ReLU()(a), a])(.zeros([1, 1]))
    },
    Mistake("an Input's dimensions are above zero, without the batch; got [0]") { _ = Input([0]) },
    Mistake("weights cannot be copied from b (Dense) to a (Dense): expected kernel [2, 1]; got kernel [3, 1]")
    {
      let (a, b) = (Dense(units: 1, useBias: false, name: "a"), Dense(units: 1, useBias: false, name: "b"))
      _ = (a(.zeros([1, 2])), b(.zeros([1, 3])))
      a.copyWeights(from: b)
    },
  ]

  @Test(arguments: mistakes.indices) func `a mistake stops the program with a message that says why`(
    _ index: Int
  ) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
      MistakeTests.mistakes[index].body()
    }
    let text = standardError(of: result)
    #expect(text.contains(Self.mistakes[index].message), "\(text.prefix(400))")
  }
}
