import Layers
import PyTorchFiles
import Quantization
import Safetensors
import Support
import Tensors
import TestSupport
import Testing

/// What does not fit is refused by names and shapes, and then no weight has changed.
@Suite struct RefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(
    _ arrays: [(String, [Int])], type: SafetensorsDataType = .float32, order: Bool = true
  ) throws -> String {
    let path = folder.path + "/state.safetensors"
    let tensors = arrays.map { name, shape in
      SafetensorsTensor(
        name, type: type, shape: shape, bytes: [UInt8](repeating: 0, count: shape.reduce(type.byteWidth, *)))
    }
    let metadata = order ? ["order": arrays.map(\.0).joined(separator: "\n")] : [:]
    try SafetensorsFile(tensors, metadata: metadata).write(to: path)
    return path
  }

  /// The message without the path of the file; the weights stay as they were.
  private func refusal(
    _ model: Model, _ path: String, names: [String: String] = [:], ignoresUnused: Bool = false
  ) -> String {
    let before = model.weights.map(\.value.values)
    let error = #expect(throws: PyTorchError.self) {
      try model.loadWeights(pyTorch: path, names: names, ignoresUnused: ignoresUnused)
    }
    #expect(model.weights.map(\.value.values) == before)
    let message = error?.description ?? ""
    return message.hasPrefix(path + ": ") ? String(message.dropFirst(path.count + 2)) : message
  }

  private var small: Model {
    Sequential(
      [Conv2D(filters: 2, kernelSize: 3, name: "conv"), Flatten(), Dense(units: 3, name: "fc")],
      inputShape: [4, 4, 1])
  }
  private let fitting: [(String, [Int])] = [
    ("conv.weight", [2, 1, 3, 3]), ("conv.bias", [2]), ("fc.weight", [3, 8]), ("fc.bias", [3]),
  ]

  @Test func `another shape is told with both, in PyTorch's order`() throws {
    var arrays = fitting
    arrays[2].1 = [3, 18]
    #expect(
      try refusal(small, write(arrays))
        == "the array \"fc.weight\" has the shape [3, 18], and kernel [8, 3] of fc (Dense) takes [3, 8], in PyTorch's "
        + "order: build the layer with the units and the input of PyTorch's module, or name another module")
    arrays = fitting
    arrays[0].1 = [2, 1, 5, 5]
    #expect(
      try refusal(small, write(arrays)).hasPrefix(
        "the array \"conv.weight\" has the shape [2, 1, 5, 5], and kernel [3, 3, 1, 2] of conv (Conv2D) takes [2, 1, 3, 3]"
      ))
  }

  @Test func `what is missing and what is unused is listed by name`() throws {
    let arrays = fitting.filter { $0.0 != "conv.bias" } + [("aux.weight", [2, 2]), ("aux.bias", [2])]
    #expect(
      try refusal(small, write(arrays))
        == "the file lacks conv.bias for bias [2] of conv (Conv2D) (build the layer with useBias: false); no layer takes "
        + "aux.bias, aux.weight: add the layer or the useBias: true that it belongs to, or say ignoresUnused: true"
    )
    #expect(try refusal(small, write(arrays), ignoresUnused: true).hasSuffix("useBias: false)"))
  }

  @Test func `unused arrays are left out if that is asked for, and counts of batches always`() throws {
    let path = try write(fitting + [("aux.weight", [2, 2]), ("bn.num_batches_tracked", [])])
    let report = try small.loadWeights(pyTorch: path, ignoresUnused: true)
    #expect(report.unused == ["aux.weight"] && report.description.contains("not used: aux.weight"))
  }

  @Test func `doubles and integers are refused`() throws {
    let path = try write(fitting, type: .float64)
    #expect(
      refusal(small, path)
        == "the array \"conv.weight\" for kernel [3, 3, 1, 2] of conv (Conv2D) has elements of type F64, and weights "
        + "are F32, F16 or BF16: save model.float().state_dict()")
  }

  @Test func `names that nothing has are refused`() throws {
    let path = try write(fitting)
    #expect(
      refusal(small, path, names: ["convolution": "conv"])
        == "names: has \"convolution\", and no layer with weights is called so, or lies in a model called so: the layers "
        + "are conv, fc")
    #expect(
      refusal(small, path, names: ["conv": "features.0"])
        == "names: gives conv (Conv2D) the module \"features.0\", of which the file has no array: its modules are conv, "
        + "fc")
    let twice = Sequential(
      [Dense(units: 3, name: "a"), Dense(units: 3, name: "fc")], inputShape: [8])
    #expect(
      refusal(twice, path, names: ["a": "fc"]).hasPrefix(
        "a (Dense), fc (Dense) would take the same module, \"fc\""))
  }

  @Test func `a model that branches needs names`() throws {
    let input = Input([8])
    let both = Add()([Dense(units: 3, name: "left")(input), Dense(units: 3, name: "right")(input)])
    let arrays = [("a.weight", [3, 8]), ("a.bias", [3]), ("b.weight", [3, 8]), ("b.bias", [3])]
    #expect(
      try refusal(Model(inputs: input, outputs: both), write(arrays))
        == "no module has the name of left (Dense), right (Dense), and the model branches, so that their order does not "
        + "tell which is theirs: give layers the names of PyTorch's modules, or say names: [\"layer\": \"module\"]; the "
        + "modules left are a, b")
  }

  @Test func `an order that the file does not tell, or that does not fit, is refused`() throws {
    let row = Sequential([Dense(units: 3), Dense(units: 3)], inputShape: [3])
    let arrays = [("one.weight", [3, 3]), ("one.bias", [3]), ("two.weight", [3, 3]), ("two.bias", [3])]
    #expect(
      try refusal(row, write(arrays, order: false)).contains(
        "the file does not tell the order of the network (save it with metadata={\"order\": \"\\n\".join(state)})"
      ))
    #expect(
      try refusal(row, write(Array(arrays.prefix(2)))).contains(
        "their order does not tell either: there are 2 dense layers here and 1 in the file"))
    try row.loadWeights(pyTorch: write(arrays))
  }

  @Test func `layers that PyTorch does not have are named`() throws {
    let separable = Sequential(
      [SeparableConv2D(filters: 2, kernelSize: 3, name: "s")], inputShape: [4, 4, 1])
    #expect(
      try refusal(separable, write(fitting)).hasPrefix("s (SeparableConv2D) has no counterpart in PyTorch"))
    let batch = Tensor.filled(0.5, shape: [2, 4, 4, 1])
    let quantized = try quantizeModel(small, calibratingOn: [batch])
    #expect(
      try refusal(quantized, write(fitting)).contains(
        "a model that is to be quantized is quantized afterwards"))
  }

  @Test func `features whose order is hidden are refused`() throws {
    let model = Sequential(
      [
        Conv2D(filters: 2, kernelSize: 3, name: "conv"), Flatten(),
        Reshape(targetShape: [4, 2], name: "pairs"),
        Flatten(), Dense(units: 3, name: "fc"),
      ], inputShape: [4, 4, 1])
    #expect(
      try refusal(model, write(fitting)).hasPrefix(
        "fc (Dense) reads features of images that were flattened, in an order that pairs hides"))
  }

  @Test func `what is no safetensors file is told, and texts from files cannot control a terminal`() throws {
    let path = folder.path + "/network.pt"
    try AtomicFile.write(
      [UInt8]("PK\u{3}\u{4} not a state dict in the form that is asked for".utf8), to: path)
    #expect(
      refusal(small, path).hasSuffix(
        "save the state dict by safetensors' save_file, as Documentation/PyTorch.md shows"))
    let name = "evil\u{1B}[2J" + String(repeating: "x", count: 1_000)
    let message = try refusal(small, write(fitting + [(name + ".weight", [1, 1])]))
    #expect(message.contains("evil\\u{1b}[2Jxxx") && !message.contains("\u{1B}") && message.count < 600)
  }
}
