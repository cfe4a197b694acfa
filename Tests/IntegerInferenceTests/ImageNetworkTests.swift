import FixedPoint
import IntegerInference
import Safetensors
import Testing

/// The network of the operations that files of other tools have: both paths, and files of our own.
@Suite struct ImageNetworkTests {
  /// Batches of several sizes and threads, in which constants are read again and again.
  @Test(arguments: [IntegerArithmetic.tflite, .xnnpack])
  func `a network of constants and movements gives equal codes on both paths`(_ arithmetic: IntegerArithmetic)
    throws
  {
    let model = try Models.imageNetwork(arithmetic: arithmetic)
    var random = RandomModels(seed: 5, arithmetic: arithmetic)
    let codes = random.codes(37 * model.operations[0].count)
    let expected = IntegerSession(model, maximumBatch: 4, path: .reference).codes(codes, examples: 37)
    for (batch, workers) in [(1, 1), (37, 1), (37, 3), (10, 2)] {
      let session = IntegerSession(model, maximumBatch: batch, workers: workers)
      #expect(session.codes(codes, examples: 37) == expected)
    }
    #expect(Set(expected).count > 100)
  }

  /// Each operation of the network alone, behind inputs of the shapes and grids that it reads there.
  @Test func `a file of an operation that version 2 lacks has version 3`() throws {
    let network = try Models.imageNetwork()
    var kinds: Set<String> = []
    for operation in network.operations where !["input", "constant"].contains(operation.kind.word) {
      let model = try Models.single(
        operation.kind,
        from: operation.inputs.map { (network.operations[$0].shape, network.operations[$0].grid) },
        shape: operation.shape, grid: operation.grid)
      #expect(model.safetensors.metadata["version"] == "3", "\(operation)")
      #expect(try IntegerModel(SafetensorsFile(bytes: model.safetensors.encoded())) == model)
      kinds.insert(operation.kind.word)
    }
    #expect(kinds.count == 11)
  }

  /// An addition of equal shapes is as old as the format.
  @Test func `a file of an addition has version 3 only if an operand is repeated`() throws {
    let grid = try Models.grid(0.1, 3)
    for (shape, version) in [([2, 6], "1"), ([6], "3"), ([1, 6], "3")] {
      let model = try Models.single(
        .add(activationRange: -128...127), from: [([2, 6], grid), (shape, grid)], shape: [2, 6], grid: grid)
      #expect(model.safetensors.metadata["version"] == version)
    }
  }

  /// Each word of a description is replaced by an invalid one.
  @Test(arguments: [
    ("same=true", "same=yes", "same"), ("alignCorners=false", "alignCorners=0", "alignCorners"),
    ("halfPixelCenters=true", "halfPixelCenters=", "halfPixelCenters"), ("code=9", "code=128", "code"),
    ("before=1,0,2", "before=1,x,2", "before"), ("begin=5,1,0", "begin=5 1,0", "description"),
    ("strides=-2,2,2", "strides=-2,2,", "strides"),
    ("permutation=2,0,1", "permutation=2,0,1.5", "permutation"),
    ("dilations=2,2", "dilations=2", "dilations"),
  ])
  func `an operation of a file with an impossible word is refused`(
    _ word: String, _ other: String, _ key: String
  ) throws {
    var file = try Models.imageNetwork().safetensors
    let (entry, text) = try #require(
      file.metadata.first { $0.key.hasPrefix("operation") && $0.value.contains(word) })
    file.metadata[entry] = text.replacing(word, with: other)
    do {
      _ = try IntegerModel(file)
      Issue.record("a file with \(other) was read")
    } catch {
      guard case .wrongDescription(_, .some, key, _) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `a file without a constant's codes is refused`() throws {
    let file = try Models.imageNetwork().safetensors
    let rest = SafetensorsFile(file.tensors.filter { $0.name != "slopes/codes" }, metadata: file.metadata)
    #expect(file.tensors.contains { $0.name == "slopes/codes" })
    do {
      _ = try IntegerModel(rest)
      Issue.record("a file without a constant's codes was read")
    } catch { #expect(error.description.contains("\"slopes/codes\"")) }
  }

  @Test func `constants count as parameters`() throws {
    let model = try Models.imageNetwork()
    let kernels = model.operations.compactMap(\.kernel).reduce(0) { $0 + $1.byteCount }
    #expect(model.parameterBytes == kernels + 4 + 6)
    #expect("\(model)".contains("constant"))
  }
}
