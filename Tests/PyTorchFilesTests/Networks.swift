import Foundation
import Layers
import PyTorchFiles
import Safetensors
import Support
import Tensors
import TestSupport
import Testing

/// The networks of `make_pytorch_fixtures.py`, built here.
enum Networks {
  /// Three stages of two convolutions and a shortcut; its layers have PyTorch's names.
  static func resnet8(width: Int = 6) -> Model {
    let input = Input([32, 32, 3], name: "image")
    func normal(_ name: String, _ x: SymbolicTensor) -> SymbolicTensor {
      BatchNormalization(momentum: 0.9, epsilon: 1e-5, name: name)(x)
    }
    func block(_ name: String, _ x: SymbolicTensor, _ filters: Int, stride: Int) -> SymbolicTensor {
      // PyTorch pads by one on each side, also where the stride is two.
      let steps = Size2D(stride, stride)
      let first = Conv2D(filters: filters, kernelSize: 3, strides: steps, name: "\(name).conv1")(
        ZeroPadding2D(padding: 1)(x))
      let second = Conv2D(filters: filters, kernelSize: 3, padding: .same, name: "\(name).conv2")(
        ReLU()(normal("\(name).bn1", first)))
      let shortcut =
        stride == 1
        ? x : Conv2D(filters: filters, kernelSize: 1, strides: steps, name: "\(name).shortcut")(x)
      return ReLU()(Add()([normal("\(name).bn2", second), shortcut]))
    }
    let stem = Conv2D(filters: width, kernelSize: 3, padding: .same, name: "stem")(input)
    var x = ReLU()(normal("bn", stem))
    x = block("layer1", x, width, stride: 1)
    x = block("layer2", x, 2 * width, stride: 2)
    x = block("layer3", x, 4 * width, stride: 2)
    x = Flatten()(AveragePooling2D(poolSize: 8)(x))
    return Model(inputs: input, outputs: Dense(units: 10, name: "fc")(x), name: "resnet8")
  }

  /// Inverted residuals with ReLU6; its layers have names of their own, `names` PyTorch's.
  static func mobilenet() -> (model: Model, names: [String: String]) {
    let input = Input([32, 32, 3])
    var names: [String: String] = [:]
    func named(_ name: String, _ module: String) -> String {
      names[name] = module
      return name
    }
    func normal(_ name: String, _ module: String, _ x: SymbolicTensor) -> SymbolicTensor {
      BatchNormalization(momentum: 0.9, epsilon: 1e-5, name: named(name, module))(x)
    }
    func block(_ number: Int, _ x: SymbolicTensor, _ channels: (Int, Int), stride: Int, by factor: Int)
      -> SymbolicTensor
    {
      let (module, own) = ("features.\(number + 2).conv", "block\(number)")
      let up = Conv2D(
        filters: channels.0 * factor, kernelSize: 1, useBias: false, name: named("\(own)_up", "\(module).0"))(
          x)
      let wide = ReLU(maxValue: 6)(normal("\(own)_up_norm", "\(module).1", up))
      let spatial = DepthwiseConv2D(
        kernelSize: 3, strides: Size2D(stride, stride), useBias: false,
        name: named("\(own)_spatial", "\(module).3"))(
          ZeroPadding2D(padding: 1)(wide))
      let rectified = ReLU(maxValue: 6)(normal("\(own)_spatial_norm", "\(module).4", spatial))
      let down = Conv2D(
        filters: channels.1, kernelSize: 1, useBias: false, name: named("\(own)_down", "\(module).6"))(
          rectified)
      let result = normal("\(own)_down_norm", "\(module).7", down)
      return stride == 1 && channels.0 == channels.1 ? Add()([x, result]) : result
    }
    let stem = Conv2D(
      filters: 8, kernelSize: 3, strides: 2, useBias: false, name: named("stem", "features.0"))(
        ZeroPadding2D(padding: 1)(input))
    var x = ReLU(maxValue: 6)(normal("stem_norm", "features.1", stem))
    x = block(1, x, (8, 8), stride: 1, by: 2)
    x = block(2, x, (8, 12), stride: 2, by: 3)
    x = block(3, x, (12, 12), stride: 1, by: 3)
    let logits = Dense(units: 10, name: named("logits", "classifier.1"))(Dropout(rate: 0.2)(Flatten()(x)))
    return (Model(inputs: input, outputs: logits, name: "mobilenet"), names)
  }

  /// Images that are flattened, made images again, and joined behind another flattening.
  static func layouts() -> Model {
    let input = Input([8, 8, 3])
    let encoded = Conv2D(filters: 4, kernelSize: 3, strides: 2, name: "encode")(
      ZeroPadding2D(padding: 1)(input))
    let small = ReLU()(
      DepthwiseConv2D(kernelSize: Size2D(3, 2), depthMultiplier: 2, name: "depthwise")(encoded))
    func normal(_ name: String, _ x: SymbolicTensor) -> SymbolicTensor {
      BatchNormalization(epsilon: 1e-5, name: name)(x)
    }
    let code = Dense(units: 5, useBias: false, name: "inner")(ReLU()(normal("scores", Flatten()(small))))
    let vector = ReLU()(normal("wide", Dense(units: 24, name: "outer")(code)))
    let image = Reshape(targetShape: [2, 3, 4])(vector)
    let larger = Conv2DTranspose(filters: 3, kernelSize: 4, strides: 2, padding: .same, name: "transpose")(
      image)
    // Here the output has a row and a column of nothing behind the last window, which PyTorch leaves out.
    let gaps = Cropping2D(cropping: ((0, 1), (0, 1)))(
      Conv2DTranspose(filters: 2, kernelSize: 2, strides: 3, useBias: false, name: "gaps")(image))
    let all = Concatenate()([Flatten()(larger), Flatten()(gaps), code])
    return Model(inputs: input, outputs: Dense(units: 4, name: "head")(all), name: "layouts")
  }

  /// Layers in a row, of which two of each kind have equal shapes or none.
  static func row() -> Model {
    Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3), BatchNormalization(epsilon: 1e-5), ReLU(),
        Conv2D(filters: 4, kernelSize: 3, useBias: false), BatchNormalization(epsilon: 1e-5), ReLU(),
        MaxPooling2D(), Flatten(), Dense(units: 6), BatchNormalization(epsilon: 1e-5), ReLU(),
        Dropout(rate: 0.5),
        Dense(units: 3),
      ], inputShape: [8, 8, 2])
  }

  static func upsampler() -> Model {
    Sequential(
      [
        Conv2DTranspose(filters: 4, kernelSize: 2, strides: 2, name: "up"),
        UpSampling2D(interpolation: .bilinear),
        UpSampling2D(size: Size2D(1, 3)), Conv2D(filters: 3, kernelSize: 1, name: "mix"),
      ], inputShape: [2, 3, 2])
  }
}

/// The fixtures by their names.
enum Fixture {
  static func path(_ name: String) throws -> String {
    try #require(
      Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures")
    ).path
  }

  /// Expects that a model gives the outputs of a network within 1e-5 of the largest.
  static func expectOutputs(
    of model: Model, toBeThoseOf name: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let file = try SafetensorsFile(contentsOf: path(name + "-io"))
    func tensor(_ name: String) throws -> Tensor {
      Tensor(try file.floats(name), shape: try #require(file[name]).shape)
    }
    let (found, expected) = (model(try tensor("input")), try tensor("output"))
    #expect(found.shape == expected.shape, sourceLocation: location)
    let largest = expected.values.map(abs).max() ?? 0
    let difference = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference <= 1e-5 * largest, "\(difference) of \(largest)", sourceLocation: location)
  }
}
