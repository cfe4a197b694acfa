import Layers
import Quantization
import Quantizers
import Tensors
import TestSupport
import Testing

/// Equalization keeps the function, makes ranges equal as Brevitas does, and says what it refuses.
@Suite struct EqualizationTests {
  @Test func `the weights are those that Brevitas finds`() throws {
    let model = try PostTrainingOracle.network()
    let before = model.weightBits
    let equalized = try equalizeModel(model, tolerance: 1e-9, maximumPasses: 500)
    #expect(model.weightBits == before, "the model itself stays")
    #expect(
      equalized.pairs.map { "\($0.first) \($0.second)" } == ["conv depth", "depth point", "point scores"])
    #expect(equalized.refused == [])
    let expected = try PostTrainingOracle.network("equal_")
    for (own, other) in zip(equalized.model.namedWeights, expected.namedWeights) {
      #expect(apart(own.variable.value.values, other.variable.value.values) < 2e-5, "\(own.path)")
    }
  }

  /// A chain with everything that factors pass through; normalizations where `normalized`.
  private func chain(normalized: Bool, _ activation: @autoclosure () -> Layer = ReLU()) -> Model {
    func norm(_ name: String) -> [Layer] {
      normalized ? [BatchNormalization(name: name + "_norm")] : []
    }
    let first: [Layer] = [Conv2D(filters: 4, kernelSize: 3, padding: .same, name: "conv")] + norm("conv")
    let second: [Layer] = [
      activation(), ZeroPadding2D(padding: 1),
      DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2, name: "depth"),
    ]
    let third: [Layer] = [LeakyReLU(), MaxPooling2D(), Conv2D(filters: 3, kernelSize: 1, name: "point")]
    let last: [Layer] = [
      ReLU(), Dropout(rate: 0.3), AveragePooling2D(), Flatten(), Dense(units: 3, name: "scores"),
    ]
    return Models.sequential(
      first + second + norm("depth") + third + norm("point") + last, [8, 8, 2], seed: 3)
  }

  @Test(arguments: [false, true])
  func `the function stays, up to rounding, and ranges become equal`(_ normalized: Bool) throws {
    let model = chain(normalized: normalized)
    let images = Models.batch([8, 8, 2], count: 16)
    let equalized = try equalizeModel(model, tolerance: 1e-7)
    #expect(equalized.pairs.count == 3 && equalized.refused == [])
    #expect(apart(equalized.model(images).values, model(images).values) < 3e-6)
    for pair in equalized.pairs {
      #expect(pair.factors.contains { abs($0 - 1) > 0.05 }, "\(pair)")
      let first = try folded(pair.first, equalized.model), second = try folded(pair.second, equalized.model)
      for channel in pair.factors.indices {
        let r1 = range(first, of: channel, output: true), r2 = range(second, of: channel, output: false)
        #expect(abs(r1 / r2 - 1) < 1e-4, "\(pair.first) \(channel): \(r1) and \(r2)")
      }
    }
    // The kernels of a quantized model are the folded ones; none of their channels is left with few codes.
    #expect(equalized.model.layers.map(\.name) == model.layers.map(\.name))
  }

  /// The kernel of a layer as inference has it, as an operation of a quantized model.
  private func folded(_ name: String, _ model: Model) throws -> (kernel: Tensor, isDepthwise: Bool) {
    let operation = try #require(try quantizeModel(model).operations.first { $0.name == name })
    return (try #require(operation.kernel), operation.layer is DepthwiseConv2D)
  }

  /// The largest magnitude of a channel of a kernel; the inputs of a dense layer are those of an image of 3 channels.
  private func range(_ layer: (kernel: Tensor, isDepthwise: Bool), of channel: Int, output: Bool) -> Float {
    let (shape, values) = (layer.kernel.shape, layer.kernel.values)
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    return values.enumerated().filter { element, _ in
      let (row, column) = (element / columns % rows, element % columns)
      guard output else { return row % (shape.count == 2 ? 3 : rows) == channel }
      return (layer.isDepthwise ? row * columns + column : column) == channel
    }.map { abs($0.element) }.max() ?? 0
  }

  @Test func `a dead channel keeps its weights`() throws {
    let model = Models.sequential(
      [Dense(units: 3, name: "a"), ReLU(), Dense(units: 2, name: "b")], [4], seed: 5)
    let kernel = model.weights[0]
    kernel.value = Tensor(kernel.value.values.enumerated().map { $0 % 3 == 1 ? 0 : $1 }, shape: kernel.shape)
    let equalized = try equalizeModel(model)
    #expect(equalized.pairs[0].factors[1] == 1)
    #expect(equalized.model.weights.allSatisfy { $0.value.values.allSatisfy(\.isFinite) })
  }

  @Test func `what factors do not pass through is refused with its reason`() throws {
    let relu6 = chain(normalized: false, ReLU(maxValue: 6))
    let equalized = try equalizeModel(relu6)
    #expect(equalized.pairs.map(\.first) == ["depth", "point"])
    #expect(equalized.refused.map(\.layer) == ["conv"])
    #expect(equalized.refused[0].reason.contains("min(s·x, 6.0) is not s·min(x, 6.0)"))

    let graph = ImageGraph()
    let stem = graph.conv("stem", graph.input)
    let sum = Add(name: "sum")([graph.conv("a", stem), stem])
    let error = refusal(of: graph.model([graph.conv("b", sum, .tanh)]))
    #expect(
      error
        == "m (Model): no layer can be equalized: stem: 2 layers read its output, and all would need its factors; "
        + "a: sum (Add) reads it, which does not pass a factor of each channel on to one layer with a kernel; "
        + "b: f(s·x) is not s·f(x) for this function: only a ReLU, a leaky ReLU or nothing may stand here")

    let twice = Dense(units: 2, name: "twice")
    let input = Input([2], name: "x")
    let shared = Model(inputs: input, outputs: twice(ReLU()(twice(input))), name: "shared")
    #expect(refusal(of: shared).contains("twice: it is called several times"))
    let late = Models.sequential(
      [Dense(units: 3, activation: .relu, name: "a"), BatchNormalization(name: "late"), Dense(units: 2)], [4])
    #expect(refusal(of: late).contains("late (BatchNormalization) does not stand directly behind it"))
    let unscaled = Models.sequential(
      [Dense(units: 3, name: "a"), BatchNormalization(scale: false, name: "n"), Dense(units: 2)], [4])
    #expect(refusal(of: unscaled).contains("n (BatchNormalization) has no gamma of its own to divide"))
  }

  @Test func `a model that cannot be equalized at all is refused`() throws {
    let single = Models.sequential([Dense(units: 3, name: "a")], [4])
    #expect(refusal(of: single).hasSuffix("it has no two layers with kernels, one behind the other"))
    let broken = chain(normalized: false)
    broken.weights[0].value = .filled(.nan, shape: broken.weights[0].shape)
    #expect(refusal(of: broken).hasPrefix("conv/kernel is not finite"))
    #expect(refusal(of: try quantizeModel(chain(normalized: true))).contains("is quantized already"))
  }

  private func refusal(of model: Model) -> String {
    do throws(QuantizationError) { return "\(try equalizeModel(model).pairs)" } catch { return "\(error)" }
  }

  @Test func `what one scale for a kernel loses, equalization saves`() throws {
    let model = Models.sequential(
      [Dense(units: 2, useBias: false, name: "a"), ReLU(), Dense(units: 1, useBias: false, name: "b")], [1])
    (model.weights[0].value, model.weights[1].value) = (
      Tensor([4, 0.1], shape: [1, 2]), Tensor([0.2, 8], shape: [2, 1])
    )
    let one = Tensor([1], shape: [1, 1])
    func output(_ float: Model) throws -> Float {
      try quantizeModel(float, calibratingOn: [one], scheme: PostTrainingOracle.perTensor(weights: 3))(one)
        .scalar
    }
    // Of 4 · 0.2 + 0.1 · 8 each product has a weight that is rounded to 0; equalized, all four are √0.8.
    #expect(try output(model) == 0)
    #expect(try abs(output(equalizeModel(model).model) - 1.6) < 1e-3)
  }
}
