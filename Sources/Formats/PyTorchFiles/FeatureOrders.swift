import Layers

/// In which order PyTorch has the features of the layers of a model, where images are flattened or vectors made images.
///
/// PyTorch flattens `[channels, height, width]`, this package `[height, width, channels]`. The order follows values
/// from a Flatten through layers that keep the places of features to the dense layers that read them, and back from a
/// Reshape that makes an image to the dense layer that computes it.
struct FeatureOrders {
  /// The orders of a layer's input and output; nil where they are the same in PyTorch.
  ///
  /// Feature i here is feature `inputs[i]` there.
  struct Order: Equatable {
    var inputs: [Int]?
    var outputs: [Int]?
    /// The layer that hides an order; nil if all is clear.
    var unclear: String?
  }

  private var orders: [ObjectIdentifier: Order] = [:]

  /// The order of a value's features.
  private enum Places: Equatable {
    case natural
    case flattened([Int])
    case hidden(by: String)
  }

  /// Finds the orders in a built model.
  init(of model: Model) { _ = follow(model, from: .natural) }

  /// The orders of a layer.
  subscript(layer: Layer) -> Order { orders[ObjectIdentifier(layer)] ?? Order() }

  /// Follows the features of a model's first input to those of its first output.
  private mutating func follow(_ model: Model, from input: Places) -> Places {
    let wanted = Self.wanted(in: model)
    var places: [Places] = []
    for (index, node) in model.nodes.enumerated() {
      let layer = node.layer.core
      let given = node.inputs.map { places[$0] }
      let shapes = node.inputs.map { model.nodes[$0].outputShape }
      if node.inputs.isEmpty {
        places.append(index == 0 ? input : .natural)
      } else if let inner = layer as? Model {
        places.append(follow(inner, from: given[0]))
      } else {
        places.append(place(of: layer, given, shapes, node.outputShape, wanted: wanted[index]))
      }
    }
    return model.outputIndices.first.map { places[$0] } ?? .natural
  }

  /// The order of a layer's output, given those of its inputs; notes that of the layer's weights.
  private mutating func place(
    of layer: Layer, _ given: [Places], _ inputs: [[Int]], _ output: [Int], wanted: [Int]?
  ) -> Places {
    let input = inputs[0]
    switch layer.semantics {
    case .linear(let linear) where linear.product == .dense && input.count == 1:
      note(layer, inputs: given[0], outputs: wanted)
      return wanted.map { .flattened($0) } ?? .natural
    case .normalization where input.count == 1:
      note(layer, inputs: given[0], outputs: Self.order(given[0]))
      return given[0]
    case .linear, .normalization:
      guard case .hidden = given[0] else { return .natural }
      note(layer, inputs: given[0], outputs: nil)
      return .natural
    case .dataMovement(.reshape):
      if case .hidden = given[0] { return given[0] }
      if input.count == 3, output.count == 1 {
        let order = Self.order(height: input[0], width: input[1], channels: input[2])
        return order.map { .flattened($0) } ?? .natural
      }
      if output.count == 3, case .flattened(let order) = given[0],
        order == Self.order(height: output[0], width: output[1], channels: output[2])
      {
        return .natural
      }
      if input == output || given[0] == .natural { return given[0] }
      return .hidden(by: layer.name)
    case .activation, .affine, .dataMovement(.identity): return given[0]
    case .addition, .subtraction, .multiplication:
      return given.allSatisfy { $0 == given[0] } ? given[0] : .hidden(by: layer.name)
    case .concatenation where output.count == 1: return Self.joined(given, inputs.map { $0[0] })
    default: return given.first { $0 != .natural }.map { _ in .hidden(by: layer.name) } ?? .natural
    }
  }

  /// The order of vectors that are joined.
  private static func joined(_ given: [Places], _ counts: [Int]) -> Places {
    var (order, start) = ([Int](), 0)
    for (places, count) in zip(given, counts) {
      if case .hidden = places { return places }
      order += (Self.order(places) ?? Array(0..<count)).map { start + $0 }
      start += count
    }
    return given.allSatisfy { $0 == .natural } ? .natural : .flattened(order)
  }

  private mutating func note(_ layer: Layer, inputs: Places, outputs: [Int]?) {
    var order = Order(inputs: Self.order(inputs), outputs: outputs)
    if case .hidden(let name) = inputs { order.unclear = name }
    let known = orders.updateValue(order, forKey: ObjectIdentifier(layer))
    if let known, known != order { orders[ObjectIdentifier(layer)]?.unclear = "its second call" }
  }

  private static func order(_ places: Places) -> [Int]? {
    if case .flattened(let order) = places { order } else { nil }
  }

  /// The places in PyTorch's order of the pixels of an image, in the order here; nil if they are the same.
  private static func order(height: Int, width: Int, channels: Int) -> [Int]? {
    guard height * width > 1, channels > 1 else { return nil }
    var order: [Int] = []
    order.reserveCapacity(height * width * channels)
    for pixel in 0..<height * width {
      for channel in 0..<channels { order.append(channel * height * width + pixel) }
    }
    return order
  }

  /// For each node of a model, the order that a Reshape behind it wants of its features, if it makes them an image.
  private static func wanted(in model: Model) -> [[Int]?] {
    var wanted = [[Int]?](repeating: nil, count: model.nodes.count)
    for (index, node) in model.nodes.enumerated().reversed() {
      guard let source = node.inputs.first else { continue }
      switch node.layer.core.semantics {
      case .dataMovement(.reshape):
        let shape = node.outputShape
        guard shape.count == 3, model.nodes[source].outputShape.count == 1 else { continue }
        wanted[source] = order(height: shape[0], width: shape[1], channels: shape[2])
      case .activation, .affine, .dataMovement(.identity), .normalization:
        if let order = wanted[index] { wanted[source] = order }
      default: continue
      }
    }
    return wanted
  }
}
