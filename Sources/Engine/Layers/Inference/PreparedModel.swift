import Support
import Tensors

/// A model of floats that is prepared for inference: a call builds no graph, and fetches no memory after the first.
///
/// A normalization behind a product is folded into the kernel, as conversion to integers does it, and kernels are packed
/// once. So outputs differ from the model's own in the last bits. A prepared model has the weights of the moment in which
/// it was made: make a new one when they have changed.
package final class PreparedModel {
  let backend: Backend
  private let network: PreparedNetwork
  private let inputShapes: [[Int]]
  private let shapes: [[Int]]

  /// Prepares a model; nil if it is not one of plain layers that are known to compute what they state.
  ///
  /// - Parameters:
  ///   - model: A model that is built.
  ///   - backend: The kernels and threads.
  package init?(_ model: Model, backend: Backend = .standard) {
    guard type(of: model) == Model.self || model is Sequential, model.isBuilt else { return nil }
    var builder = PreparedModelBuilder(model, backend: backend)
    guard let network = builder.network() else { return nil }
    (self.network, self.backend) = (network, backend)
    inputShapes = model.inputs.map(\.shape)
    shapes = model.outputIndices.map { model.nodes[$0].outputShape }
  }

  /// Computes the outputs of a batch, in the order of ``Model/outputs``.
  ///
  /// - Parameter inputs: The inputs, `[count, …]` each.
  /// - Returns: The outputs, `[count, …]` each; nil if the inputs are not equally many examples of the model's shapes.
  package func callAsFunction(_ inputs: [Tensor]) -> [Tensor]? {
    guard let count = inputs.first?.shape.first,
      inputs.map(\.shape) == inputShapes.map({ [count] + $0 })
    else { return nil }
    return network.run(inputs, shapes: shapes)
  }
}

extension Model {
  /// The outputs of a batch in inference, in the order of ``outputs``, by the model as it is prepared for it.
  ///
  /// A model that is not built is built for the inputs. It is prepared in the first call, and again in the first call
  /// after its weights have changed.
  ///
  /// - Parameter inputs: The inputs, `[count, …]` each.
  /// - Returns: The outputs; nil if the model cannot be prepared or does not take these inputs: then its layers are to be
  ///   called.
  package func prepared(_ inputs: [Tensor]) -> [Tensor]? {
    guard canBePrepared, let backend = inputs.first?.backend, inputs.allSatisfy({ $0.rank > 0 }) else {
      return nil
    }
    if !isBuilt { buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) }) }
    if let preparation, preparation.model.backend == backend,
      preparation.weights.allSatisfy({ $0.variable.value.sharesElements(with: $0.value) })
    {
      return preparation.model(inputs)
    }
    let weights = namedWeights.map { ($0.variable, $0.variable.value) }
    preparation = PreparedModel(self, backend: backend).map { ($0, weights) }
    // Whether it can be depends on the graph alone.
    canBePrepared = preparation != nil
    return preparation?.model(inputs)
  }
}

/// Turns the calls of a model's layers into steps of a network.
private struct PreparedModelBuilder {
  private let nodes: [ModelNode]
  private let (inputs, outputs): (Int, [Int])
  private let backend: Backend
  /// The value that each node gives: its own, or that of another node with the same numbers.
  private var values: [Int]
  private var steps: [PreparedNetwork.Step] = []
  private var work = 0

  init(_ model: Model, backend: Backend) {
    (nodes, inputs, outputs) = (model.nodes, model.inputs.count, model.outputIndices)
    self.backend = backend
    values = Array(nodes.indices)
  }

  /// The network; nil if a layer cannot be prepared.
  mutating func network() -> PreparedNetwork? {
    var done: Set<Int> = []
    for index in nodes.indices.dropFirst(inputs) where !done.contains(index) {
      guard nodes[index].layer.computesAsStated, let joined = prepare(index) else { return nil }
      done.formUnion(joined)
    }
    let results = outputs.map { values[$0] }
    guard results.allSatisfy({ $0 >= inputs }) else { return nil }
    return PreparedNetwork(
      sizes: nodes.map { size($0.outputShape) }, inputs: inputs, steps: steps, outputs: results, work: work,
      backend: backend)
  }

  private func size(_ shape: [Int]) -> Int { shape.reduce(1, *) }

  /// Adds the step of a node, together with the nodes behind it that it takes in.
  ///
  /// - Returns: The nodes that were taken in; nil if the layer cannot be prepared.
  private mutating func prepare(_ index: Int) -> [Int]? {
    let node = nodes[index]
    let image = nodes[node.inputs[0]].outputShape
    switch node.layer.semantics {
    case .linear(let linear):
      return product(index, linear)
    case .dataMovement(.identity), .dataMovement(.reshape):
      values[index] = values[node.inputs[0]]
    case .activation(let function):
      if let kernel = Self.kernel(function, node.outputShape) {
        add(index) { _ in kernel }
      } else {
        values[index] = values[node.inputs[0]]
      }
    case .dataMovement(.maxPooling(let window)):
      add(index) { _ in
        .maxPooling(image: image, size: window.size, strides: window.strides, padding: window.padding)
      }
    case .averagePooling(let window):
      add(index) { _ in
        .averagePooling(image: image, size: window.size, strides: window.strides, padding: window.padding)
      }
    case .dataMovement(.globalMaxPooling):
      add(index) { _ in
        .maxPooling(image: image, size: Size2D(image[0], image[1]), strides: 1, padding: .valid)
      }
    case .globalAveragePooling:
      add(index) { _ in .globalAverage(image: image) }
    case .dataMovement(.zeroPadding(let edges)):
      add(index) { _ in
        .zeroPadding(
          image: image, top: edges.top, bottom: edges.bottom, left: edges.left, right: edges.right)
      }
    case .addition:
      return sum(index)
    case .concatenation(let axis):
      let position = axis < 0 ? image.count + axis : axis - 1
      let rows = image[..<position].reduce(1, *)
      let blocks = node.inputs.map { size(nodes[$0].outputShape) / rows }
      add(index) { _ in .concatenation(blocks: blocks, rows: rows) }
    case .normalization(let layer):
      channelwise(index, layer.inferenceFactors, layer.inferenceOffsets)
    case .affine(let affine):
      let (factors, offsets) = affine.parameters()
      channelwise(index, factors, offsets)
    case .input, .dataMovement, .bilinearUpsampling, .subtraction, .multiplication, .composite, .opaque:
      return nil
    }
    return []
  }

  /// Adds the step that gives the value of a node; it reads the inputs of that node or of another one before it.
  private mutating func add(
    _ index: Int, reading first: Int? = nil, kernel: @escaping (Int) -> PreparedKernel
  ) {
    let read = nodes[first ?? index].inputs
    steps.append(
      PreparedNetwork.Step(
        inputs: read.map { values[$0] }, result: index,
        isOfImages: (read + [index]).contains { nodes[$0].outputShape.count > 1 }, kernel: kernel))
    work += size(nodes[index].outputShape)
  }

  /// A sum with the activation right behind it, a function of each element.
  private mutating func sum(_ index: Int) -> [Int] {
    let size = size(nodes[index].outputShape)
    var (last, function): (Int, PreparedKernel?) = (index, nil)
    if let next = nodes.onlyReader(of: index, outputs: outputs), nodes[next].layer.computesAsStated,
      let behind = nodes[next].layer.elementFunction, behind != .softmax
    {
      (last, function) = (next, Self.kernel(behind, [1]))
    }
    add(last, reading: index) { [backend] _ in .sum(size: size, then: function, backend: backend) }
    return last == index ? [] : [last]
  }

  /// A product with the normalization and the activation right behind it.
  private mutating func product(_ index: Int, _ linear: LinearSemantics) -> [Int]? {
    let node = nodes[index]
    let shape = nodes[node.inputs[0]].outputShape
    var folded = FoldedProduct(node.layer, linear)
    var (last, joined, function) = (index, [Int](), linear.activation.semantics)
    while let next = nodes.onlyReader(of: last, outputs: outputs),
      nodes[next].layer.computesAsStated
    {
      if case .normalization(let layer) = nodes[next].layer.semantics, joined.isEmpty, function == .linear {
        folded.fold(layer)
      } else if let behind = nodes[next].layer.elementFunction, function == .linear {
        function = behind
      } else {
        break
      }
      joined.append(next)
      last = next
    }
    let (kernel, bias) = folded.tensors(on: backend)
    let pooling = pooling(behind: last)
    var (ending, behind) = (ConvolutionEnding.sums, Self.kernel(function, node.outputShape))
    if let own = self.ending(of: linear, function) { (ending, behind) = (own, nil) }
    let make: (Int) -> PreparedKernel
    switch linear.product {
    case .dense where shape.count == 1:
      make = { [ending] _ in .dense(kernel, bias: bias, ending: ending) }
    case .dense:
      // On images it is a convolution with a window of one pixel.
      let image = shape.count == 2 ? [1] + shape : shape
      guard image.count == 3 else { return nil }
      let window = kernel.reshaped([1, 1] + kernel.shape)
      make = { [ending] in
        .convolution(
          window, bias: bias, image: image, strides: 1, padding: .valid, group: $0, ending: ending)
      }
    case .convolution(let window):
      if let pooling, behind == nil, PreparedKernel.takesEndings(on: backend) {
        ending.isPooled = isHalving(pooling.window, nodes[last].outputShape)
      }
      make = { [ending] in
        .convolution(
          kernel, bias: bias, image: shape, strides: window.strides, padding: window.padding, group: $0,
          ending: ending)
      }
    case .depthwise(let window):
      make = { _ in
        .depthwise(kernel, bias: bias, image: shape, strides: window.strides, padding: window.padding)
      }
    case .transposedConvolution:
      return nil
    }
    work += size(nodes[index].outputShape) * (kernel.count / bias.count) / Backend.multiplyAddsPerElement
    if let pooling, ending.isPooled {
      add(pooling.index, reading: index, kernel: make)
      return joined + [pooling.index]
    }
    // The largest of rectified numbers is the largest number, rectified: pooling first leaves fewer of them.
    if let pooling, behind != nil, case .relu(let maximum) = function {
      let (image, size) = (nodes[last].outputShape, size(nodes[pooling.index].outputShape))
      add(last, reading: index, kernel: make)
      add(pooling.index) { _ in
        PreparedKernel.maxPooling(
          image: image, size: pooling.window.size, strides: pooling.window.strides,
          padding: pooling.window.padding
        ).then(.relu(maximum: maximum, size: size))
      }
      return joined + [pooling.index]
    }
    add(last, reading: index) { group in behind.map { make(group).then($0) } ?? make(group) }
    return joined
  }

  /// The max pooling that alone reads a node.
  private func pooling(behind last: Int) -> (index: Int, window: ImageWindow)? {
    guard let next = nodes.onlyReader(of: last, outputs: outputs), nodes[next].layer.computesAsStated,
      case .dataMovement(.maxPooling(let window)) = nodes[next].layer.semantics
    else { return nil }
    return (next, window)
  }

  /// Whether windows of 2 × 2 pixels stand side by side in an image, and none reaches beyond.
  private func isHalving(_ window: ImageWindow, _ image: [Int]) -> Bool {
    window.size == Size2D(2, 2) && window.strides == Size2D(2, 2)
      && (window.padding == .valid || image[0] % 2 == 0 && image[1] % 2 == 0)
  }

  /// The ending of a product that rectifies its results itself; nil for other products and functions.
  private func ending(of linear: LinearSemantics, _ function: ElementFunction) -> ConvolutionEnding? {
    guard PreparedKernel.takesEndings(on: backend), case .relu(let maximum) = function else { return nil }
    return switch linear.product {
    case .dense, .convolution: .relu(maximum: maximum)
    case .depthwise, .transposedConvolution: nil
    }
  }

  /// A factor and an offset for each channel, or for all.
  private mutating func channelwise(_ index: Int, _ factors: [Double], _ offsets: [Double]) {
    let shape = nodes[index].outputShape
    let channels = max(factors.count, offsets.count)
    func all(_ values: [Double]) -> [Double] {
      values.count == channels ? values : [Double](repeating: values[0], count: channels)
    }
    let (factors, offsets, size) = (all(factors), all(offsets), size(shape))
    add(index) { _ in .channels(factors, offsets, size: size) }
  }

  /// A function of each element, or along the last dimension; nil for that which changes nothing.
  private static func kernel(_ function: ElementFunction, _ shape: [Int]) -> PreparedKernel? {
    let size = shape.reduce(1, *)
    return switch function {
    case .linear: nil
    case .hardSwish: .hardSwish(size: size)
    case .relu(let maximum): .relu(maximum: maximum, size: size)
    case .leakyReLU(let slope): .leakyReLU(slope: slope, size: size)
    case .sigmoid: .sigmoid(size: size)
    case .tanh: .tanh(size: size)
    case .softmax: .softmax(size: size, columns: shape.last ?? 1)
    }
  }
}
