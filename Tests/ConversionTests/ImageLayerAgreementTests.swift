import Conversion
import FixedPoint
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
import Testing

/// Layers that enlarge, crop and combine images: what is simulated is what runs.
@Suite struct ImageLayerAgreementTests {
  enum Network: String, CaseIterable {
    case transposed, transposedSame, normalizedTransposed, unet, bilinear, sharedBilinear, excited,
      keptExcitation,
      difference, cropped, maxima, keptMaxima, rectified

    func output(_ x: SymbolicTensor) -> SymbolicTensor {
      let first = Conv2D(filters: 4, kernelSize: 3, padding: .same, activation: .relu)(x)
      switch self {
      case .transposed:
        return Conv2DTranspose(filters: 3, kernelSize: Size2D(3, 2), strides: 2, activation: .relu6)(first)
      case .transposedSame:
        return Conv2DTranspose(
          filters: 5, kernelSize: 4, strides: Size2D(2, 3), padding: .same, useBias: false)(
            first)
      case .normalizedTransposed:
        let larger = Conv2DTranspose(filters: 3, kernelSize: 3, strides: 2, padding: .same, useBias: false)(
          first)
        return Conv2D(filters: 2, kernelSize: 1)(ReLU()(BatchNormalization()(larger)))
      case .unet:
        let deep = Conv2D(filters: 3, kernelSize: 3, padding: .same, activation: .relu)(MaxPooling2D()(first))
        let joined = Concatenate()([UpSampling2D()(deep), first])
        return Conv2D(filters: 2, kernelSize: 1, activation: .sigmoid)(joined)
      case .bilinear: return UpSampling2D(size: Size2D(2, 3), interpolation: .bilinear)(first)
      case .sharedBilinear:
        let larger = UpSampling2D(interpolation: .bilinear)(MaxPooling2D()(first))
        return Conv2D(filters: 2, kernelSize: 3)(Concatenate()([larger, first]))
      case .excited:
        let gate = Dense(units: 4, activation: .sigmoid)(
          Dense(units: 2, activation: .relu)(GlobalAveragePooling2D()(first)))
        return Conv2D(filters: 2, kernelSize: 1)(Multiply()([first, gate]))
      case .keptExcitation:
        let pooled = GlobalAveragePooling2D(keepDims: true)(first)
        let gate = Conv2D(filters: 4, kernelSize: 1, activation: .sigmoid)(pooled)
        return GlobalMaxPooling2D()(Multiply()([gate, first]))
      case .difference:
        return Subtract()([first, Conv2D(filters: 4, kernelSize: 3, padding: .same)(x)])
      case .cropped: return Cropping2D(cropping: ((1, 2), (0, 1)))(first)
      case .maxima: return Dense(units: 3)(GlobalMaxPooling2D()(first))
      case .keptMaxima: return Conv2D(filters: 3, kernelSize: 1)(GlobalMaxPooling2D(keepDims: true)(first))
      case .rectified:
        let other = Conv2D(filters: 4, kernelSize: 3, padding: .same)(x)
        return ReLU()(Subtract()([Activation(.relu6)(Multiply()([first, other])), other]))
      }
    }

    /// What ONNX Runtime's arithmetic does not have; nil if it has all.
    var missingFromONNXRuntime: String? {
      switch self {
      case .transposed, .transposedSame, .normalizedTransposed: "transposed convolution of codes"
      case .bilinear, .sharedBilinear: "bilinear resizing of codes"
      case .difference, .rectified: "subtraction of codes"
      default: nil
      }
    }

    var model: Model {
      let input = Input([8, 6, 2], name: "image")
      let model = Model(inputs: input, outputs: output(input), name: rawValue)
      Zoo.draw(model)
      return model
    }
  }

  private var batch: Tensor { Zoo.convolutions.batch }

  @Test(arguments: Network.allCases)
  func `inference gives the codes of the integers`(_ network: Network) throws {
    for scheme in [
      QuantizeScheme.tflite8Bit, .xnnpack8Bit, .nBit(weights: 4, activations: 4),
      .nBit(weights: 8, activations: 8, learnedSteps: true),
    ] {
      let quantized = try quantizeModel(network.model, calibratingOn: [batch], scheme: scheme)
      let (integers, _) = try convert(quantized)
      let found = quantized.agreement(with: integers, on: batch)
      #expect(found.codes > 24 && found.equalCodes == found.codes, "\(scheme.name): \(found.text)")
      let (own, all) = (quantized.operationOutputs([batch]), integers.operations)
      for (operation, output) in zip(quantized.operations, own) {
        guard let integer = all.first(where: { $0.name == operation.name }) else { continue }
        let rounded = integer.grid.dequantize(integer.grid.quantizeToInt8(output.values))
        let isOnGrid = integer.kind == .input || rounded == output.values
        #expect(isOnGrid, "\(scheme.name): \(operation.name)")
      }
    }
  }

  @Test(arguments: Network.allCases)
  func `the reference and the fast path give equal codes`(_ network: Network) throws {
    for arithmetic in [IntegerArithmetic.tflite, .xnnpack] {
      let (integers, _) = try convert(
        quantizeModel(network.model, calibratingOn: [batch]), arithmetic: arithmetic)
      let codes = integers.operations[integers.inputs[0]].grid.quantizeToInt8(batch.values)
      let found = [IntegerSession.Path.reference, .fast].map {
        IntegerSession(integers, maximumBatch: 24, path: $0).codes([codes], examples: 24)
      }
      #expect(found[0] == found[1])
    }
  }

  @Test(arguments: Network.allCases)
  func `ONNX Runtime's arithmetic has the operations, or their lack is told`(_ network: Network) throws {
    let quantized = try quantizeModel(network.model, calibratingOn: [batch], scheme: .onnxRuntime8Bit)
    guard let missing = network.missingFromONNXRuntime else {
      let found = try quantized.agreement(with: convert(quantized).model, on: batch)
      return #expect(found.equalCodes == found.codes, "\(found.text)")
    }
    let error = #expect(throws: ConversionError.self) { try convert(quantized) }
    let message = error?.description ?? ""
    #expect(message.contains("the arithmetic onnxRuntime has no \(missing)"), "\(message)")
    let outputs = quantized(batch).values
    #expect(outputs.allSatisfy { $0.isFinite }, "what it lacks runs in floats")
  }

  @Test func `rounded floats stay within a step or two of the integers`() throws {
    for network in Network.allCases {
      var scheme = QuantizeScheme.tflite8Bit
      scheme.arithmetic = nil
      let quantized = try quantizeModel(network.model, calibratingOn: [batch], scheme: scheme)
      let found = try quantized.agreement(with: convert(quantized, arithmetic: .tflite).model, on: batch)
      #expect(found.largestDifference <= 2 && found.shareEqual > 0.5, "\(network): \(found.text)")
    }
  }

  @Test func `enlarged images have the grid of their input, and no quantizer`() throws {
    for interpolation in [UpSampling2D.Interpolation.nearest, .bilinear] {
      let model = Sequential(
        [
          Conv2D(filters: 3, kernelSize: 1, activation: .relu, name: "conv"),
          UpSampling2D(interpolation: interpolation, name: "larger"), Conv2D(filters: 2, kernelSize: 1),
        ], inputShape: [8, 6, 2])
      Zoo.draw(model)
      let quantized = try quantizeModel(model, calibratingOn: [batch])
      let (integers, _) = try convert(quantized)
      let larger = try #require(integers.operations.firstIndex { $0.name == "larger" })
      #expect(integers.operations[larger].grid == integers.operations[larger - 1].grid)
      #expect(!integers.operations.contains { $0.name.contains("requantized") })
    }
  }

  @Test func `a normalization behind a transposed convolution is folded into it`() throws {
    let quantized = try quantizeModel(Network.normalizedTransposed.model, calibratingOn: [batch])
    let (integers, _) = try convert(quantized)
    let kernel = try #require(integers.operations.first { $0.kernel?.shape == [3, 3, 4, 3] }?.kernel)
    #expect(kernel.scales.count == 3, "a scale for each filter")
    for form in BatchNormFolding.allCases {
      var scheme = QuantizeScheme.tflite8Bit
      scheme.batchNormFolding = form
      let model = try quantizeModel(
        Network.normalizedTransposed.model, calibratingOn: [batch], scheme: scheme)
      let found = try model.agreement(with: convert(model).model, on: batch)
      #expect(found.equalCodes == found.codes, "\(form): \(found.text)")
    }
  }

  @Test func `a product of a factor a pixel is refused by name, and simulated in floats`() throws {
    let input = Input([8, 6, 2])
    let gate = Conv2D(filters: 1, kernelSize: 1, activation: .sigmoid)(input)
    let model = Model(inputs: input, outputs: Multiply(name: "attention")([input, gate]))
    Zoo.draw(model)
    let quantized = try quantizeModel(model, calibratingOn: [batch])
    let error = #expect(throws: ConversionError.self) { try convert(quantized) }
    #expect(
      error?.description
        == "attention (Multiply) cannot run on integers: it multiplies tensors of shape [8, 6, 2] and [8, 6, 1], and "
        + "runtimes repeat one with a factor for each channel, or one for all: give both one shape")
    #expect(quantized(batch).shape == [24, 8, 6, 2])
  }
}
