import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

/// One operation of integer inference: what a runtime computes in one step, from codes to codes.
///
/// A convolution with the normalization folded into it and the ReLU behind it is one operation. Reshapes and
/// the like, which move codes and change none, are operations without quantizers.
public struct QuantizedOperation {
  /// The name of the layer that computes, without the quantizers around it: `conv2d`.
  public let name: String
  /// The layer.
  public let layer: Layer
  /// The names of the layers of the quantized model that it stands for, in order.
  public let layers: [String]
  /// The numbers of the operations whose outputs it takes; inputs of the model are operations too.
  public let inputs: [Int]
  /// The kernel as inference uses it, its normalization folded in, before it is quantized; nil without one.
  public var kernel: Tensor? { effectiveKernel?.kernel }
  /// The kernel as inference uses it and quantized; nil without one.
  public let quantizedKernel: Tensor?
  /// The quantizer of the kernel.
  public var kernelQuantizer: Quantizer? { effectiveKernel?.quantizer }
  /// What the kernel was multiplied by after it was quantized, for each output channel; nil for nothing.
  ///
  /// Only a normalization that was trained unfolded is folded in so late.
  public var kernelFactor: [Float]? { effectiveKernel?.factor?.values }
  /// The bias as inference uses it; nil without one.
  public var bias: Tensor? { effectiveKernel?.bias }
  /// The lowest and highest value that the activation lets through; nil without one.
  public let limits: (low: Float, high: Float)?
  /// The quantizer that put the output on its grid; nil if it is in float.
  public let output: Quantizer?
  /// The shape of one example of the output.
  public let outputShape: [Int]
  /// What it multiplies by.
  let effectiveKernel: EffectiveKernel?

  init(
    name: String, layer: Layer, layers: [String], inputs: [Int], effectiveKernel: EffectiveKernel?,
    limits: (low: Float, high: Float)?, output: Quantizer?, outputShape: [Int]
  ) {
    (self.name, self.layer, self.layers, self.inputs) = (name, layer, layers, inputs)
    (self.effectiveKernel, quantizedKernel) = (effectiveKernel, effectiveKernel?.image)
    (self.limits, self.output, self.outputShape) = (limits, output, outputShape)
  }
}

extension QuantizedModel {
  /// The operations of integer inference, each after those it takes its inputs from; ranges of weights are those
  /// of the weights as they are.
  public var operations: [QuantizedOperation] {
    refreshRanges()
    var operations: [QuantizedOperation] = []
    var places = [Int](repeating: 0, count: nodes.count)
    var uses = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { uses[input] += 1 } }
    for output in outputIndices { uses[output] += 1 }
    for (number, node) in nodes.enumerated() {
      let inputs = node.inputs.map { places[$0] }
      if let limits = Self.limits(of: node.layer), node.inputs.count == 1, uses[node.inputs[0]] == 1,
        let before = operations.last, inputs[0] == operations.count - 1, before.awaitsActivation
      {
        operations[operations.count - 1] = before.joined(node, limits, Self.outputQuantizer(of: node.layer))
      } else {
        let grid = inputs.first.flatMap { operations[$0].output }
        operations.append(Self.operation(node, inputs, grid: grid))
      }
      places[number] = operations.count - 1
    }
    return operations
  }

  private static func operation(
    _ node: ModelNode, _ inputs: [Int], grid: Quantizer?
  ) -> QuantizedOperation {
    let wrapper = node.layer as? QuantizeWrapper
    let inner = wrapper?.layer ?? node.layer
    let parts = wrapper.map(\.effectiveKernel) ?? EffectiveKernel(inner)
    let layer = parts?.layer ?? inner
    let moves = wrapper == nil && inner.preservesQuantization
    return QuantizedOperation(
      name: layer.name, layer: layer, layers: [node.layer.name], inputs: inputs, effectiveKernel: parts,
      limits: limits(of: node.layer), output: outputQuantizer(of: node.layer) ?? (moves ? grid : nil),
      outputShape: node.outputShape)
  }

  private static func outputQuantizer(of layer: Layer) -> Quantizer? {
    (layer as? QuantizeLayer)?.quantizer ?? (layer as? QuantizeWrapper)?.outputQuantizer
  }

  /// What a ReLU lets through.
  private static func limits(of layer: Layer) -> (low: Float, high: Float)? {
    switch (layer as? QuantizeWrapper)?.layer ?? layer {
    case let layer as ReLU: (0, layer.maxValue ?? .infinity)
    case let layer as Activation where layer.function == .relu: (0, .infinity)
    case let layer as Activation where layer.function == .relu6: (0, 6)
    default: nil
    }
  }
}

extension QuantizedOperation {
  /// Whether its values are not rounded yet, so that a ReLU behind it is part of it.
  fileprivate var awaitsActivation: Bool { output == nil && limits == nil && (kernel != nil || layer is Add) }

  /// The operation with a ReLU behind it.
  fileprivate func joined(
    _ node: ModelNode, _ limits: (low: Float, high: Float), _ output: Quantizer?
  ) -> QuantizedOperation {
    QuantizedOperation(
      name: name, layer: layer, layers: layers + [node.layer.name], inputs: inputs,
      effectiveKernel: effectiveKernel,
      limits: limits, output: output, outputShape: node.outputShape)
  }
}

extension Layer {
  /// Whether the layer only moves values about, so that codes of one grid stay codes of that grid.
  package var preservesQuantization: Bool {
    switch self {
    case is MaxPooling2D, is Flatten, is Reshape, is ZeroPadding2D, is Dropout: true
    case let layer as Activation: layer.function == .linear
    default: false
    }
  }
}
