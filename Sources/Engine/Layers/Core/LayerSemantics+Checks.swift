import Support
import Tensors

// What a layer states of itself is checked before a model is rewritten by it.
//
// The layers of this package are what they say. A custom layer may say something that its weights and shapes
// contradict, and the numbers of the rewritten model would be wrong without a word.

extension Layer {
  /// What the layer's weights and shapes contradict in its semantics, with a remedy; nil if they fit.
  ///
  /// The layer is built. `inputs` and `output` are the shapes of one example.
  package func semanticsMistake(inputs: [[Int]], output: [Int]) -> String? {
    let statement = Statement(layer: self, inputs: inputs, output: output)
    return statement.mistake().map { "its semantics do not fit it: \($0)" }
  }
}

/// A layer's semantics beside its weights and shapes.
private struct Statement {
  let layer: Layer
  let inputs: [[Int]]
  let output: [Int]

  func mistake() -> String? {
    switch layer.semantics {
    case .opaque: nil
    case .input: "only an input of a model states .input: state what the layer computes, or .opaque"
    case .linear(let linear): mistake(in: linear)
    case .composite(let composite): mistake(in: composite)
    case .normalization(let normalization):
      normalization.isBuilt && Set(identities(of: layer)) == Set(identities(of: normalization))
        ? shapeMistake(".normalization", inputs[0])
        : "it states a normalization, \(normalization.title), that has other weights than the layer: state the one "
          + "that computes its outputs"
    case .activation(let function): weightsMistake ?? functionMistake(function)
    case .affine(let affine): weightsMistake ?? shapeMistake(".affine", inputs[0]) ?? countMistake(in: affine)
    case .dataMovement(let movement): weightsMistake ?? mistake(in: movement)
    case .averagePooling(let window): weightsMistake ?? windowMistake(".averagePooling", window)
    case .globalAveragePooling(let keepsDimensions):
      weightsMistake ?? imageMistake(".globalAveragePooling")
        ?? shapeMistake(
          ".globalAveragePooling", (keepsDimensions ? [1, 1] : []) + inputs[0].suffix(1))
    case .addition:
      weightsMistake
        ?? (inputs.count > 1 && inputs.allSatisfy { $0 == inputs[0] }
          ? outputMistake(".addition", inputs[0])
          : "it states .addition, of two or more inputs of one shape, and has \(Layer.listed(inputs))")
    case .subtraction: weightsMistake ?? productMistake(".subtraction", 2...2)
    case .multiplication: weightsMistake ?? productMistake(".multiplication", 2...Int.max)
    case .bilinearUpsampling(let factors): weightsMistake ?? factorsMistake(".bilinearUpsampling", factors)
    case .concatenation(let axis): weightsMistake ?? concatenationMistake(axis)
    }
  }

  // MARK: Shapes

  private func shapeMistake(_ statement: String, _ expected: [Int]) -> String? {
    if inputs.count != 1 { return "it states \(statement), of one input, and has \(inputs.count)" }
    return outputMistake(statement, expected)
  }

  private func outputMistake(_ statement: String, _ expected: [Int]) -> String? {
    expected == output
      ? nil
      : "it states \(statement), which makes \(expected) of \(Layer.listed(inputs)), and its outputs have the shape "
        + "\(output)"
  }

  private func imageMistake(_ statement: String) -> String? {
    inputs.count == 1 && inputs[0].count == 3
      ? nil
      : "it states \(statement), of one image [height, width, channels], and has \(Layer.listed(inputs))"
  }

  private func windowMistake(_ statement: String, _ window: ImageWindow, channels: Int? = nil) -> String? {
    if let mistake = imageMistake(statement) { return mistake }
    let image = inputs[0]
    return shapeMistake(
      statement,
      [
        window.padding.positions(in: image[0], window: window.size.height, stride: window.strides.height),
        window.padding.positions(in: image[1], window: window.size.width, stride: window.strides.width),
        channels ?? image[2],
      ])
  }

  private func mistake(in movement: DataMovement) -> String? {
    switch movement {
    case .identity: return shapeMistake(".dataMovement(.identity)", inputs[0])
    case .reshape:
      return inputs.count == 1 && inputs[0].reduce(1, *) == output.reduce(1, *)
        ? nil
        : "it states .dataMovement(.reshape), which keeps the elements of one input, and makes \(output) of "
          + Layer.listed(inputs)
    case .maxPooling(let window): return windowMistake(".dataMovement(.maxPooling)", window)
    case .globalMaxPooling(let keepsDimensions):
      let statement = ".dataMovement(.globalMaxPooling)"
      return imageMistake(statement)
        ?? shapeMistake(statement, (keepsDimensions ? [1, 1] : []) + inputs[0].suffix(1))
    case .zeroPadding(let edges): return edgesMistake(".dataMovement(.zeroPadding)", edges, sign: 1)
    case .cropping(let edges): return edgesMistake(".dataMovement(.cropping)", edges, sign: -1)
    case .repeatedPixels(let factors): return factorsMistake(".dataMovement(.repeatedPixels)", factors)
    }
  }

  private func edgesMistake(_ statement: String, _ edges: ImageEdges, sign: Int) -> String? {
    if let mistake = imageMistake(statement) { return mistake }
    let image = inputs[0]
    let (rows, columns) = (sign * (edges.top + edges.bottom), sign * (edges.left + edges.right))
    return shapeMistake(statement, [image[0] + rows, image[1] + columns, image[2]])
  }

  private func factorsMistake(_ statement: String, _ factors: Size2D) -> String? {
    if let mistake = imageMistake(statement) { return mistake }
    let image = inputs[0]
    return shapeMistake(statement, [image[0] * factors.height, image[1] * factors.width, image[2]])
  }

  private func productMistake(_ statement: String, _ counts: ClosedRange<Int>) -> String? {
    guard counts.contains(inputs.count), let shape = LayerSemantics.repeatedShape(of: inputs) else {
      return
        "it states \(statement), of \(counts.upperBound == 2 ? "two" : "two or more") inputs that fit each other, "
        + "and has \(Layer.listed(inputs))"
    }
    return outputMistake(statement, shape)
  }

  private func functionMistake(_ function: ElementFunction) -> String? {
    switch function {
    case .relu(let maximum?) where !(maximum > 0):
      return "it states .relu with the maximum \(maximum): a maximum is above 0"
    case .leakyReLU(let slope) where !(slope >= 0 && slope.isFinite):
      return "it states .leakyReLU with the slope \(slope): a slope is finite and not below 0"
    default: return shapeMistake(".activation", inputs[0])
    }
  }

  private func countMistake(in affine: ChannelAffine) -> String? {
    let (factors, offsets) = affine.parameters()
    let channels = inputs[0].last ?? 1
    return [factors.count, offsets.count].allSatisfy { $0 == 1 || $0 == channels }
      ? nil
      : "it states .affine with \(factors.count) factors and \(offsets.count) offsets, and has \(channels) channels: "
        + "give one for all, or one each"
  }

  private func concatenationMistake(_ axis: Int) -> String? {
    let rank = inputs[0].count
    let position = axis < 0 ? rank + axis : axis - 1
    let statement = ".concatenation(axis: \(axis))"
    guard inputs[0].indices.contains(position), inputs.allSatisfy({ $0.count == rank }) else {
      return
        "it states \(statement), and has inputs of shape \(Layer.listed(inputs)): axis 0 is the batch, and −1 the "
        + "last axis"
    }
    var expected = inputs[0]
    expected[position] = inputs.reduce(0) { $0 + $1[position] }
    return expected == output
      ? nil
      : "it states \(statement), which makes \(expected) of \(Layer.listed(inputs)), and its outputs have the shape \(output)"
  }

  // MARK: Weights

  private var weightsMistake: String? {
    let weights = layer.namedWeights.filter { $0.variable.trainable }.map(\.path)
    return weights.isEmpty
      ? nil
      : "it states a computation without weights, and has \(weights.joined(separator: ", ")): state .opaque"
  }

  private func mistake(in linear: LinearSemantics) -> String? {
    let expected = [linear.kernelName] + (linear.hasBias ? ["bias"] : [])
    let weights = Dictionary(
      layer.namedWeights.map { ($0.path, $0.variable.shape) }, uniquingKeysWith: { first, _ in first })
    let isSplit = linear.activation != .linear  // and every weight needs its place
    let bound = layer.namedWeights.filter { isSplit || $0.variable.trainable || expected.contains($0.path) }
    guard Set(bound.map(\.path)) == Set(expected), let kernel = weights[linear.kernelName] else {
      let found = layer.namedWeights.map(\.path).joined(separator: ", ")
      return "it states a product with the weights \(expected.joined(separator: ", ")), and has "
        + "\(found.isEmpty ? "none" : found): name the kernel by kernelName:, and call the bias \"bias\""
    }
    guard let channels = channels(of: linear, kernel) else {
      return "it states a \(name(of: linear)), whose kernel of shape \(kernel) does not fit inputs of shape "
        + Layer.listed(inputs)
    }
    if let bias = weights["bias"], linear.hasBias, bias != [channels] {
      return
        "it has a bias of shape \(bias), and its kernel makes \(channels) channels: make it [\(channels)]"
    }
    if linear.activation != .linear, !isPlain(linear.withoutActivation(), of: linear) {
      return
        "what its semantics make as withoutActivation is no unbuilt linear layer of the same product and "
        + "weights without an activation: return one"
    }
    switch linear.product {
    case .dense: return shapeMistake("a \(name(of: linear))", inputs[0].dropLast() + [channels])
    case .convolution(let window), .depthwise(let window):
      return windowMistake("a \(name(of: linear))", window, channels: channels)
    case .transposedConvolution(let window):
      func extent(_ extent: Int, _ size: Int, _ stride: Int) -> Int {
        window.padding.transposedExtent(of: extent, window: size, stride: stride)
      }
      return shapeMistake(
        "a \(name(of: linear))",
        [
          extent(inputs[0][0], window.size.height, window.strides.height),
          extent(inputs[0][1], window.size.width, window.strides.width), channels,
        ])
    }
  }

  private func isPlain(_ plain: Layer, of linear: LinearSemantics) -> Bool {
    guard let own = plain.linearSemantics, !plain.isBuilt else { return false }
    return own.activation == .linear && own.product == linear.product && own.kernelName == linear.kernelName
      && own.hasBias == linear.hasBias
  }

  private func name(of linear: LinearSemantics) -> String {
    switch linear.product {
    case .dense: "dense product"
    case .convolution: "convolution"
    case .depthwise: "depthwise convolution"
    case .transposedConvolution: "transposed convolution"
    }
  }

  /// The number of output channels; nil if the kernel does not fit the input.
  private func channels(of linear: LinearSemantics, _ kernel: [Int]) -> Int? {
    guard inputs.count == 1, let features = inputs[0].last else { return nil }
    switch linear.product {
    case .dense: return kernel.count == 2 && kernel[0] == features ? kernel[1] : nil
    case .convolution(let window), .depthwise(let window), .transposedConvolution(let window):
      guard kernel.count == 4, inputs[0].count == 3, kernel[2] == features,
        kernel[0] == window.size.height, kernel[1] == window.size.width
      else { return nil }
      if case .depthwise = linear.product { return kernel[2] * kernel[3] }
      return kernel[3]
    }
  }

  // MARK: Composites

  private func mistake(in composite: CompositeSemantics) -> String? {
    let parts = composite.layers { $0 }
    guard inputs.count == 1, !parts.isEmpty else {
      return "it states .composite: such a layer has one input, and stands for one layer or more"
    }
    var shapes = inputs
    for part in parts {
      if case .composite = part.semantics {
        return
          "\(part.title), of which it is composed, states .composite itself: list the layers that it stands for"
      }
      part.buildOnce(inputShapes: shapes)
      shapes = [Array(part(shapes.map { Tensor.zeros([1] + $0) }).shape.dropFirst())]
    }
    return weightsMistake(of: composite, parts) ?? shapeMistake(".composite", shapes[0])
  }

  private func weightsMistake(of composite: CompositeSemantics, _ parts: [Layer]) -> String? {
    var missing = Set(layer.namedWeights.map(\.path))
    for (name, index, target) in composite.weights {
      guard let weight = layer.namedWeights.first(where: { $0.path == name })?.variable else {
        return "it states .composite with a weight \"\(name)\", which it does not have"
      }
      guard missing.remove(name) != nil else {
        return "it states .composite with two places for its weight \"\(name)\": name one"
      }
      guard parts.indices.contains(index) else {
        return
          "it states .composite of \(parts.count) layers, and layer \(index) for \"\(name)\": count from 0"
      }
      guard let place = parts[index].namedWeights.first(where: { $0.path == target })?.variable,
        place.shape == weight.shape
      else {
        return
          "it states that \"\(name)\", of shape \(weight.shape), is \"\(target)\" of \(parts[index].title), which "
          + "has no such weight of that shape"
      }
    }
    return missing.isEmpty
      ? nil
      : "it states .composite without a place for \(missing.sorted().joined(separator: ", ")): name one for each "
        + "weight"
  }

  private func identities(of layer: Layer) -> [ObjectIdentifier] { layer.weights.map(ObjectIdentifier.init) }
}
