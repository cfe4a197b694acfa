import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// Placement where the graph branches, joins or nests, or is annotated in part.
@Suite struct GraphPlacementTests {
  private let graph = ImageGraph()

  @Test func `an addition and its ReLU are one operation`() throws {
    let sum = Add(name: "add")([graph.conv("a", graph.input), graph.conv("b", graph.input)])
    let model = try graph.quantized(ReLU(name: "relu")(sum))
    #expect(
      model.quantizerPaths == [
        "quantize_image/output", "quant_a/kernel", "quant_a/output", "quant_b/kernel", "quant_b/output",
        "quant_relu/output",
      ])
    #expect(
      model.decisions.contains("add: output moved by ReLU fusion"))
  }

  @Test func `a ReLU is not fused if the values before it have other readers`() throws {
    let a = graph.conv("a", graph.input)
    let model = try graph.quantized(Add(name: "add")([a, ReLU(name: "relu")(a)]))
    #expect(
      model.quantizerPaths.contains("quant_a/output") && model.quantizerPaths.contains("quant_relu/output"))
    let outputs = try graph.quantized(a, ReLU(name: "relu")(a))
    #expect(
      outputs.quantizerPaths.contains("quant_a/output")
        && outputs.quantizerPaths.contains("quant_relu/output"))
  }

  @Test func `an average pooling keeps its input's grid if the scheme says so`() throws {
    let pooled = AveragePooling2D(name: "pool")(graph.conv("a", graph.input))
    let end = graph.conv("b", pooled)
    let model = try graph.quantized(end)
    #expect(!model.quantizerPaths.contains("quant_pool/output"))
    #expect(model.decisions.contains("quant_pool: output shared by registry"))
    let grid = try #require(model.quantizer("quant_a/output"))
    let values = graph.values(of: "quant_pool", in: model)
    #expect(grid.fakeQuantized(values).values == values.values)
    // The pool's means do not count in its input's range.
    #expect(grid.observedCount == 1)
    let a = graph.values(of: "quant_a", in: model)
    let scale = try #require(try grid.affineQuantizers().first?.scale)
    #expect(abs((grid.range?.high[0] ?? 0) - (a.values.max() ?? 0)) <= scale)
    var scheme = QuantizeScheme.onnxRuntime8Bit
    #expect(try !graph.quantized(end, scheme: scheme).quantizerPaths.contains("quant_pool/output"))
    scheme.sharesPoolScales = false
    #expect(try graph.quantized(end, scheme: scheme).quantizerPaths.contains("quant_pool/output"))
  }

  @Test func `an average pooling waits for its input's delayed grid`() throws {
    var scheme = QuantizeScheme.tflite8Bit
    scheme.outputs = { MovingAverageQuantizer(delay: 3) }
    let pooled = AveragePooling2D(name: "pool")(graph.conv("a", graph.input))
    let model = try graph.quantized(pooled, scheme: scheme)
    let grid = try #require(model.quantizer("quant_a/output"))
    let onGrid = (0..<4).map { _ in
      let values = model(graph.batch, training: true)
      return grid.fakeQuantized(values).values == values.values
    }
    #expect(onGrid[0] == false && onGrid[3] == true)
  }

  @Test func `an average pooling without an input grid has its own`() throws {
    let weightsOnly = QuantizeConfig(weights: ["kernel": LastValueQuantizer()], output: .unchanged)
    let a = quantizeAnnotate(Conv2D(filters: 2, kernelSize: 3, name: "a"), config: weightsOnly)(
      graph.input)
    let model = try graph.quantized(AveragePooling2D(name: "pool")(a))
    #expect(model.quantizerPaths == ["quantize_image/output", "quant_a/kernel", "quant_pool/output"])
    #expect(model.decisions.contains("quant_pool: output replaced by no grid to share"))
  }

  @Test func `an input is quantized once for all its readers`() throws {
    let model = try graph.quantized(
      Add(name: "add")([
        graph.conv("a", graph.input),
        graph.conv("b", MaxPooling2D(strides: 1, padding: .same, name: "p")(graph.input)),
      ]))
    #expect(model.quantizerPaths.filter { $0.hasPrefix("quantize_") } == ["quantize_image/output"])
  }

  @Test func `the model's outputs have the scheme's quantizer for outputs`() throws {
    let scheme = QuantizeScheme.nBit(weights: 4, activations: 3)
    let (a, b) = (graph.conv("a", graph.input), graph.conv("b", graph.input, .softmax))
    let model = try graph.quantized(graph.conv("c", a), MaxPooling2D(name: "p")(a), b, scheme: scheme)
    let bits = Set(model.quantizers.map { "\($0.path) \($0.quantizer.format.bitWidth)" })
    #expect(
      bits == [
        "quantize_image/output 8", "quant_a/kernel 4", "quant_a/output 8", "quant_b/kernel 4",
        "quant_b/output 8",
        "quant_b_softmax/output 8", "quant_c/kernel 4", "quant_c/output 8",
      ])
    let hidden = try graph.quantized(graph.conv("c", a), scheme: scheme)
    #expect(hidden.quantizer("quant_a/output")?.format.bitWidth == 3)
    let pooled = try graph.quantized(AveragePooling2D(name: "pool")(a), scheme: scheme)
    #expect(pooled.quantizer("quant_a/output")?.format.bitWidth == 8)
  }

  @Test func `layers inside inner models are quantized like others`() throws {
    let inner = Sequential(
      [Conv2D(filters: 2, kernelSize: 3, name: "a"), ReLU(name: "relu"), Flatten(name: "flatten")],
      name: "inner")
    let model = try graph.quantized(
      Dense(units: 2, name: "a")(Flatten(name: "flatten")(Reshape(targetShape: [4, 8])(inner(graph.input)))))
    #expect(
      model.quantizerPaths == [
        "quantize_image/output", "quant_inner_a/kernel", "quant_inner_relu/output", "quant_a/kernel",
        "quant_a/output",
      ])
  }

  @Test func `annotated layers of the same name get unique names`() throws {
    let model = Models.sequential(
      [
        quantizeAnnotate(Dense(units: 3)), quantizeAnnotate(Flatten()), quantizeAnnotate(Flatten()),
        quantizeAnnotate(Dense(units: 2)),
      ], [4])
    let quantized = try quantizeApply(model, calibratingOn: [Models.batch([4])])
    #expect(
      quantized.quantizerPaths.filter { $0.hasSuffix("kernel") } == [
        "quant_dense/kernel", "quant_dense_1/kernel",
      ])
    #expect(removeQuantization(quantized).layers.map(\.name) == ["dense", "flatten", "flatten_1", "dense_1"])
  }

  @Test func `only annotated layers and their inputs are quantized`() throws {
    func dense(_ name: String) -> Layer { Dense(units: 3, activation: .relu, name: name) }
    let model = Models.sequential(
      [dense("a"), quantizeAnnotate(dense("b")), dense("c"), quantizeAnnotate(ReLU(name: "d"))], [3])
    let quantized = try quantizeApply(model, calibratingOn: [Models.batch([3])])
    #expect(
      quantized.quantizerPaths == [
        "quantize_a/output", "quant_b/kernel", "quant_b_relu/output", "quantize_c/output", "quant_d/output",
      ])
    #expect(
      quantized.warnings == [
        .layerInFloat(layer: "a (Dense)", weights: ["kernel", "bias"]),
        .layerInFloat(layer: "c (Dense)", weights: ["kernel", "bias"]),
      ])
    #expect(quantized.explain().contains("a (Dense)\n  layer: left in float: it is not annotated"))
    // What is left in float computes to the bit what it did.
    let x = Models.batch([3])
    let first = Model(inputs: quantized.inputs, outputs: [quantized.output(of: "a")], name: "first")
    #expect(first(x).values == model.layer("a")(x).values)
  }

  @Test func `a layer without weights may be shared`() throws {
    let relu = ReLU(name: "relu")
    let model = try graph.quantized(relu(graph.conv("b", relu(graph.conv("a", graph.input)))))
    #expect(
      model.quantizerPaths.filter { $0.hasSuffix("output") } == [
        "quantize_image/output", "quant_relu/output", "quant_relu_1/output",
      ])
  }

  @Test func `a layer without weights may be annotated at one of its calls`() throws {
    let relu = ReLU(name: "relu")
    let y = quantizeAnnotate(Dense(units: 2, name: "a"))(relu(graph.input))
    let quantized = try quantizeApply(graph.model([quantizeAnnotate(relu)(y)]), calibratingOn: [graph.batch])
    #expect(quantized.quantizerPaths == ["quantize_relu/output", "quant_a/kernel", "quant_relu_1/output"])
  }

  @Test func `frozen layers stay frozen when quantized`() throws {
    let (a, b) = (
      Conv2D(filters: 2, kernelSize: 3, activation: .relu, name: "a"),
      SeparableConv2D(filters: 2, kernelSize: 3, name: "b")
    )
    let normalization = BatchNormalization(name: "bn")
    let float = graph.model([graph.conv("d", normalization(graph.conv("c", b(a(graph.input)))))])
    for layer in [a, b, normalization] as [Layer] { layer.trainable = false }
    let quantized = try quantizeModel(
      float, calibratingOn: [graph.batch], scheme: .nBit(weights: 4, activations: 4, learnedSteps: true))
    let trained = quantized.trainableWeights.map(\.name)
    #expect(
      trained.allSatisfy {
        $0.hasPrefix("c/") || $0.hasPrefix("d/") || $0.contains("quant_c") || $0.contains("quant_d")
          || $0.hasPrefix("c_bn")
      }, "\(trained)")
    #expect(trained.contains("c/kernel") && trained.contains("d/kernel"))
  }
}
