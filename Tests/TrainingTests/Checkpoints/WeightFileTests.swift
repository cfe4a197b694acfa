import Foundation
import Layers
import Safetensors
import Support
import Tensors
import TestSupport
import Testing
import Training

/// Weights in files.
@Suite struct WeightFileTests {
  private static func dense() -> Dense {
    let dense = Dense(units: 2)
    dense.buildOnce(inputShape: [3])
    return dense
  }

  private static func pythonFile() throws -> String {
    try #require(
      Bundle.module.url(
        forResource: "written-by-python", withExtension: "safetensors", subdirectory: "Fixtures")
    ).path
  }

  @Test func `saved weights are loaded`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/weights.safetensors"
    let trainer = TinyTraining.trainer(.adam)
    try trainer.fit(TinyTraining.examples)
    try trainer.model.saveWeights(to: path)
    let other = TinyTraining.model()
    #expect(other.weights.map(\.value.values) != trainer.model.weights.map(\.value.values))
    try other.loadWeights(from: path)
    #expect(other.weights.map(\.value.values) == trainer.model.weights.map(\.value.values))
    #expect(try AtomicFile.read(path).count > 0)
  }

  @Test func `a weight file written by Python is loaded`() throws {
    let dense = Self.dense()
    try dense.loadWeights(from: Self.pythonFile())
    #expect(dense.kernel.value.values == [0, 1, 2, 3, 4, 5])
    #expect(dense.bias.value.values == [-1, -2])
  }

  /// Python can thus read our files.
  @Test func `our weight file equals that of Python byte for byte`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/weights.safetensors"
    let dense = Self.dense()
    dense.kernel.value = Tensor([0, 1, 2, 3, 4, 5], shape: [3, 2])
    dense.bias.value = Tensor([-1, -2], shape: [2])
    try dense.saveWeights(to: path)
    #expect(try AtomicFile.read(path) == AtomicFile.read(Self.pythonFile()))
  }

  @Test func `another model's weight file is refused and no weight changes`() throws {
    let dense = Dense(units: 4)
    dense.buildOnce(inputShape: [3])
    let before = dense.weights.map(\.value.values)
    let path = try Self.pythonFile()
    let error = #expect(throws: SafetensorsError.self) { try dense.loadWeights(from: path) }
    let expected = "\(path), tensor \"kernel\": its shape is [3, 2], not [3, 4]; check that the file belongs"
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    #expect(dense.weights.map(\.value.values) == before)

    let missing = #expect(throws: SafetensorsError.self) { try TinyTraining.model().loadWeights(from: path) }
    #expect(
      missing?.description.hasSuffix("the file has no such tensor; it has \"bias\", \"kernel\"") == true)
  }

  @Test func `the error of a missing weight file says that it is missing`() {
    let error = #expect(throws: SafetensorsError.self) { try Self.dense().loadWeights(from: "/nowhere/x") }
    #expect(error?.description.contains("/nowhere/x: the file cannot be read: No such file") == true)
  }
}
