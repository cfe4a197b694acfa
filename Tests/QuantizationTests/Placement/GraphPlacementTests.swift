import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// Placement where the graph branches, joins, nests, or is marked in part.
@Suite struct GraphPlacementTests {
  private let input = Input([6, 6, 2], name: "image")
  private let batch = Models.batch([6, 6, 2])

  private func conv(_ name: String, _ x: SymbolicTensor, _ activation: ActivationFunction = .linear)
    -> SymbolicTensor
  {
    Conv2D(filters: 2, kernelSize: (3, 3), padding: .same, activation: activation, name: name)(x)
  }

  private func model(_ outputs: SymbolicTensor...) -> Model {
    let model = Model(inputs: [input], outputs: outputs, name: "m")
    Models.draw(model, seed: 1)
    return model
  }

  private func quantized(_ outputs: SymbolicTensor..., scheme: QuantizeScheme = .tflite8Bit) throws
    -> QuantizedModel
  {
    let model = Model(inputs: [input], outputs: outputs, name: "m")
    Models.draw(model, seed: 1)
    return try quantizeModel(model, calibratingOn: [batch], scheme: scheme)
  }

  @Test func anAdditionAndItsReLUAreOneOperation() throws {
    let sum = Add(name: "add")([conv("a", input), conv("b", input)])
    let model = try quantized(ReLU(name: "relu")(sum))
    #expect(
      model.places == [
        "quantize_image/output", "quant_a/kernel", "quant_a/output", "quant_b/kernel", "quant_b/output",
        "quant_relu/output",
      ])
    #expect(
      model.decisions.contains("add: output moved by ReLU fusion"))
  }

  @Test func aReLUIsNotFusedWhereTheValuesBeforeItAreReadToo() throws {
    let a = conv("a", input)
    let model = try quantized(Add(name: "add")([a, ReLU(name: "relu")(a)]))
    #expect(model.places.contains("quant_a/output") && model.places.contains("quant_relu/output"))
    let outputs = try quantized(a, ReLU(name: "relu")(a))
    #expect(outputs.places.contains("quant_a/output") && outputs.places.contains("quant_relu/output"))
  }

  @Test(arguments: 2...7) func aConcatenationsInputsAreRoundedBehindIt(_ count: Int) throws {
    let parts = (0..<count).map { conv("c\($0)", input, $0.isMultiple(of: 2) ? .relu : .linear) }
    let model = try quantized(Concatenate(name: "cat")(parts))
    let kernels = (0..<count).map { "quant_c\($0)/kernel" }
    #expect(model.places == ["quantize_image/output"] + kernels + ["quant_cat/output"])
    #expect(model.decisions.filter { $0.hasSuffix("shared by one scale for a concatenation") }.count == count)
    let apart = try quantized(Concatenate(name: "cat")(parts), scheme: .onnxRuntime8Bit)
    #expect(apart.places.count == 2 + 2 * count)
  }

  /// A chain of concatenations has one scale, the last one's, as far back as it reaches through layers that
  /// pass values on.
  @Test func nestedConcatenationsHaveOneScale() throws {
    var x = Concatenate(name: "cat0")([conv("a", input), conv("b", input)])
    for number in 1...3 {
      let other = conv("c\(number)", input)
      x = Concatenate(name: "cat\(number)")([
        MaxPooling2D(strides: (1, 1), padding: .same, name: "p\(number)")(x), other,
      ])
    }
    let model = try quantized(x)
    #expect(model.places.filter { $0.hasSuffix("output") } == ["quantize_image/output", "quant_cat3/output"])
  }

  @Test func whatElseReadsAConcatenationsInputSeesItOnItsScale() throws {
    let a = conv("a", input)
    let cat = Concatenate(name: "cat")([a, conv("b", input)])
    let model = try quantized(cat, conv("c", a))
    #expect(model.decisions.contains("quantize_a: output shared by one scale for a concatenation"))
    #expect(!model.places.contains("quantize_a/output"))
    // The values that c reads are on the grid of the concatenation, whichever it comes to be.
    let grid = try #require(model.quantizer("quant_cat/output"))
    let seen = Model(inputs: model.inputs, outputs: [model.output(of: "quantize_a")], name: "seen")(batch)
    #expect(grid.fakeQuantized(seen).values == seen.values)
    let before = Model(inputs: model.inputs, outputs: [model.output(of: "quant_a")], name: "before")(batch)
    #expect(grid.fakeQuantized(before).values != before.values)
    // The concatenation alone decides on the range: a's values count once.
    let alone = MovingAverageQuantizer()
    let concatenated = Model(inputs: model.inputs, outputs: [model.output(of: "quant_b")], name: "b")(batch)
    alone.observe(Tensor.concatenated([before, concatenated], axis: -1))
    let (ours, theirs) = (try #require(grid.range), try #require(alone.range))
    #expect(abs(ours.low[0] - theirs.low[0]) < 0.02 && abs(ours.high[0] - theirs.high[0]) < 0.02)
  }

  @Test func aConcatenationsInputThatIsAnOutputIsOnItsScaleToo() throws {
    let a = conv("a", input)
    let model = try quantized(Concatenate(name: "cat")([a, a, conv("b", input)]), a)
    let grid = try #require(model.quantizer("quant_cat/output"))
    let outputs = model.allOutputs([batch])
    #expect(grid.fakeQuantized(outputs[1]).values == outputs[1].values)
    #expect(outputs[0].shape[3] == 6)
  }

  /// It can be trained from scratch, without calibration: the edges that share a range wait for it.
  @Test func sharedScalesNeedNoCalibration() throws {
    let a = conv("a", input)
    let pooled = AveragePooling2D(name: "pool")(conv("c", a))
    let marked = model(Concatenate(name: "cat")([a, conv("b", input)]), pooled)
    let fresh = try quantizeModel(marked)
    #expect(fresh.warnings.contains(.noRange(tensor: "quant_cat/output")))
    let outputs = fresh.allOutputs([batch], training: true)
    #expect(outputs.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
    #expect(fresh.warnings == [])
  }

  @Test func anAveragePoolingStaysOnItsInputsGridWhereTheSchemeSaysSo() throws {
    let pooled = AveragePooling2D(name: "pool")(conv("a", input))
    let end = conv("b", pooled)
    let model = try quantized(end)
    #expect(!model.places.contains("quant_pool/output"))
    #expect(model.decisions.contains("quant_pool: output shared by registry"))
    let grid = try #require(model.quantizer("quant_a/output"))
    let values = Model(inputs: model.inputs, outputs: [model.output(of: "quant_pool")], name: "p")(batch)
    #expect(grid.fakeQuantized(values).values == values.values)
    // The pool's means do not count in its input's range.
    let a = Model(inputs: model.inputs, outputs: [model.output(of: "quant_a")], name: "a")(batch)
    let scale = try #require(try grid.affineQuantizers().first?.scale)
    #expect(abs((grid.range?.high[0] ?? 0) - (a.values.max() ?? 0)) <= scale)
    #expect(try quantized(end, scheme: .onnxRuntime8Bit).places.contains("quant_pool/output"))
  }

  @Test func anAveragePoolingWithoutAGridBeforeItHasItsOwn() throws {
    let weightsOnly = QuantizeConfig(weights: ["kernel": LastValueQuantizer()], output: .unchanged)
    let a = quantizeAnnotate(Conv2D(filters: 2, kernelSize: (3, 3), name: "a"), config: weightsOnly)(input)
    let model = try quantized(AveragePooling2D(name: "pool")(a))
    #expect(model.places == ["quantize_image/output", "quant_a/kernel", "quant_pool/output"])
    #expect(model.decisions.contains("quant_pool: output replaced by no grid to share"))
  }

  @Test func anInputIsQuantizedOnceForAllThatReadIt() throws {
    let model = try quantized(
      Add(name: "add")([
        conv("a", input), conv("b", MaxPooling2D(strides: (1, 1), padding: .same, name: "p")(input)),
      ]))
    #expect(model.places.filter { $0.hasPrefix("quantize_") } == ["quantize_image/output"])
  }

  @Test func outputsHaveTheSchemesQuantizerForThem() throws {
    let scheme = QuantizeScheme.nBit(weights: 4, activations: 3)
    let (a, b) = (conv("a", input), conv("b", input, .softmax))
    let model = try quantized(conv("c", a), MaxPooling2D(name: "p")(a), b, scheme: scheme)
    let bits = Set(model.quantizers.map { "\($0.path) \($0.quantizer.format.bitWidth)" })
    #expect(
      bits == [
        "quantize_image/output 8", "quant_a/kernel 4", "quant_a/output 8", "quant_b/kernel 4",
        "quant_b/output 8",
        "quant_b_softmax/output 8", "quant_c/kernel 4", "quant_c/output 8",
      ])
    let hidden = try quantized(conv("c", a), scheme: scheme)
    #expect(hidden.quantizer("quant_a/output")?.format.bitWidth == 3)
    let pooled = try quantized(AveragePooling2D(name: "pool")(a), scheme: scheme)
    #expect(pooled.quantizer("quant_a/output")?.format.bitWidth == 8)
  }

  @Test func layersInsideModelsAreQuantizedLikeOthers() throws {
    let inner = Sequential(
      [Conv2D(filters: 2, kernelSize: (3, 3), name: "a"), ReLU(name: "relu"), Flatten(name: "flatten")],
      name: "inner")
    let model = try quantized(
      Dense(units: 2, name: "a")(Flatten(name: "flatten")(Reshape(targetShape: [4, 8])(inner(input)))))
    #expect(
      model.places == [
        "quantize_image/output", "quant_inner_a/kernel", "quant_inner_relu/output", "quant_a/kernel",
        "quant_a/output",
      ])
  }

  @Test func layersOfOneNameInTheirMarksGetNamesOfTheirOwn() throws {
    let model = Models.sequential(
      [
        quantizeAnnotate(Dense(units: 3)), quantizeAnnotate(Flatten()), quantizeAnnotate(Flatten()),
        quantizeAnnotate(Dense(units: 2)),
      ], [4])
    let quantized = try quantizeApply(model, calibratingOn: [Models.batch([4])])
    #expect(
      quantized.places.filter { $0.hasSuffix("kernel") } == ["quant_dense/kernel", "quant_dense_1/kernel"])
    #expect(removeQuantization(quantized).layers.map(\.name) == ["dense", "flatten", "flatten_1", "dense_1"])
  }

  @Test func onlyWhatIsMarkedIsQuantizedAndEdgesAreToo() throws {
    func dense(_ name: String) -> Layer { Dense(units: 3, activation: .relu, name: name) }
    let model = Models.sequential(
      [dense("a"), quantizeAnnotate(dense("b")), dense("c"), quantizeAnnotate(ReLU(name: "d"))], [3])
    let quantized = try quantizeApply(model, calibratingOn: [Models.batch([3])])
    #expect(
      quantized.places == [
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

  @Test func aLayerWithoutWeightsMayBeShared() throws {
    let relu = ReLU(name: "relu")
    let model = try quantized(relu(conv("b", relu(conv("a", input)))))
    #expect(
      model.places.filter { $0.hasSuffix("output") } == [
        "quantize_image/output", "quant_relu/output", "quant_relu_1/output",
      ])
  }

  @Test func frozenLayersStayFrozen() throws {
    let (a, b) = (
      Conv2D(filters: 2, kernelSize: (3, 3), activation: .relu, name: "a"),
      SeparableConv2D(filters: 2, kernelSize: (3, 3), name: "b")
    )
    let normalization = BatchNormalization(name: "bn")
    let float = model(conv("d", normalization(conv("c", b(a(input))))))
    for layer in [a, b, normalization] as [Layer] { layer.trainable = false }
    let quantized = try quantizeModel(
      float, calibratingOn: [batch], scheme: .nBit(weights: 4, activations: 4, learnedSteps: true))
    let trained = quantized.trainableWeights.map(\.name)
    #expect(
      trained.allSatisfy {
        $0.hasPrefix("c/") || $0.hasPrefix("d/") || $0.contains("quant_c") || $0.contains("quant_d")
          || $0.hasPrefix("c_bn")
      }, "\(trained)")
    #expect(trained.contains("c/kernel") && trained.contains("d/kernel"))
  }
}
