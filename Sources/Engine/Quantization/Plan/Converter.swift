import FixedPoint
import IntegerInference
import Layers
import Quantizers
import Support
import Tensors

/// Converts the operations of a quantized model, one after the other, to those of an integer model.
package struct Converter {
  let model: QuantizedModel
  let arithmetic: IntegerArithmetic
  /// The operations of the integer model so far.
  private(set) var operations: [IntegerOperation] = []
  /// The quantized model's layers that each operation of the integer model covers.
  package private(set) var layers: [[String]] = []
  /// The biases that did not fit 32 bits, by the index of their operation of the integer model.
  package private(set) var biasAdjustments: [Int: [BiasAdjustment]] = [:]
  /// For each source so far, the index of the integer operation with its output; nil for an output in float.
  private var converted: [Int?] = []
  private var names: Set<String> = []

  package init(_ model: QuantizedModel, _ arithmetic: IntegerArithmetic) {
    (self.model, self.arithmetic) = (model, arithmetic)
    names = Set(model.plan.operations.map(\.name))
  }

  /// Makes the integer model; ``layers`` and ``biasAdjustments`` then tell about its operations.
  ///
  /// - Throws: ``ConversionError`` for the first layer that cannot be converted.
  package mutating func convert() throws(ConversionError) -> IntegerModel {
    for index in model.plan.operations.indices { converted.append(try convert(source: index)) }
    do { return try integerModel() } catch { throw .impossible(error) }
  }

  /// The integer model of all sources, which are converted already.
  ///
  /// - Throws: `IntegerModelError` if an accumulator could overflow, for instance.
  func integerModel() throws(IntegerModelError) -> IntegerModel {
    let outputs = model.outputIndices.compactMap { converted[model.plan.operationOfNode[$0]] }
    return try IntegerModel(
      name: model.name, arithmetic: arithmetic, operations: operations, outputs: outputs)
  }

  /// Converts the next source, if that is possible.
  ///
  /// - Returns: The integer model of that source alone, whose inputs are the outputs of earlier operations, and the
  ///   indices of these; nil if the source stays in float, which changes nothing.
  mutating func convertNext() -> (model: IntegerModel, inputs: [Int], output: Int)? {
    let before = self
    let first = operations.count
    do {
      let output = try convert(source: converted.count)
      converted.append(output)
      let inputs = Array(Set(operations[first...].flatMap(\.inputs) + [output]).filter { $0 < first })
        .sorted()
      func renumbered(_ index: Int) -> Int {
        inputs.firstIndex(of: index) ?? inputs.count + index - first
      }
      let parts =
        inputs.map {
          IntegerOperation(
            name: operations[$0].name, kind: .input, shape: operations[$0].shape, grid: operations[$0].grid)
        }
        + operations[first...].map {
          IntegerOperation(
            name: $0.name, kind: $0.kind, inputs: $0.inputs.map(renumbered), shape: $0.shape, grid: $0.grid)
        }
      let model = try IntegerModel(
        name: model.name, arithmetic: arithmetic, operations: parts, outputs: [renumbered(output)])
      return (model, inputs, output)
    } catch {
      self = before
      return nil
    }
  }

  /// Takes the next source's output as codes from elsewhere; without a grid it is in float.
  ///
  /// - Returns: The index of the operation that stands for the codes; nil without a grid.
  mutating func skipNext(on grid: AffineQuantizer?) -> Int? {
    let planned = model.plan.operations[converted.count]
    guard let grid, let last = planned.nodes.last else {
      converted.append(nil)
      return nil
    }
    operations.append(
      IntegerOperation(name: planned.name, kind: .input, shape: model.nodes[last].outputShape, grid: grid))
    layers.append([])
    converted.append(operations.count - 1)
    return converted[converted.count - 1]
  }

  /// Converts one source.
  ///
  /// - Returns: The index of the integer operation with its output.
  /// - Throws: ``ConversionError`` if there is no integer operation for it.
  private mutating func convert(source index: Int) throws(ConversionError) -> Int {
    let source = QuantizedOperation(model.plan.operations[index], in: model)
    let inputs = source.inputs.compactMap { converted[$0] }
    guard inputs.count == source.inputs.count else {
      throw .inFloat(layer: source.layer.title, tensor: "input", isAnnotated: isAnnotated(source.planned))
    }
    let grid = try grid(ofSource: index)
    guard case .layer(let semantics) = source.planned.semantics else {
      return requantized(inputs[0], to: grid, for: source)
    }
    switch semantics {
    case .input: return append(source, .input, [], on: grid)
    case .linear(let linear):
      return append(source, try kernel(of: source, linear, inputs[0], grid), inputs, on: grid)
    case .activation(.linear), .dataMovement(.identity): return requantized(inputs[0], to: grid, for: source)
    case .activation(.relu):
      return append(
        source, .requantization(activationRange: source.activationCodes(on: grid)), inputs, on: grid)
    case .activation(.softmax): return onFixedGrid(source, .softmax, inputs, grid)
    case .activation(.sigmoid): return onFixedGrid(source, .sigmoid, inputs, grid)
    case .activation(.tanh): return onFixedGrid(source, .tanh, inputs, grid)
    case .activation(.hardSwish): return append(source, .hardSwish, inputs, on: grid)
    case .activation(.leakyReLU(let slope)):
      return append(source, .leakyReLU(slope: slope), inputs, on: grid)
    case .addition, .subtraction, .multiplication:
      return try elementOperation(source, semantics, inputs, grid)
    case .concatenation(let axis):
      let inputs = inputs.map { requantized($0, to: grid, for: source, ahead: true) }
      let index = axis < 0 ? axis + source.outputShape.count : axis - 1
      return append(source, .concatenation(axis: index), inputs, on: grid)
    case .affine(let affine): return try affineOperation(source, affine, inputs[0], grid)
    case .globalAveragePooling: return append(source, .globalAveragePooling, inputs, on: grid)
    case .averagePooling(let window):
      let window = Self.window(window, on: operations[inputs[0]].shape)
      return keepingGrid(source, .averagePooling(window), inputs, grid)
    case .bilinearUpsampling:
      return keepingGrid(
        source, .resizeBilinear(alignCorners: false, halfPixelCenters: true), inputs, grid)
    case .dataMovement(let movement): return movementOperation(source, movement, inputs[0], grid)
    case .normalization, .composite, .opaque:
      throw unsupported(source.layer, semantics)
    }
  }

  private func unsupported(_ layer: Layer, _ semantics: LayerSemantics) -> ConversionError {
    switch semantics {
    case .normalization:
      .unsupported(
        layer: layer.title, reason: "it is not folded into a layer before it",
        remedy:
          "place it directly behind an annotated convolution or dense layer whose output nothing else reads")
    default:
      .unsupported(
        layer: layer.title, reason: "there is no integer operation for this type of layer",
        remedy:
          "build it of layers that have one: Dense, Conv2D, DepthwiseConv2D, Conv2DTranspose, poolings, Add, Subtract, "
          + "Multiply, Concatenate, UpSampling2D, reshapes and activations")
    }
  }
}

// MARK: Operations

extension Converter {
  /// Appends an operation with a source's name, and returns its index.
  mutating func append(
    _ source: QuantizedOperation, _ kind: IntegerOperation.Kind, _ inputs: [Int], on grid: AffineQuantizer
  ) -> Int {
    operations.append(
      IntegerOperation(name: source.name, kind: kind, inputs: inputs, shape: source.outputShape, grid: grid))
    layers.append(source.layers)
    return operations.count - 1
  }

  /// Appends an operation on its input's grid, and a requantization behind it if the source has another grid.
  mutating func keepingGrid(
    _ source: QuantizedOperation, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ grid: AffineQuantizer
  ) -> Int {
    let own = kind.keepsGrid(arithmetic) ? operations[inputs[0]].grid : grid
    let index = append(source, kind, inputs, on: own)
    guard !own.hasSameGrid(as: grid) else { return index }
    layers[index] = []  // the simulation rounds once, behind the requantization
    return requantized(index, to: grid, for: source)
  }

  /// Appends a softmax, sigmoid or tanh on the grid that the arithmetic fixes for it, if it fixes one, and a
  /// requantization if the simulation has another grid.
  private mutating func onFixedGrid(
    _ source: QuantizedOperation, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ grid: AffineQuantizer
  ) -> Int {
    let fixed = kind.fixedGrid(arithmetic)
    let own = fixed.flatMap { try? AffineQuantizer(scale: $0.scale, zeroPoint: $0.zeroPoint) } ?? grid
    let index = append(source, kind, inputs, on: own)
    guard !own.hasSameGrid(as: grid) else { return index }
    layers[index] = []
    return requantized(index, to: grid, for: source)
  }

  /// Appends a requantization of an operation's output, unless it is on the grid already.
  ///
  /// - Parameters:
  ///   - index: The operation.
  ///   - grid: The grid of its output afterwards.
  ///   - source: The source that needs it. If the grid is the same, the operation covers the source's layers too.
  ///   - ahead: Whether the source will have an operation of its own, behind this one.
  /// - Returns: The index of an operation with the output on the grid.
  private mutating func requantized(
    _ index: Int, to grid: AffineQuantizer, for source: QuantizedOperation, ahead: Bool = false
  ) -> Int {
    let before = operations[index]
    guard !before.grid.hasSameGrid(as: grid) else {
      if !ahead { layers[index] += source.layers }
      return index
    }
    operations.append(
      IntegerOperation(
        name: freeName("\(ahead ? before.name : source.name)_requantized"),
        kind: .requantization(activationRange: grid.quantizedRange), inputs: [index], shape: before.shape,
        grid: grid))
    layers.append(ahead ? [] : source.layers)
    return operations.count - 1
  }

  /// Appends an operation that covers no layer of its own, and returns its index.
  mutating func append(
    named name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int], shape: [Int], on grid: AffineQuantizer
  ) -> Int {
    operations.append(
      IntegerOperation(name: freeName(name), kind: kind, inputs: inputs, shape: shape, grid: grid))
    layers.append([])
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

// MARK: Kernels and windows

extension Converter {
  /// The operation of a convolution or dense layer; `input` is the index of the operation that it reads.
  ///
  /// - Throws: ``ConversionError`` if the kernel is in float, not symmetric, or has too many bits.
  private mutating func kernel(
    of source: QuantizedOperation, _ linear: LinearSemantics, _ input: Int, _ grid: AffineQuantizer
  ) throws(ConversionError) -> IntegerOperation.Kind {
    let kernel = try integerKernel(of: source, operations[input].grid, grid)
    let image = operations[input].shape
    return switch linear.product {
    case .dense: .dense(kernel)
    case .convolution(let window): .convolution(kernel, Self.window(window, on: image))
    case .depthwise(let window): .depthwiseConvolution(kernel, Self.window(window, on: image))
    case .transposedConvolution(let window):
      .transposedConvolution(
        kernel, Self.transposedWindow(window, from: image, to: source.outputShape),
        isSame: window.padding == .same)
    }
  }

  private mutating func integerKernel(
    of source: QuantizedOperation, _ input: AffineQuantizer, _ output: AffineQuantizer
  ) throws(ConversionError) -> IntegerKernel {
    guard let quantizer = source.kernelQuantizer else {
      throw .inFloat(
        layer: source.layer.title, tensor: "kernel", isAnnotated: isAnnotated(source.planned))
    }
    let grids = try grids(of: quantizer, "kernel", source.layer)
    guard grids.allSatisfy({ $0.zeroPoint == 0 }) else {
      throw .unsupported(
        layer: source.layer.title,
        reason: "its kernel's grid is affine, and kernels of integers have real 0 at 0",
        remedy: "use a symmetric format for the weights")
    }
    let parameters: IntegerParameters
    do { parameters = try source.integerParameters(input: input, output: output) } catch {
      throw .noGrid(layer: source.layer.title, tensor: "kernel", reason: "no codes: \(error.description)")
    }
    if !parameters.biasAdjustments.isEmpty { biasAdjustments[operations.count] = parameters.biasAdjustments }
    let channels = source.outputShape.last ?? 1
    return IntegerKernel(
      shape: parameters.weightShape, intWeights: parameters.intWeights.map { Int8(clamping: $0) },
      bitWidth: parameters.bitWidth, scales: parameters.weightScales,
      bias32: parameters.bias32.isEmpty ? [Int32](repeating: 0, count: channels) : parameters.bias32,
      activationRange: source.activationCodes(on: output))
  }

  /// A window on images of a shape.
  static func window(_ window: ImageWindow, on image: [Int]) -> Window {
    let size = (height: window.size.height, width: window.size.width)
    let strides = (vertical: window.strides.height, horizontal: window.strides.width)
    return window.padding == .same
      ? Window(size: size, strides: strides, sameFor: (image[0], image[1]))
      : Window(size: size, strides: strides)
  }

  /// The window of a transposed convolution, on the images that it makes.
  private static func transposedWindow(_ window: ImageWindow, from image: [Int], to result: [Int]) -> Window {
    let size = (height: window.size.height, width: window.size.width)
    let strides = (vertical: window.strides.height, horizontal: window.strides.width)
    return window.padding == .same
      ? Window(
        size: size, strides: strides, transposedSameFrom: (image[0], image[1]), to: (result[0], result[1]))
      : Window(size: size, strides: strides)
  }
}
