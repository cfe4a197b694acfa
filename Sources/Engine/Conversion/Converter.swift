import FixedPoint
import IntegerInference
import Layers
import Quantization
import Quantizers
import Support

/// Turns the operations of a quantized model, one after the other, into those of an integer model.
struct Converter {
  let model: QuantizedModel
  let arithmetic: IntegerArithmetic
  /// The operations to convert.
  let sources: [QuantizedOperation]
  /// The operations made so far.
  private(set) var operations: [IntegerOperation] = []
  /// The layers of the quantized model that each of those stands for.
  private(set) var layers: [[String]] = []
  /// The number of the operation that gives a source's codes, for each source done.
  private var places: [Int] = []
  private var names: Set<String> = []

  init(_ model: QuantizedModel, _ arithmetic: IntegerArithmetic) {
    (self.model, self.arithmetic, sources) = (model, arithmetic, model.operations)
    names = Set(sources.map(\.name))
  }

  /// The integer model and its report.
  ///
  /// - Throws: `ConversionError` for the first layer that cannot be converted.
  mutating func convert() throws(ConversionError) -> (model: IntegerModel, report: ConversionReport) {
    for number in sources.indices { places.append(try place(of: number)) }
    let outputs = model.outputIndices.compactMap { place in
      sources.lastIndex { $0.layers.contains(model.nodes[place].layer.name) }.map { places[$0] }
    }
    let result: IntegerModel
    do {
      result = try IntegerModel(
        name: model.name, scheme: arithmetic, operations: operations, outputs: outputs)
    } catch { throw .impossible(error) }
    return (result, ConversionReport(of: result, simulating: model.scheme.name, layers: layers))
  }

  /// Makes the operations of a source, and returns the number of the one that gives its codes.
  private mutating func place(of number: Int) throws(ConversionError) -> Int {
    let source = sources[number]
    let inputs = source.inputs.map { places[$0] }
    let grid = try grid(of: number)
    switch source.layer {
    case is InputLayer: return append(source, .input, [], on: grid)
    case is QuantizeLayer, is Dropout: return requantized(inputs[0], to: grid, for: source)
    case let layer as Activation where layer.function == .linear:
      return requantized(inputs[0], to: grid, for: source)
    case is ReLU:
      return append(source, .requantization(limits: limits(of: source, on: grid)), inputs, on: grid)
    case is Activation where source.limits != nil:
      return append(source, .requantization(limits: limits(of: source, on: grid)), inputs, on: grid)
    case is Softmax: return softmax(source, inputs, grid)
    case let layer as Activation where layer.function == .softmax: return softmax(source, inputs, grid)
    case is Dense, is BaseConv2D:
      return append(source, try kernel(of: source, inputs[0], grid), inputs, on: grid)
    case is Add:
      guard inputs.count == 2 else {
        throw .unsupported(
          layer: source.layer.title, reason: "it adds \(inputs.count) tensors and runtimes add two",
          remedy: "add two at a time")
      }
      return append(source, .add(limits: limits(of: source, on: grid)), inputs, on: grid)
    case let layer as Concatenate:
      let inputs = inputs.map { requantized($0, to: grid, for: source, ahead: true) }
      let axis = layer.axis < 0 ? layer.axis + source.outputShape.count : layer.axis - 1
      return append(source, .concatenation(axis: axis), inputs, on: grid)
    case is GlobalAveragePooling2D: return append(source, .globalAveragePooling, inputs, on: grid)
    default:
      guard let kind = kindOnOneGrid(source.layer, of: operations[inputs[0]].shape) else {
        throw unsupported(source.layer)
      }
      return keepingGrid(source, kind, inputs, grid)
    }
  }

  /// What a layer does that gives codes of its input's grid; nil for others.
  private func kindOnOneGrid(_ layer: Layer, of image: [Int]) -> IntegerOperation.Kind? {
    switch layer {
    case is Flatten, is Reshape: .reshape
    case let layer as MaxPooling2D: .maxPooling(window(of: layer, on: image))
    case let layer as AveragePooling2D: .averagePooling(window(of: layer, on: image))
    case let layer as ZeroPadding2D:
      .padding(
        Window.Padding(
          top: layer.padding.rows.0, left: layer.padding.columns.0, bottom: layer.padding.rows.1,
          right: layer.padding.columns.1))
    default: nil
    }
  }

  private func unsupported(_ layer: Layer) -> ConversionError {
    switch layer {
    case is BatchNormalization:
      .unsupported(
        layer: layer.title, reason: "it is not folded into a layer before it",
        remedy: "place it behind an annotated convolution or dense layer, whose only reader it is")
    case is LeakyReLU, is Activation:
      .unsupported(
        layer: layer.title, reason: "there is no integer operation for its function",
        remedy: "use relu, relu6 or softmax, or leave the layer out of the model that is converted")
    default:
      .unsupported(
        layer: layer.title, reason: "there is no integer operation for this type of layer",
        remedy:
          "build it of layers that have one: Dense, Conv2D, DepthwiseConv2D, poolings, Add, Concatenate, "
          + "reshapes, relu and softmax")
    }
  }
}

// MARK: Operations

extension Converter {
  /// Appends an operation under a source's name.
  private mutating func append(
    _ source: QuantizedOperation, _ kind: IntegerOperation.Kind, _ inputs: [Int], on grid: AffineQuantizer
  ) -> Int {
    operations.append(
      IntegerOperation(name: source.name, kind: kind, inputs: inputs, shape: source.outputShape, grid: grid))
    layers.append(source.layers)
    return operations.count - 1
  }

  /// Appends an operation that keeps its input's grid, and goes over to another one behind it if need be.
  private mutating func keepingGrid(
    _ source: QuantizedOperation, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ grid: AffineQuantizer
  ) -> Int {
    let own = operations[inputs[0]].grid
    let place = append(source, kind, inputs, on: own)
    guard !own.hasSameGrid(as: grid) else { return place }
    layers[place] = []  // the simulation rounds once, behind what follows
    return requantized(place, to: grid, for: source)
  }

  /// Softmax gives multiples of 1/256; where the simulation has another grid, that comes behind it.
  private mutating func softmax(
    _ source: QuantizedOperation, _ inputs: [Int], _ grid: AffineQuantizer
  ) -> Int {
    let own = (try? AffineQuantizer(scale: 0x1p-8, zeroPoint: -128)) ?? grid
    let place = append(source, .softmax, inputs, on: own)
    guard !own.hasSameGrid(as: grid) else { return place }
    layers[place] = []
    return requantized(place, to: grid, for: source)
  }

  /// The number of an operation that has the codes of another one on a grid: itself, if it is on that already.
  ///
  /// A source that is no more than this is then another name for it; one that an operation goes `ahead` of has an
  /// operation of its own to come.
  private mutating func requantized(
    _ place: Int, to grid: AffineQuantizer, for source: QuantizedOperation, ahead: Bool = false
  ) -> Int {
    let before = operations[place]
    guard !before.grid.hasSameGrid(as: grid) else {
      if !ahead { layers[place] += source.layers }
      return place
    }
    operations.append(
      IntegerOperation(
        name: freeName("\(ahead ? before.name : source.name)_requantized"),
        kind: .requantization(limits: grid.quantizedRange), inputs: [place], shape: before.shape, grid: grid))
    layers.append(ahead ? [] : source.layers)
    return operations.count - 1
  }

  private mutating func freeName(_ name: String) -> String {
    var (free, number) = (name, 0)
    while !names.insert(free).inserted {
      number += 1
      free = "\(name)_\(number)"
    }
    return free
  }
}
