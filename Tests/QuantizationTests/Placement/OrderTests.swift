import Layers
import Quantization
import Support
import Tensors
import Testing

/// The order of the transforms changes neither a decision nor a bit of the outputs.
@Suite struct OrderTests {
  private static let orders: [[Int]] = permutations(of: [0, 1, 2, 3])

  private static func permutations(of numbers: [Int]) -> [[Int]] {
    guard numbers.count > 1 else { return [numbers] }
    return numbers.flatMap { first in
      permutations(of: numbers.filter { $0 != first }).map { [first] + $0 }
    }
  }

  /// A graph of eight layers or blocks drawn from a seed, each on a result drawn from those before it.
  static func randomModel(seed: UInt64) -> Model {
    var generator = SeededGenerator(seed: seed)
    let input = Input([6, 6, 4], name: "image")
    var tensors: [SymbolicTensor] = [input]
    for index in 0..<8 {
      let x = tensors[generator.below(tensors.count)]
      let y = tensors[generator.below(tensors.count)]
      tensors.append(block(generator.below(9), x, y, "\(index)", &generator))
    }
    let outputs = seed.isMultiple(of: 2) ? [tensors[8]] : [tensors[8], tensors[7]]
    let model = Model(inputs: [input], outputs: outputs, name: "random")
    Models.draw(model, seed: seed)
    return model
  }

  private static func block(
    _ kind: Int, _ x: SymbolicTensor, _ y: SymbolicTensor, _ name: String, _ generator: inout SeededGenerator
  ) -> SymbolicTensor {
    let activation = ActivationFunction.allCases[generator.below(4)]
    func conv(_ x: SymbolicTensor, _ activation: ActivationFunction = .linear) -> SymbolicTensor {
      Conv2D(filters: 4, kernelSize: 1, activation: activation, name: "conv\(name)")(x)
    }
    switch kind {
    case 0: return conv(x, activation)
    case 1: return ReLU(name: "r\(name)")(BatchNormalization(name: "bn\(name)")(conv(x)))
    case 2:
      let depthwise = DepthwiseConv2D(kernelSize: 3, padding: .same, name: "d\(name)")(x)
      return BatchNormalization(name: "bn\(name)")(depthwise)
    case 3:
      return SeparableConv2D(
        filters: 4, kernelSize: 3, padding: .same, activation: activation, name: "s\(name)")(x)
    case 4: return ReLU(maxValue: 6, name: "r\(name)")(Add(name: "add\(name)")([x, y]))
    case 5: return conv(Concatenate(name: "cat\(name)")([x, y, x]))
    case 6: return AveragePooling2D(poolSize: 2, strides: 1, padding: .same, name: "p\(name)")(x)
    case 7: return MaxPooling2D(poolSize: 2, strides: 1, padding: .same, name: "m\(name)")(x)
    default: return Activation(.tanh, name: "t\(name)")(Add(name: "add\(name)")([x, y]))
    }
  }

  private func expectOneResult(_ model: Model, _ batch: Tensor, _ location: SourceLocation = #_sourceLocation)
    throws
  {
    let marked = try quantizeAnnotateModel(model)
    var first: (decisions: Set<Explanation>, bits: [[UInt32]])?
    for order in Self.orders {
      let quantized = try quantize(marked, annotatesAll: false, scheme: .tflite8Bit, transforms: order)
      try quantized.calibrate(on: [batch])
      let bits = quantized.allOutputs([batch]).map { $0.values.map(\.bitPattern) }
      let result = (decisions: Set(quantized.explanations), bits: bits)
      let expected = first ?? result
      #expect(result.decisions == expected.decisions, "\(order)", sourceLocation: location)
      #expect(result.bits == expected.bits, "\(order)", sourceLocation: location)
      first = expected
    }
  }

  @Test(arguments: LayerCombination.sound.filter { $0.kernel == .separable || $0.kernel == .conv })
  func `any order of the transforms gives the same model`(_ combination: LayerCombination) throws {
    try expectOneResult(combination.model, Models.batch(combination.inputShape))
  }

  @Test(arguments: UInt64(1)...12) func `any order of the transforms gives the same model of a random graph`(
    _ seed: UInt64
  ) throws {
    try expectOneResult(Self.randomModel(seed: seed), Models.batch([6, 6, 4], count: 2))
  }
}
