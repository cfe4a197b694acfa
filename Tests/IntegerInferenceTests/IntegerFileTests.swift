import FixedPoint
import IntegerInference
import Safetensors
import Support
import TestSupport
import Testing

/// Files of integer models: written as a whole, and checked when they are read.
@Suite struct IntegerFileTests {
  @Test(arguments: IntegerArithmetic.allCases, 1...8)
  func `an integer model survives being written and read`(_ arithmetic: IntegerArithmetic, _ bitWidth: Int)
    throws
  {
    var models = [try Models.network(seed: 2, arithmetic: arithmetic, bitWidth: bitWidth)]
    if arithmetic != .onnxRuntime {
      models.append(try Models.imageNetwork(seed: 2, arithmetic: arithmetic, bitWidth: bitWidth))
    }
    let folder = try TemporaryFolder()
    for model in models {
      let path = "\(folder.path)/\(model.name)"
      try model.write(to: path)
      #expect(try IntegerModel(contentsOf: path) == model)
    }
  }

  @Test func `the names in a model file may be any text`() throws {
    let grid = try AffineQuantizer(
      scale: 0.3, zeroPoint: 1, quantizedRange: -8...7, rounding: .halfAwayFromZero)
    let model = try IntegerModel(
      name: "a \"b\"\n=,é",
      operations: [
        IntegerOperation(name: "", kind: .input, shape: [1], grid: grid),
        IntegerOperation(name: "x=1 y\n", kind: .reshape, inputs: [0], shape: [1, 1], grid: grid),
      ], outputs: [1, 0])
    #expect(try IntegerModel(SafetensorsFile(bytes: model.safetensors.encoded())) == model)
  }

  @Test func `the same model gives the same bytes`() throws {
    #expect(
      try Models.network(bitWidth: 3).safetensors.encoded()
        == Models.network(bitWidth: 3).safetensors.encoded())
  }

  /// The layers of LeNet-BN, folded: 3·3·1·32, 3·3·32·64, 3136·128 and 128·10 weights, and a bias a channel.
  @Test(arguments: [(8, 0.26), (4, 0.132), (2, 0.068)])
  func `a model file is small against its weights in floats`(_ bitWidth: Int, _ most: Double) throws {
    var generator = SeededGenerator(seed: 1)
    let grid = try Models.grid(0.5, 0)
    let shapes = [[3, 3, 1, 32], [3, 3, 32, 64], [3136, 128], [128, 10]]
    let kernels = shapes.map { shape in
      Models.kernel(
        shape, channels: shape[shape.count - 1], bitWidth: bitWidth, using: &generator)
    }
    let pool = Window(size: (2, 2), strides: (2, 2))
    let wide = Window(size: (3, 3), sameFor: (28, 28))
    let kinds: [(IntegerOperation.Kind, [Int])] = [
      (.input, [28, 28, 1]), (.convolution(kernels[0], wide), [28, 28, 32]),
      (.maxPooling(pool), [14, 14, 32]), (.convolution(kernels[1], wide), [14, 14, 64]),
      (.maxPooling(pool), [7, 7, 64]), (.reshape, [3136]), (.dense(kernels[2]), [128]),
      (.dense(kernels[3]), [10]),
    ]
    let operations = kinds.enumerated().map { index, kind in
      IntegerOperation(
        name: "operation\(index)", kind: kind.0, inputs: index == 0 ? [] : [index - 1], shape: kind.1,
        grid: grid)
    }
    let model = try IntegerModel(name: "lenet", operations: operations, outputs: [7])
    let floats = 4 * (shapes.reduce(0) { $0 + $1.reduce(1, *) } + 32 + 64 + 128 + 10)
    let bytes = model.safetensors.encoded().count
    #expect(Double(bytes) <= most * Double(floats), "\(bytes) of \(floats)")
    #expect(model.parameterBytes < bytes && model.parameterBytes > bytes - 4096)
  }

  @Test func `a model file that cannot be written does not exist`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/none/model"
    #expect(throws: FileError.self) { try Models.network().write(to: path) }
    #expect(throws: IntegerFileError.self) { try IntegerModel(contentsOf: path) }
  }

  /// The error of reading a valid file after a change.
  private func error(_ change: (inout SafetensorsFile) -> Void) throws -> IntegerFileError? {
    var file = try SafetensorsFile(
      bytes: Models.network(bitWidth: 4).safetensors.encoded(), source: "model")
    change(&file)
    do {
      _ = try IntegerModel(file)
      return nil
    } catch { return error }
  }

  private func without(_ name: String, _ file: SafetensorsFile) -> SafetensorsFile {
    SafetensorsFile(file.tensors.filter { $0.name != name }, metadata: file.metadata)
  }

  @Test func `a file that is no integer model is refused`() throws {
    #expect(try error { _ in } == nil)
    #expect(try error { $0.metadata = [:] } == .otherFormat(file: "model"))
    #expect(
      try error { $0.metadata["version"] = "4" } == .otherVersion(file: "model", version: "4"))
    #expect(
      IntegerFileError.otherVersion(file: "model", version: "4").description
        == "model: it has version \"4\" of the format, and this package reads versions 1, 2 and 3; use the package"
        + " that wrote it")
  }

  /// A file has the lowest version with all its operations: 2 only for those that version 1 lacks.
  @Test(arguments: [
    (IntegerOperation.Kind.hardSwish, "1"), (.leakyReLU(slope: 0.1), "2"), (.sigmoid, "2"), (.tanh, "2"),
  ])
  func `a file has the version of its operations`(_ kind: IntegerOperation.Kind, _ version: String) throws {
    let fixed = kind.fixedGrid(.tflite) ?? (0.1, 0)
    let model = try Models.single(
      kind, from: [([3], try Models.grid(0.1, 3))], shape: [3],
      grid: try Models.grid(fixed.scale, fixed.zeroPoint))
    #expect(model.safetensors.metadata["version"] == version)
    #expect(try IntegerModel(SafetensorsFile(bytes: model.safetensors.encoded())) == model)
  }

  /// The metadata of a file that version 1 of the format wrote.
  @Test func `a file of version 1 is still read`() throws {
    let file = SafetensorsFile(metadata: [
      "format": "swift-qat integer model", "version": "1", "scheme": "tflite", "name": "old",
      "operations": "2", "outputs": "1", "name.0": "input", "name.1": "swish",
      "operation.0":
        "kind=input inputs= shape=2 scale=0.05 zeroPoint=3 codes=-128,127 rounding=halfToEven",
      "operation.1":
        "kind=hardSwish inputs=0 shape=2 scale=0.04 zeroPoint=-9 codes=-128,127 rounding=halfToEven",
    ])
    let model = try IntegerModel(file)
    #expect(model.operations[1].kind == .hardSwish && model.safetensors.metadata == file.metadata)
  }

  @Test(arguments: ["slope=-0.3", "slope=nan", "slope=inf", "slope=x", "slope="])
  func `an impossible slope in a file is refused`(_ word: String) throws {
    let found = try error {
      $0.metadata["operation.14"] = $0.metadata["operation.14"].map {
        $0.replacing("slope=0.3", with: word)
      }
    }
    switch found {
    case .wrongDescription("model", 14, "slope", _): #expect(["slope=x", "slope="].contains(word))
    case .impossibleModel("model", let error):
      #expect(error.description.hasPrefix("integer operation leaky: the slope of a leaky ReLU is "))
      #expect(error.description.hasSuffix("; expected a finite number of 0 or more"))
    default: Issue.record("\(String(describing: found))")
    }
  }

  @Test(arguments: ["scheme", "name", "operations", "outputs"])
  func `a model file that lacks an entry is refused`(_ key: String) throws {
    #expect(
      try error { $0.metadata[key] = nil }
        == .wrongDescription(file: "model", operation: nil, key: key, found: nil))
    if key != "name" {
      #expect(
        try error { $0.metadata[key] = "-x" }
          == .wrongDescription(file: "model", operation: nil, key: key, found: "-x"))
    }
  }

  @Test func `a model file with more than the model needs is refused`() throws {
    #expect(
      try error { $0.add(SafetensorsTensor("more", shape: [1], values: [Int8(1)])) }
        == .unknownTensor(file: "model", name: "more"))
    #expect(
      try error { $0.metadata["more"] = "" }
        == .wrongDescription(file: "model", operation: nil, key: "number of entries", found: "43"))
    #expect(
      try error { $0.metadata["operation.10"]?.append(" more=1") }
        == .wrongDescription(file: "model", operation: 10, key: "description", found: "more"))
    #expect(
      try error { $0.metadata["operations"] = "19" }
        == .wrongDescription(file: "model", operation: 18, key: "description", found: nil))
  }

  /// Names come out of the file.
  @Test func `a name out of a file neither controls nor floods a terminal`() {
    let name = "\u{1b}]0;x\u{7}" + String(repeating: "a", count: 1000)
    let error = IntegerFileError.impossibleModel(
      file: "model.safetensors", IntegerModelError(operation: name, cause: .nameTwice))
    #expect(error.description.hasPrefix("model.safetensors: integer operation \\u{1b}]0;x\\u{7}aaa"))
    #expect(!error.description.contains("\u{1b}") && error.description.count < 500)
  }

  @Test func `a model file whose tensors do not fit is refused`() throws {
    #expect(
      try error { $0 = without("conv/kernel", $0) }?.description.contains("\"conv/kernel\"") == true)
    #expect(
      try error {
        $0 = without("conv/kernel", $0)
        $0.add(SafetensorsTensor("conv/kernel", shape: [35], values: [UInt8](repeating: 0, count: 35)))
      } == .wrongWeights(file: "a file not yet written", operation: "conv"))
    #expect(
      try error {
        $0 = without("conv/bias", $0)
        $0.add(SafetensorsTensor("conv/bias", shape: [3], values: [Int32](repeating: 0, count: 3)))
      }
        == .impossibleModel(
          file: "a file not yet written",
          IntegerModelError(
            operation: "conv", cause: .wrongCount(of: "biases", expected: "4", found: 3))))
  }

  /// Each word of a description is replaced by an invalid one.
  @Test(arguments: [
    ("kind=convolution", "kind=deconvolution", "kind"), ("inputs=0", "inputs=zero", "inputs"),
    ("kernel=3,3,2,4", "kernel=3,3,2,-4", "kernel"), ("bits=4", "bits=9", "bits"),
    ("limits=-20,127", "limits=127,-20", "limits"), ("window=3,3", "window=3", "window"),
    ("strides=1,1", "strides=,1", "strides"), ("padding=1,1,1,1", "padding=1,1,1,1,1", "padding"),
    ("scale=0.05", "scale=nan", "grid"), ("scale=0.05", "scale=0.05x", "scale"),
    ("zeroPoint=-20", "zeroPoint=200", "grid"), ("rounding=halfToEven", "rounding=up", "rounding"),
    ("codes=-128,127", "codes=-128,99999999999", "codes"), ("shape=9,7,4", "shape=9, 7,4", "description"),
  ])
  func `an operation described with an impossible word is refused`(
    _ word: String, _ other: String, _ key: String
  ) throws {
    let found = try error { file in
      guard let text = file.metadata["operation.1"] else { return }
      #expect(text.contains(word), "\(text)")
      file.metadata["operation.1"] = text.split(separator: word, omittingEmptySubsequences: false)
        .joined(separator: other)
    }
    guard case .wrongDescription("model", 1, key, _) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test func `a model file that is cut off anywhere is refused`() throws {
    let bytes = try Models.network(bitWidth: 4).safetensors.encoded()
    for count in stride(from: 0, to: bytes.count, by: 7) {
      let file = try? SafetensorsFile(bytes: Array(bytes[..<count]))
      #expect(file == nil)
    }
  }

  /// Reading a file with a changed byte throws an error or gives a model that runs; it never crashes.
  @Test(arguments: [false, true])
  func `no changed byte of a model file crashes the reader`(_ hasImages: Bool) throws {
    let model = try hasImages ? Models.imageNetwork(bitWidth: 4) : Models.network(bitWidth: 4)
    let bytes = model.safetensors.encoded()
    var generator = SeededGenerator(seed: 11)
    var (accepted, refused) = (0, 0)
    for round in 0..<12000 {
      var changed = bytes
      let index = round < bytes.count ? round : generator.below(bytes.count)
      // Mostly characters that descriptions are made of.
      let characters = Array("0123456789,=-. e".utf8)
      changed[index] =
        round % 3 == 0
        ? UInt8(truncatingIfNeeded: generator.next()) : characters[generator.below(characters.count)]
      guard let file = try? SafetensorsFile(bytes: changed), let model = try? IntegerModel(file) else {
        refused += 1
        continue
      }
      accepted += 1
      let count = model.operations[model.inputs[0]].count
      if accepted % 50 == 0, model.operations.allSatisfy({ $0.count < 10_000 }) {
        let images = [[Int8]](repeating: [Int8](repeating: 3, count: count), count: model.inputs.count)
        _ = IntegerSession(model).codes(images, examples: 1)
      }
    }
    #expect(accepted > 100 && refused > 1000)
  }
}

/// Codes of fewer than 8 bits in bytes.
@Suite struct PackedCodesTests {
  @Test(arguments: 1...8) func `every code survives packing at every position`(_ bitWidth: Int) {
    let lowest = -(1 << (bitWidth - 1))
    let all = (lowest..<(-lowest)).map { Int8($0) }
    for count in 0...17 {
      for first in all {
        // The same codes at other bits: `count` codes before them.
        let codes = [Int8](repeating: first, count: count) + all
        let bytes = PackedCodes.packed(codes, bitWidth: bitWidth)
        #expect(bytes.count == (codes.count * bitWidth + 7) / 8)
        #expect(PackedCodes.unpacked(bytes, count: codes.count, bitWidth: bitWidth) == codes)
      }
    }
  }

  /// 3-bit codes 1, −1, 2 are 001, 111 and 010; from the lowest bit up: 10 111 001, and 0 in the next byte.
  @Test func `codes are packed from the lowest bit up`() {
    #expect(PackedCodes.packed([1, -1, 2], bitWidth: 3) == [0b1011_1001, 0])
    #expect(PackedCodes.packed([-8, 7], bitWidth: 4) == [0x78])
    #expect(PackedCodes.packed([-1, 0, -1], bitWidth: 1) == [0b101])
  }

  @Test func `bytes that are no packed codes are refused`() {
    #expect(PackedCodes.unpacked([0x78], count: 2, bitWidth: 4) == [-8, 7])
    #expect(PackedCodes.unpacked([0x78], count: 3, bitWidth: 4) == nil)
    #expect(PackedCodes.unpacked([0x78, 0], count: 2, bitWidth: 4) == nil)
    #expect(PackedCodes.unpacked([0x78], count: 1, bitWidth: 4) == nil)  // bits left over
    #expect(PackedCodes.unpacked([], count: -1, bitWidth: 4) == nil)
    #expect(PackedCodes.unpacked([], count: .max, bitWidth: 8) == nil)
  }
}
