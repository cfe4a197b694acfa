import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// Concatenations whose inputs share the scale of the result, as TensorFlow Lite's do.
@Suite struct ConcatenationTests {
  private let graph = ImageGraph()

  @Test(arguments: 2...7) func `a concatenation's inputs are quantized once, behind it`(_ count: Int) throws {
    let parts = (0..<count).map { graph.conv("c\($0)", graph.input, $0.isMultiple(of: 2) ? .relu : .linear) }
    let model = try graph.quantized(Concatenate(name: "cat")(parts))
    let kernels = (0..<count).map { "quant_c\($0)/kernel" }
    #expect(model.quantizerPaths == ["quantize_image/output"] + kernels + ["quant_cat/output"])
    #expect(model.decisions.filter { $0.hasSuffix("shared by one scale for a concatenation") }.count == count)
    let apart = try graph.quantized(Concatenate(name: "cat")(parts), scheme: .onnxRuntime8Bit)
    #expect(apart.quantizerPaths.count == 2 + 2 * count)
  }

  /// A chain of concatenations has one scale, the last one's, through layers that pass values on.
  @Test func `nested concatenations have one scale`() throws {
    var x = Concatenate(name: "cat0")([graph.conv("a", graph.input), graph.conv("b", graph.input)])
    for index in 1...3 {
      let other = graph.conv("c\(index)", graph.input)
      x = Concatenate(name: "cat\(index)")([
        MaxPooling2D(strides: 1, padding: .same, name: "p\(index)")(x), other,
      ])
    }
    let model = try graph.quantized(x)
    #expect(
      model.quantizerPaths.filter { $0.hasSuffix("output") } == [
        "quantize_image/output", "quant_cat3/output",
      ])
  }

  @Test func `other readers of a concatenation's input see it at the shared scale`() throws {
    let a = graph.conv("a", graph.input)
    let cat = Concatenate(name: "cat")([a, graph.conv("b", graph.input)])
    var scheme = QuantizeScheme.tflite8Bit
    scheme.arithmetic = nil  // else a convolution's outputs are on a grid before they are rounded to it
    let model = try graph.quantized(cat, graph.conv("c", a), scheme: scheme)
    #expect(model.decisions.contains("quantize_a: output shared by one scale for a concatenation"))
    #expect(!model.quantizerPaths.contains("quantize_a/output"))
    // The values that c reads are on the grid of the concatenation.
    let grid = try #require(model.quantizer("quant_cat/output"))
    let seen = graph.values(of: "quantize_a", in: model)
    #expect(grid.fakeQuantized(seen).values == seen.values)
    let before = graph.values(of: "quant_a", in: model)
    #expect(grid.fakeQuantized(before).values != before.values)
    // The concatenation alone decides the range: its output was observed once, and a's values were not.
    #expect(grid.observedCount == 1)
    let both = model.withPhase(.off) {
      ["quant_a", "quant_b"].flatMap { graph.values(of: $0, in: model).values }
    }
    #expect(grid.range == ValueRange(both.min() ?? 0, both.max() ?? 0))
  }

  @Test func `a concatenation's input that is a model output has the shared scale`() throws {
    let a = graph.conv("a", graph.input)
    let model = try graph.quantized(Concatenate(name: "cat")([a, a, graph.conv("b", graph.input)]), a)
    let grid = try #require(model.quantizer("quant_cat/output"))
    let outputs = model.allOutputs([graph.batch])
    #expect(grid.fakeQuantized(outputs[1]).values == outputs[1].values)
    #expect(outputs[0].shape[3] == 6)
  }

  /// The model can be trained without calibration: edges that share a range wait for it.
  @Test func `shared scales need no calibration before training`() throws {
    let a = graph.conv("a", graph.input)
    let pooled = AveragePooling2D(name: "pool")(graph.conv("c", a))
    let marked = graph.model([pooled, Concatenate(name: "cat")([a, graph.conv("b", graph.input)])])
    let fresh = try quantizeModel(marked)
    #expect(fresh.warnings.contains(.noRange(tensor: "quant_cat/output")))
    let outputs = fresh.allOutputs([graph.batch], training: true)
    #expect(outputs.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
    #expect(fresh.warnings == [])
  }

  /// An input of two concatenations is quantized to the grid of the later one, and requantized for the other.
  @Test func `an input of two concatenations has the scale of the later one`() throws {
    let a = graph.conv("a", graph.input)
    let first = Concatenate(name: "first")([a, graph.conv("b", graph.input)])
    let second = Concatenate(name: "second")([a, graph.conv("c", first)])
    let model = try graph.quantized(second)
    #expect(!model.quantizerPaths.contains("quant_a/output"))
    #expect(
      model.quantizerPaths.contains("quant_first/output")
        && model.quantizerPaths.contains("quant_second/output"))
    let seen = graph.values(of: "quantize_a", in: model)
    #expect(try #require(model.quantizer("quant_second/output")).fakeQuantized(seen).values == seen.values)
    let shared = "quantize_a: output shared by one scale for a concatenation"
    #expect(model.decisions.filter { $0.hasPrefix("quantize_a:") } == [shared])
  }

  /// A fixed grid, such as softmax's, stays: the concatenation requantizes it.
  @Test func `a fixed grid is kept in front of a concatenation`() throws {
    let model = try graph.quantized(
      Concatenate(name: "cat")([graph.conv("a", graph.input, .sigmoid), graph.conv("b", graph.input)]))
    #expect(
      model.quantizerPaths == [
        "quantize_image/output", "quant_a/kernel", "quant_a/output", "quant_a_sigmoid/output",
        "quant_b/kernel",
        "quant_cat/output",
      ])
  }

  /// A model input is quantized behind the concatenation, unless another layer reads it too: then it has a grid of
  /// its own for both.
  @Test func `a model input that is concatenated is quantized once`() throws {
    let alone = try graph.quantized(
      Concatenate(name: "cat")([graph.input, MaxPooling2D(poolSize: 1, name: "p")(graph.input)]))
    #expect(alone.quantizerPaths == ["quant_cat/output"])
    let both = try graph.quantized(Concatenate(name: "cat")([graph.input, graph.conv("a", graph.input)]))
    #expect(both.quantizerPaths == ["quantize_image/output", "quant_a/kernel", "quant_cat/output"])
  }
}
