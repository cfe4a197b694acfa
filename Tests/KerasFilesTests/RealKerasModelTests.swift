import Conversion
import FixedPoint
import Foundation
import Layers
import Quantization
import Safetensors
import Support
import Tensors
import TestSupport
import Testing

@testable import KerasFiles

/// Files of MLPerf Tiny's reference models, and what tf_keras computes with them; see `Fixtures/make_models.py`.
@Suite(
  .enabled(if: DataFolder.models != nil, "name the folder of the .h5 files in QAT_MODELS"),
  .enabled(if: KerasFile.isAvailable, "install libhdf5-dev and libzip-dev"))
struct RealKerasModelTests {
  let folder: String
  let fixture: SafetensorsFile

  init() throws {
    folder = try #require(DataFolder.models)
    fixture = try SafetensorsFile(contentsOf: WholeModelTests.path("real_models.safetensors"))
  }

  /// The inputs that `make_models.py` gives tf_keras: bytes of SplitMix64 from state 0, times a scale plus an offset.
  static func inputs(_ shape: [Int], scale: Float, offset: Float) -> Tensor {
    let values = (1...UInt64(shape.reduce(1, *))).map { index -> Float in
      var state = index &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      return Float(state >> 56) * scale + offset
    }
    return Tensor(values, shape: shape)
  }

  static let models: [(name: String, shape: [Int], scale: Float, offset: Float)] = [
    ("pretrainedResnet", [20, 32, 32, 3], 1, 0), ("ad01", [20, 640], 0.25, -32),
  ]

  @Test(arguments: models)
  func `a real file computes what tf_keras computes`(
    _ one: (name: String, shape: [Int], scale: Float, offset: Float)
  ) throws {
    let path = "\(folder)/\(one.name).h5"
    #expect(SHA256.hex(try AtomicFile.read(path)) == fixture.metadata[one.name])
    let model = try Model(keras: path)
    let outputs = model(Self.inputs(one.shape, scale: one.scale, offset: one.offset))
    #expect(WholeModelTests.error(outputs, try fixture.floats(one.name)) < 1e-5)
  }

  @Test(arguments: ["tflite", "onnxRuntime"])
  func `ResNet-8 is quantized and becomes integers`(runtime: String) throws {
    let model = try Model(keras: "\(folder)/pretrainedResnet.h5")
    let images = Self.inputs([20, 32, 32, 3], scale: 1, offset: 0)
    let quantized = try quantizeModel(
      model, calibratingOn: [images],
      scheme: runtime == "tflite" ? .tflite8Bit : .onnxRuntime8Bit)
    let (integers, report) = try convert(quantized)
    #expect(quantized.agreement(with: integers, on: images).equalCodes == 200)
    // The operations of MLPerf Tiny's own file of this model, and the input: normalizations and ReLUs are taken in.
    let kinds = Dictionary(grouping: report.operations, by: \.kind).mapValues(\.count)
    #expect(
      kinds == [
        "input": 1, "convolution": 9, "add": 3, "average pooling": 1, "reshape": 1, "dense": 1, "softmax": 1,
      ])
  }
}
