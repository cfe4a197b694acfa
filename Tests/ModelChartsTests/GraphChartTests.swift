import Charting
import Layers
import ModelCharts
import Quantization
import Testing

/// Charts of small and large models: they can be drawn, and they hold every layer.
@Suite struct GraphChartTests {
  /// Thirty dense layers in a row, or the same with a branch around every fifth.
  static func tower(branches: Bool) -> Model {
    let input = Input([4])
    var tensor: SymbolicTensor = input
    for index in 1...30 {
      let next = Dense(units: 4, name: "dense_of_the_tower_\(index)")(tensor)
      tensor = branches && index % 5 == 0 ? Add()([next, tensor]) : next
    }
    return Model(inputs: input, outputs: tensor)
  }

  static func diagrams(_ chart: Chart) -> [GraphDiagram] {
    chart.panels.flatMap(\.marks).compactMap { if case .graph(let diagram) = $0 { diagram } else { nil } }
  }

  @Test(arguments: [false, true]) func `a long model is cut into columns that hold every layer once`(
    branches: Bool
  ) throws {
    let model = Self.tower(branches: branches)
    let chart = Chart.graph(of: model, title: "tower")
    let diagrams = Self.diagrams(chart)
    #expect(diagrams.count == 3)
    let labels = diagrams.flatMap(\.nodes).map(\.label)
    for layer in model.layers { #expect(labels.count { $0 == layer.name } == 1) }
    // Each column but the first starts with the tensor at which the previous column was cut.
    #expect(diagrams.map { diagram in diagram.nodes.count { $0.label == "continued" } } == [0, 1, 1])
    #expect(try !chart.png().isEmpty)
  }

  @Test func `a quantized model is drawn beside the model as written`() throws {
    let model = try quantizeModel(GraphDiagramTests.block())
    let chart = Chart.quantization(of: model)
    #expect(chart.columns == 2)
    let layers = Self.diagrams(chart).map { diagram in diagram.nodes.count { $0.kind == .layer } }
    #expect(layers == [3, 2])
    #expect(try !chart.png().isEmpty)
  }

  @Test func `a long quantized model can be drawn`() throws {
    #expect(try !Chart.quantization(of: quantizeModel(Self.tower(branches: true))).png().isEmpty)
  }
}
