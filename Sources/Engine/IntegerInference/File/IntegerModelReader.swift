import FixedPoint
import Safetensors
import Support

/// Reads an integer model from a safetensors file.
struct IntegerModelReader {
  let name: String
  let arithmetic: IntegerArithmetic
  let outputs: [Int]
  private let count: Int
  private let file: SafetensorsFile
  /// The tensors and the number of metadata entries that were read.
  private var usedTensors: Set<String> = []
  private var usedMetadata = 6  // format, version, scheme, name, operations, outputs

  /// Reads the entries of the model as a whole.
  init(_ file: SafetensorsFile) throws(IntegerFileError) {
    func wrong(_ key: String) -> IntegerFileError {
      .wrongDescription(file: file.source, operation: nil, key: key, found: file.metadata[key])
    }
    guard file.metadata["format"] == IntegerModelFormat.format, let version = file.metadata["version"] else {
      throw .otherFormat(file: file.source)
    }
    guard IntegerModelFormat.versions.contains(version) else {
      throw .otherVersion(file: file.source, version: version)
    }
    guard let arithmetic = file.metadata["scheme"].flatMap(IntegerArithmetic.init) else {
      throw wrong("scheme")
    }
    guard let name = file.metadata["name"] else { throw wrong("name") }
    guard let count = file.metadata["operations"].flatMap({ Int($0) }), count >= 0 else {
      throw wrong("operations")
    }
    guard let text = file.metadata["outputs"] else { throw wrong("outputs") }
    var outputs: [Int] = []
    for digits in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let output = Int(digits) else { throw wrong("outputs") }
      outputs.append(output)
    }
    (self.file, self.arithmetic, self.name) = (file, arithmetic, name)
    (self.outputs, self.count) = (outputs, count)
  }

  /// Reads the operations one after another.
  mutating func operations() throws(IntegerFileError) -> [IntegerOperation] {
    var operations: [IntegerOperation] = []
    while operations.count < count { operations.append(try operation(operations.count)) }
    return operations
  }

  /// Checks that every tensor and every metadata entry was used.
  func expectNothingMore() throws(IntegerFileError) {
    if let stranger = file.tensors.first(where: { !usedTensors.contains($0.name) }) {
      throw .unknownTensor(file: file.source, name: stranger.name)
    }
    guard file.metadata.count == usedMetadata else {
      throw .wrongDescription(
        file: file.source, operation: nil, key: "number of entries", found: "\(file.metadata.count)")
    }
  }

  private mutating func operation(_ index: Int) throws(IntegerFileError) -> IntegerOperation {
    func missing(_ key: String) -> IntegerFileError {
      .wrongDescription(file: file.source, operation: index, key: key, found: nil)
    }
    guard let text = file.metadata["operation.\(index)"] else { throw missing("description") }
    guard let name = file.metadata["name.\(index)"] else { throw missing("name") }
    usedMetadata += 2
    var words = try OperationWords(text, file: file.source, operation: index)
    let operation = IntegerOperation(
      name: name, kind: try kind(&words, name), inputs: try words.integers("inputs"),
      shape: try words.integers("shape"), grid: try words.grid())
    try words.expectNothingMore()
    return operation
  }

  private mutating func kind(
    _ words: inout OperationWords, _ name: String
  ) throws(IntegerFileError) -> IntegerOperation.Kind {
    let kind = try words.word("kind")
    switch kind {
    case "input": return .input
    case "convolution": return .convolution(try kernel(&words, name), try words.window())
    case "depthwiseConvolution":
      return .depthwiseConvolution(try kernel(&words, name), try words.window())
    case "transposedConvolution":
      return .transposedConvolution(
        try kernel(&words, name), try words.window(), isSame: try words.boolean("same"))
    case "constant": return .constant(try values(name + IntegerModelFormat.codes))
    case "dense": return .dense(try kernel(&words, name))
    case "maxPooling": return .maxPooling(try words.window())
    case "averagePooling": return .averagePooling(try words.window())
    case "globalAveragePooling": return .globalAveragePooling
    case "add": return .add(activationRange: try words.range("limits"))
    case "subtract": return .subtract(activationRange: try words.range("limits"))
    case "multiply": return .multiply(activationRange: try words.range("limits"))
    case "concatenation": return .concatenation(axis: try words.integers("axis", count: 1)[0])
    case "reshape": return .reshape
    case "padding": return .padding(try words.padding())
    case "constantPadding", "slice", "transpose", "resizeNearestNeighbor", "resizeBilinear":
      return try movement(kind, &words)
    case "softmax": return .softmax
    case "hardSwish": return .hardSwish
    case "leakyReLU": return .leakyReLU(slope: try words.float("slope"))
    case "prelu": return .prelu
    case "sigmoid": return .sigmoid
    case "tanh": return .tanh
    case "requantization": return .requantization(activationRange: try words.range("limits"))
    default: throw words.wrong("kind", kind)
    }
  }

  /// The kinds that move codes or resize images.
  private func movement(
    _ kind: String, _ words: inout OperationWords
  ) throws(IntegerFileError) -> IntegerOperation.Kind {
    switch kind {
    case "constantPadding":
      let (before, after) = (try words.integers("before"), try words.integers("after"))
      let code = try words.integers("code", count: 1)[0]
      guard let code = Int8(exactly: code) else { throw words.wrong("code", "\(code)") }
      return .constantPadding(before: before, after: after, code: code)
    case "slice":
      return .slice(
        begin: try words.integers("begin"), size: try words.integers("size"),
        strides: try words.integers("strides"))
    case "transpose": return .transpose(permutation: try words.integers("permutation"))
    default:
      let alignCorners = try words.boolean("alignCorners")
      let halfPixelCenters = try words.boolean("halfPixelCenters")
      return kind == "resizeBilinear"
        ? .resizeBilinear(alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
        : .resizeNearestNeighbor(alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
    }
  }

  private mutating func kernel(
    _ words: inout OperationWords, _ name: String
  ) throws(IntegerFileError) -> IntegerKernel {
    let shape = try words.integers("kernel")
    let bitWidth = try words.integers("bits", count: 1)[0]
    guard (1...8).contains(bitWidth) else { throw words.wrong("bits", "\(bitWidth)") }
    guard shape.allSatisfy({ $0 >= 0 }), let count = shape.checkedProduct else {
      throw words.wrong("kernel", "\(shape)")
    }
    let stored: [Int8]?
    if bitWidth == 8 {
      stored = try values(name + IntegerModelFormat.kernel, shape: shape)
    } else {
      let bytes: [UInt8] = try values(name + IntegerModelFormat.kernel)
      stored = PackedCodes.unpacked(bytes, count: count, bitWidth: bitWidth)
    }
    guard let codes = stored else { throw .wrongWeights(file: file.source, operation: name) }
    return IntegerKernel(
      shape: shape, intWeights: codes, bitWidth: bitWidth,
      scales: try values(name + IntegerModelFormat.scales),
      bias32: try values(name + IntegerModelFormat.bias), activationRange: try words.range("limits"))
  }

  /// The elements of a tensor, which is marked as used.
  private mutating func values<Element: SafetensorsElement>(
    _ name: String, shape: [Int]? = nil
  ) throws(IntegerFileError) -> [Element] {
    usedTensors.insert(name)
    do throws(SafetensorsError) { return try file.values(name, shape: shape) } catch {
      throw .unreadable(error)
    }
  }
}
