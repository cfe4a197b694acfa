import Charting
import Layers
import ModelCharts
import Quantization
import Quantizers
import Tensors
import Testing

/// The diagram of a model: its boxes, the text in them, and their edges.
@Suite struct GraphDiagramTests {
  /// A convolution with normalization and ReLU, and a dense layer with ReLU: the cases of folding and fusion.
  static func block() -> Sequential {
    Sequential(
      [
        Conv2D(filters: 2, kernelSize: 1, name: "stem"), BatchNormalization(), ReLU(), Flatten(),
        Dense(units: 3, activation: .relu),
      ], inputShape: [4, 4, 1])
  }

  static func labels(_ diagram: GraphDiagram) -> [String] { diagram.nodes.map(\.label) }

  /// The labels of the boxes at both ends of each edge, without line breaks.
  static func links(_ diagram: GraphDiagram) -> [String] {
    func label(_ id: String) -> String {
      diagram.nodes.first { $0.id == id }?.label.replacing("\n", with: " ") ?? "nothing"
    }
    return diagram.edges.map { "\(label($0.from)) → \(label($0.to))" }
  }

  @Test func `the diagram of a float model has a box for each layer`() {
    let diagram = GraphDiagram(of: Self.block())
    #expect(
      Self.labels(diagram) == [
        "input", "stem\nConv2D", "batch_normalization", "re_lu", "flatten", "dense\n+ relu", "output",
      ])
    #expect(
      diagram.nodes.map(\.kind) == [
        .dynamicValue, .layer, .layer, .operation, .operation, .layer, .dynamicValue,
      ])
    #expect(
      Self.links(diagram) == [
        "input → stem Conv2D", "stem Conv2D → batch_normalization", "batch_normalization → re_lu",
        "re_lu → flatten", "flatten → dense + relu", "dense + relu → output",
      ])
  }

  @Test func `folded and fused layers stand in one box`() throws {
    let diagram = GraphDiagram(of: try quantizeModel(Self.block()), detail: .compact)
    #expect(
      Self.labels(diagram) == [
        "input", "fake-quant\n8 bits", "stem\n+ batch_normalization\n+ re_lu\nW8 · A8", "flatten",
        "dense\n+ relu\nW8 · A8", "output",
      ])
  }

  @Test func `every fake-quant has a box in full detail`() throws {
    let model = try quantizeModel(
      Self.block(), scheme: .nBit(weights: 4, activations: 8, scalePerUnit: false))
    let diagram = GraphDiagram(of: model, detail: .full)
    #expect(diagram.nodes.count { $0.kind == .quantizer } == model.quantizers.count)
    let kernels = Self.links(diagram).filter { $0.contains("kernel") || $0.contains("4 bits") }
    // The stem's kernel is quantized per channel, so its box has no range; the dense layer's box has one.
    #expect(kernels[0] == "kernel → fake-quant 4 bits per channel")
    #expect(
      kernels[1] == "fake-quant 4 bits per channel → stem Conv2D + batch_normalization + re_lu")
    #expect(kernels.count == 4 && kernels[2].contains(" to "))
  }

  @Test func `a calibrated fake-quant shows its range`() throws {
    let images = Tensor((0..<16).map { Float($0) / 15 - 0.25 }, shape: [1, 4, 4, 1])
    let fresh = GraphDiagram(of: try quantizeModel(Self.block()), detail: .outputs)
    let calibrated = GraphDiagram(
      of: try quantizeModel(Self.block(), calibratingOn: [images]), detail: .outputs)
    #expect(Self.labels(fresh).contains("fake-quant\n8 bits"))
    #expect(Self.labels(calibrated).contains("fake-quant\n8 bits\n−0.25 to 0.75"))
    #expect(Self.labels(calibrated).contains("stem\n+ batch_normalization\n+ re_lu\nW8"))
  }

  @Test func `a quantizer that is off is not drawn`() throws {
    let model = try quantizeModel(Self.block())
    for (path, quantizer) in model.quantizers where path == "quant_dense/kernel" { quantizer.phase = .off }
    let labels = Self.labels(GraphDiagram(of: model, detail: .compact))
    #expect(labels.contains("dense\n+ relu\nA8") && labels.contains { $0.contains("W8 · A8") })
  }

  @Test func `a ReLU after a layer with two consumers has a box of its own`() throws {
    let input = Input([3])
    let dense = Dense(units: 3)(input)
    let model = Model(inputs: input, outputs: Add()([ReLU()(dense), dense]))
    let labels = Self.labels(GraphDiagram(of: try quantizeModel(model), detail: .compact))
    #expect(labels.contains("dense\nW8 · A8") && labels.contains("re_lu\nA8"))
  }

  @Test func `a ReLU stands in its layer's box in a model that was put together by hand too`() {
    let model = Sequential(
      [
        QuantizeWrapper(
          Dense(units: 2, name: "dense"),
          weights: [("kernel", LastValueQuantizer(startingAt: ValueRange(-1, 1)))]),
        QuantizeWrapper(ReLU(name: "relu"), output: AllValuesQuantizer(startingAt: ValueRange(0, 1))),
      ], inputShape: [3])
    #expect(Self.labels(GraphDiagram(of: model, detail: .compact)).contains("dense\n+ relu\nW8 · A8"))
  }

  @Test func `an addition and its ReLU stand in one box`() throws {
    let input = Input([3])
    let branches = [Dense(units: 3)(input), Dense(units: 3)(input)]
    let model = Model(inputs: input, outputs: ReLU()(Add()(branches)))
    let diagram = GraphDiagram(of: try quantizeModel(model), detail: .compact)
    #expect(Self.labels(diagram).contains("add\n+ re_lu\nA8"))
    #expect(Self.links(diagram).count { $0.hasSuffix("→ add + re_lu A8") } == 2)
  }

  @Test func `several outputs of a model are numbered`() {
    let input = Input([3])
    let dense = Dense(units: 3)(input)
    let diagram = GraphDiagram(of: Model(inputs: [input], outputs: [dense, ReLU()(dense)]))
    #expect(Self.labels(diagram).suffix(2) == ["output 1", "output 2"])
  }

  @Test func `a model inside a model is one box`() {
    let inside = Sequential([Dense(units: 2), ReLU()], inputShape: [3], name: "head")
    let diagram = GraphDiagram(of: Sequential([inside], inputShape: [3]))
    #expect(Self.labels(diagram) == ["input", "head\na model of 2 layers", "output"])
  }
}
