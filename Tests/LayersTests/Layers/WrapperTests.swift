import Layers
import Tensors
import Testing

@Suite struct WrapperTests {
  /// Clips what reaches the layer to bounds that are weights.
  private final class ClipWrapper: Wrapper {
    override func build(inputShape: [Int]) {
      super.build(inputShape: inputShape)
      addWeight("min", shape: [], initializer: .constant(-6))
      addWeight("max", shape: [], initializer: .constant(6))
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      layer(inputs.clipped(min: weight("min").value, max: weight("max").value), training: training)
    }
  }

  private let batch = Tensor([-9, 1, 2, 8], shape: [2, 2])

  @Test func `a wrapper's weights come before the weights of the layer inside`() {
    let wrapper = ClipWrapper(Dense(units: 1, kernelInitializer: .ones))
    // −9 and 8 are clipped: −6 + 1 and 2 + 6.
    #expect(wrapper(batch).values == [-5, 8])
    #expect(wrapper.name == "clip_wrapper")
    #expect(wrapper.namedWeights.map(\.path) == ["min", "max", "dense/kernel", "dense/bias"])
    #expect(wrapper.layer.isBuilt)
  }

  @Test func `a wrapper's weights receive gradients`() {
    let wrapper = ClipWrapper(Dense(units: 1, kernelInitializer: .constant(3)))
    let loss = wrapper(batch).sum()
    let gradients = loss.gradients(of: [wrapper.weight("min"), wrapper.weight("max")])
    // One element lies beyond each bound, and reaches the loss times 3.
    #expect(gradients.map(\.scalar) == [3, 3])
  }

  @Test func `wrappers nest`() {
    let wrapper = ClipWrapper(ClipWrapper(Dense(units: 1, kernelInitializer: .ones)))
    #expect(wrapper(batch).values == [-5, 8])
    #expect(wrapper.weights.count == 6)
    #expect(wrapper.allLayers.map(\.name) == ["clip_wrapper", "dense"])
  }

  @Test func `a wrapper takes a layer of several inputs`() {
    let (a, b) = (Input([2]), Input([2]))
    let model = Model(inputs: [a, b], outputs: Wrapper(Add())([a, b]))
    #expect(model([batch, batch]).values == [-18, 2, 4, 16])
  }

  @Test func `a wrapper passes the training flag on`() {
    let wrapper = Wrapper(BatchNormalization())
    _ = wrapper(batch)
    let before = wrapper.nonTrainableWeights.map(\.value.values)
    _ = wrapper(batch, training: true)
    #expect(wrapper.nonTrainableWeights.map(\.value.values) != before)
  }
}
