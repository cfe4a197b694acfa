import ExerciseKit
import FixedPoint
import Layers
import Quantization
import Quantizers
import Solutions
import Support
import Tensors
import Testing

extension ByHandTests {
  @Test func `the solutions of lesson 8 give the results worked out by hand`() throws {
    // The image, the floats of layer 1, and the rounded numbers of layer 2.
    #expect(try Solution0801.inputQuantizers(annotated: [true, false, true, true]) == [0, 2])
    // Channel 0: 25 / 4 = 6.25, whose root is 2.5. Channel 1: four ones.
    #expect(try Solution0802.ends(kernel: [3, 1, 4, -1, 0, 1, 0, 1], channels: 2, reach: 2) == [5, 2])
    // 12 bytes are left: 0.1 a byte for conv, then 0.025; hidden's 0.05 a byte would be 20 bytes.
    let layers = [
      LayerPrice(name: "conv", bytesPerBit: 4, saved: [0.4, 0.1]),
      LayerPrice(name: "hidden", bytesPerBit: 20, saved: [1, 0.5]),
    ]
    #expect(try Solution0803.bits(for: layers, budget: 60) == [4, 2])
    #expect(try Solution0803.bits(for: layers, budget: 48) == [2, 2])
    #expect(try Solution0803.bits(for: layers, budget: 1000) == [4, 4])
  }

  @Test func `quantizers for inputs stand where the toolkit puts them`() throws {
    for marks in 0..<32 {
      let annotated = (0..<5).map { marks >> $0 & 1 == 1 }
      let layers = annotated.enumerated().map { index, isAnnotated -> Layer in
        let layer = Dense(units: 2, name: "layer\(index)")
        return isAnnotated ? quantizeAnnotate(layer) : layer
      }
      if marks == 0 { continue }
      let model = try quantizeApply(Sequential(layers, inputShape: [3]))
      // A quantizer for an input is named for what it rounds: the model's input, or the layer before.
      let names = model.explanations.map(\.name).filter { $0.contains("quantize_") }
      let places = try Solution0801.inputQuantizers(annotated: annotated)
      #expect(names.count == places.count, "\(annotated): \(names)")
      for place in places where place > 0 {
        #expect(names.contains { $0.contains("quantize_layer\(place - 1)") }, "\(annotated): \(names)")
      }
    }
  }

  @Test func `the solutions of lesson 9 give the results worked out by hand`() throws {
    #expect(try Solution0901.codes(of: 20, shift: 3) == (3, 2))
    #expect(try Solution0901.codes(of: -20, shift: 3) == (-3, -2))
    #expect(try Solution0901.codes(of: 21, shift: 3) == (3, 3))
    #expect(try Solution0901.codes(of: -21, shift: 3) == (-3, -3))
    let one: [[Int8]] = [[5, 7], [1, 2, 3], [9]]
    let other: [[Int8]] = [[5, 7], [1, 4, 2], [0]]
    #expect(try Solution0902.parting(of: one, and: other) == Parting(operation: 1, codes: 2, farthest: 2))
    #expect(try Solution0902.parting(of: one, and: one) == nil)
    // 127/64, 127/128 · 0.5 … 127/256 is 0.496; 127/8 is 15.9. 2^−6 · 2^−7 ÷ 2^−3 = 2^−10.
    #expect(try Solution0903.powersOfTwo(input: 1, kernel: 0.5, output: 10) == (-6, -7, -3, 10))
  }

  @Test func `the solutions of lesson 11 give the results worked out by hand`() throws {
    // √(4 / 1) and √(0.5 / 8): both layers have 2 and 2 then. The second channel of `first` is 0.
    #expect(
      try Solution1101.factors(first: [3, 0.5, -4, 0.25], second: [1, -0.5, 8, 2], channels: 2) == [2, 0.25])
    #expect(try Solution1101.factors(first: [3, 0, -4, 0], second: [1, -0.5, 8, 2], channels: 2) == [2, 1])
    // 0.1 · 1 − 0.1 · 2 = −0.1, and 0.1 · 3 = 0.3: 0.1 too much in the mean.
    let bias = try Solution1102.corrected(
      bias: 0.5, weights: [0.9, -0.4], rounded: [1, -0.5], inputs: [[1, 2], [3, 0]])
    #expect(abs(bias - 0.4) < 1e-6)
    // −3 lies below −2.5; 0.75 · 1.2 − 0.1 is 0.8.
    let place = try Solution1103.position(weight: -0.5, scale: 0.2, sigmoid: 0.75, codes: -7...7)
    #expect(abs(place + 2.2) < 1e-6)
  }

  @Test func `factors of two layers are the toolkit's, and so is a weight between two codes`() throws {
    var generator = SeededGenerator(seed: 11)
    let model = Sequential([Dense(units: 4, name: "a"), ReLU(), Dense(units: 3, name: "b")], inputShape: [5])
    for weight in model.weights {
      weight.value = Tensor(weight.value.values.map { _ in generator.uniform(-1, 1) }, shape: weight.shape)
    }
    let kernels = [model.weights[0], model.weights[2]].map(\.value.values)
    let factors = try Solution1101.factors(first: kernels[0], second: kernels[1], channels: 4)
    // One pass: the factors are those of the weights as they are.
    let pair = try equalizeModel(model, maximumPasses: 1).pairs[0]
    #expect(zip(factors, pair.factors).allSatisfy { abs($0 / $1 - 1) < 1e-5 })
    for v in stride(from: Float(-5), through: 5, by: 0.5) {
      let sigmoid = Tensor(v).sigmoid().scalar
      let place = try Solution1103.position(weight: 0.3, scale: 1, sigmoid: sigmoid, codes: -1...1)
      #expect(abs(place - AdaptiveRounding.up(Tensor(v)).scalar) < 1e-6)
    }
  }

  @Test func `ties go where the toolkit's two rules send them`() throws {
    for product in -600...600 {
      for shift in 1...8 {
        let codes = try Solution0901.codes(of: product, shift: shift)
        #expect(codes.reference == Int(RoundingRule.halfAwayFromZero.shiftedRight(Int64(product), by: shift)))
        #expect(codes.xnnpack == Int(RoundingRule.halfToEven.shiftedRight(Int64(product), by: shift)))
      }
    }
  }

  @Test func `scales that are powers of two are the toolkit's`() throws {
    var generator = SeededGenerator(seed: 9)
    let edges: [Float] = [1, 127, 128, 127 / 128, 0.5, 6, 31.75]
    for largest in edges + (0..<300).map({ _ in generator.uniform(0.001, 300) }) {
      let quantizer = PowerOfTwoQuantizer(.weights, decay: 0)
      quantizer.observe(Tensor([-largest, largest], shape: [2]))
      let scales = try Solution0903.powersOfTwo(input: largest, kernel: 1, output: 1)
      let scale = Float(sign: .plus, exponent: scales.input, significand: 1)
      #expect(quantizer.range == ValueRange(-127 * scale, 127 * scale), "\(largest)")
    }
  }
}
