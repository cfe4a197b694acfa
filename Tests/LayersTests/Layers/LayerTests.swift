import Layers
import Support
import Tensors
import Testing

@Suite struct LayerTests {
  /// A layer of one's own: a learned factor for each feature.
  private final class Scale: Layer {
    override func build(inputShape: [Int]) {
      addWeight("factor", shape: [inputShape[0]], initializer: .constant(2))
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      inputs * weight("factor").value
    }
  }

  /// Layers inside a layer: x + dense(relu(dense(x))).
  private final class Residual: Layer {
    private let hidden = Dense(units: 8, activation: .relu)
    private let out = Dense(units: 3)
    override var sublayers: [Layer] { [hidden, out] }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs + out(hidden(inputs)) }
  }

  /// Notes when which moment comes.
  private final class Traced: Layer {
    var moments: [String] = ["init"]
    override func build(inputShape: [Int]) { moments.append("build \(inputShape)") }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      moments.append("call \(inputs.shape)" + (training ? " training" : ""))
      return inputs
    }
  }

  private let batch = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])

  @Test func aLayerOfOnesOwnTakesSevenLines() {
    let scale = Scale()
    #expect(scale(batch).values == [2, 4, 6, 8, 10, 12])
    #expect(scale.name == "scale" && scale.weight("factor").name == "scale/factor")
    // d/dfactor Σ x·factor = Σ over the batch of x.
    #expect(scale(batch).sum().gradients(of: scale.trainableWeights)[0].values == [5, 7, 9])
  }

  @Test func theThreeMomentsComeInOrderAndBuildComesOnce() {
    let traced = Traced()
    _ = traced(batch)
    _ = traced(Tensor.zeros([5, 3]), training: true)
    #expect(traced.moments == ["init", "build [3]", "call [2, 3]", "call [5, 3] training"])
  }

  @Test func makingAModelBuildsAndCallsOnceOnZeros() {
    let traced = Traced()
    let input = Input([3])
    let output = traced(input)
    #expect(traced.moments == ["init"], "a symbolic call computes nothing")
    _ = Model(inputs: input, outputs: output)
    #expect(traced.moments == ["init", "build [3]", "call [1, 3]"])
  }

  @Test func theWeightsOfLayersInsideBelongToTheLayer() {
    let residual = Residual()
    _ = residual(batch)
    #expect(
      residual.namedWeights.map(\.path) == ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"])
    #expect(residual.allLayers.map(\.name) == ["dense", "dense_1"])
    residual.trainable = false
    #expect(residual.sublayers.allSatisfy { !$0.trainable } && residual.trainableWeights.isEmpty)
    residual.trainable = true
    residual.sublayers[0].trainable = false
    #expect(residual.trainableWeights.map(\.name) == ["dense_1/kernel", "dense_1/bias"])
    #expect(residual.nonTrainableWeights.map(\.name) == ["dense/kernel", "dense/bias"])
  }

  @Test func randomWeightsDependOnTheLayersNameAndTheWeights() {
    func kernel(_ name: String) -> [Float] {
      let dense = Dense(
        units: 4, kernelInitializer: .randomUniform(), biasInitializer: .randomUniform(), name: name)
      _ = dense(batch)
      #expect(dense.weight("bias").value.values != Array(dense.weight("kernel").value.values[..<4]))
      return dense.weight("kernel").value.values
    }
    #expect(kernel("a") == kernel("a") && kernel("a") != kernel("b"))
  }

  @Test func aWeightIsReadWhenTheLayerIsCalled() {
    let dense = Dense(units: 1, useBias: false, kernelInitializer: .ones)
    #expect(dense(batch).values == [6, 15])
    let result = dense.weight("kernel").substituting(.filled(2, shape: [3, 1])) { dense(batch) }
    #expect(result.values == [12, 30] && dense(batch).values == [6, 15])
  }

  @Test func copiedWeightsGoTheirOwnWay() {
    let (source, target) = (Dense(units: 2, name: "a"), Dense(units: 2, name: "b"))
    #expect(source(batch).values != target(batch).values)
    target.copyWeights(from: source)
    #expect(source(batch).values == target(batch).values)
    source.weight("bias").value = .filled(1, shape: [2])
    #expect(source(batch).values != target(batch).values)
  }
}
