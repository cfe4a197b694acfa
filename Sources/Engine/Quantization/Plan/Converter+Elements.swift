import FixedPoint
import IntegerInference
import Layers
import Support

// Operations without a kernel: those that move codes, and those that combine two tensors element by element.

extension Converter {
  /// Appends the operation of a layer that moves values; the maxima of whole images are given their shape behind it.
  mutating func movementOperation(
    _ source: QuantizedOperation, _ movement: DataMovement, _ input: Int, _ grid: AffineQuantizer
  ) -> Int {
    let image = operations[input]
    let kind = kind(of: movement, on: image.shape)
    guard case .globalMaxPooling(keepsDimensions: false) = movement else {
      return keepingGrid(source, kind, [input], grid)
    }
    let maxima = append(
      named: "\(source.name)_maxima", kind, [input], shape: [1, 1] + source.outputShape, on: image.grid)
    return keepingGrid(source, .reshape, [maxima], grid)
  }

  /// The operation of a layer that moves values of an input of a shape.
  private func kind(of movement: DataMovement, on shape: [Int]) -> IntegerOperation.Kind {
    switch movement {
    case .identity, .reshape: .reshape
    case .maxPooling(let window): .maxPooling(Self.window(window, on: shape))
    case .zeroPadding(let edges):
      .padding(
        Window.Padding(top: edges.top, left: edges.left, bottom: edges.bottom, right: edges.right))
    case .globalMaxPooling: .maxPooling(Window(size: (shape[0], shape[1])))
    case .cropping(let edges):
      .slice(
        begin: [edges.top, edges.left, 0],
        size: [shape[0] - edges.top - edges.bottom, shape[1] - edges.left - edges.right, shape[2]],
        strides: [1, 1, 1])
    case .repeatedPixels: .resizeNearestNeighbor(alignCorners: false, halfPixelCenters: true)
    }
  }

  /// Appends the sum, difference or product of two tensors; a tensor of fewer dimensions than the result is given those
  /// that it lacks.
  ///
  /// - Throws: ``ConversionError`` if there are more than two.
  mutating func elementOperation(
    _ source: QuantizedOperation, _ semantics: LayerSemantics, _ inputs: [Int], _ grid: AffineQuantizer
  ) throws(ConversionError) -> Int {
    let range = source.activationCodes(on: grid)
    let (kind, verb): (IntegerOperation.Kind, (one: String, two: String)) =
      switch semantics {
      case .subtraction: (.subtract(activationRange: range), ("subtracts", "subtract"))
      case .multiplication: (.multiply(activationRange: range), ("multiplies", "multiply"))
      default: (.add(activationRange: range), ("adds", "add"))
      }
    guard inputs.count == 2 else {
      throw .unsupported(
        layer: source.layer.title,
        reason: "it \(verb.one) \(inputs.count) tensors and runtimes \(verb.two) two",
        remedy: "\(verb.two) two at a time")
    }
    let shapes = inputs.map { operations[$0].shape }
    let shorter = shapes.map { $0.drop { $0 == 1 } }
    guard shapes.contains(source.outputShape),
      shorter.allSatisfy({ source.outputShape.suffix($0.count) == $0 })
    else {
      throw .unsupported(
        layer: source.layer.title,
        reason:
          "it \(verb.one) tensors of shape \(shapes[0]) and \(shapes[1]), and runtimes repeat one with a factor "
          + "for each channel, or one for all", remedy: "give both one shape")
    }
    var operands = inputs
    for (place, input) in inputs.enumerated() {
      let operand = operations[input]
      let missing = source.outputShape.count - operand.shape.count
      guard missing > 0 else { continue }
      operands[place] = append(
        named: "\(source.name)_operand", .reshape, [input],
        shape: [Int](repeating: 1, count: missing) + operand.shape, on: operand.grid)
    }
    return append(source, kind, operands, on: grid)
  }
}
