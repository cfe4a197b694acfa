import FixedPoint
import IntegerInference
import Support

extension IntegerModel {
  /// Reads a quantized model from an ONNX file; everything in the file is checked.
  ///
  ///     let model = try IntegerModel(onnx: "digits.onnx")
  ///     let codes = IntegerSession(model).codes(inputCodes, examples: 1)
  ///
  /// The file is in QDQ format, with QuantizeLinear and DequantizeLinear between operators of floating-point numbers,
  /// or in QOperator format, with operators of codes. The codes are those of ONNX Runtime as it comes, but where
  /// Documentation/ONNX.md says otherwise; the arithmetic is ``IntegerArithmetic/onnxRuntime``.
  ///
  /// An operation has the name of the value that its node writes. Codes are signed: where a file has `uint8`, its codes
  /// are those here plus 128; where it takes or gives floating-point numbers, the grids of the model's inputs and
  /// outputs say which. Images are `[height, width, channels]`, also where a file has `[channels, height, width]`: an
  /// input or output of four axes, the first of which counts examples, is such an image.
  ///
  /// - Parameters:
  ///   - path: The path of the file; constants may have their data in other files of its folder.
  ///   - limit: The most bytes that the file may have, and the most that may be read of other files.
  /// - Throws: ``ONNXError``, which names the file, the node or value, the cause and the remedy.
  public init(onnx path: String, limit: Int = ONNXFile.defaultLimit) throws(ONNXError) {
    try self.init(ONNXFile(contentsOf: path, limit: limit))
  }

  /// Makes an integer model of the content of an ONNX file.
  ///
  /// - Parameter file: The content of the file.
  /// - Throws: ``ONNXError``, which names the file, the node or value, the cause and the remedy.
  public init(_ file: ONNXFile) throws(ONNXError) {
    var importer = try ONNXImporter(file)
    self = try importer.model()
  }
}

/// Makes integer operations of a file's nodes, one after another.
struct ONNXImporter {
  let file: ONNXFile
  let nodes: [ONNXNode]
  /// The nodes that read a value, by the value's name.
  let readers: [String: [Int]]
  /// The names of the values that are the result.
  let outputs: Set<String>
  /// The version of ONNX's own operators.
  let version: Int
  /// The extent of the first dimension of all inputs; nil if it is free.
  let batch: Int?
  var operations: [IntegerOperation] = []
  /// What is known of values, by their names.
  var values: [String: Value] = [:]
  /// Rearranged tensors, so that none is rearranged twice.
  var arrangements: [Arrangement: Int] = [:]
  /// The codes that a QuantizeLinear made of a value, by the value's name and the grid.
  var quantized: [Quantization: Tensor] = [:]
  /// The bytes of constants copied into operations so far.
  var copiedBytes = 0
  /// The bytes read of other files so far.
  var externalBytes = 0
  private var names: Set<String> = []

  /// Prepares the reading of a file's graph.
  init(_ file: ONNXFile) throws(ONNXError) {
    self.file = file
    let stated = file.model.opsetImport.filter { ["", "ai.onnx"].contains($0.domain) }.map { Int($0.version) }
      .max()
    guard let version = stated, (10...28).contains(version) else {
      throw ONNXError(file: file.source, cause: .otherOperators(version: stated))
    }
    self.version = version
    let graph = file.model.graph
    nodes = graph.node.enumerated().map { ONNXNode($0.element, number: $0.offset) }
    var readers: [String: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.inputs where !name.isEmpty { readers[name, default: []].append(index) }
    }
    self.readers = readers
    outputs = Set(graph.output.map(\.name))
    let constants = Set(graph.initializer.map(\.name))
    let extents = Set(
      graph.input.filter { !constants.contains($0.name) }
        .map { ($0.type.tensorType.shape.dim.first?.value).flatMap(\.number) ?? 0 })
    batch = extents.count == 1 && extents.first ?? 0 > 0 ? extents.first : nil
  }

  /// Makes the model.
  mutating func model() throws(ONNXError) -> IntegerModel {
    let graph = file.model.graph
    for tensor in graph.initializer {
      do throws(ONNXError.Cause) { try set(.constant(Constant(tensor)), for: tensor.name) } catch {
        throw failure(Self.label(tensor.name), error)
      }
    }
    // Constants come first: what reads an input says its grid by them.
    for node in nodes where node.kind == .constant {
      do throws(ONNXError.Cause) { try add(node) } catch { throw failure(node.label, error) }
    }
    for input in graph.input {
      if case .constant? = values[input.name] { continue }
      do throws(ONNXError.Cause) { try addInput(input) } catch {
        throw failure(Self.label(input.name), error)
      }
    }
    for node in nodes where node.kind != .constant {
      do throws(ONNXError.Cause) { try add(node) } catch { throw failure(node.label, error) }
    }
    var outputs: [Int] = []
    for output in graph.output {
      do throws(ONNXError.Cause) { outputs.append(try outputOperation(output.name)) } catch {
        throw failure("output \(Self.label(output.name))", error)
      }
    }
    nameOutputs(outputs, graph.output.map(\.name))
    do throws(IntegerModelError) {
      return try IntegerModel(
        name: Self.modelName(of: file), arithmetic: .onnxRuntime, operations: operations, outputs: outputs)
    } catch {
      throw failure(
        nil, .impossibleModel(.init(description: UntrustedText.shown(error.description, most: 400))))
    }
  }

  /// Gives the operations of a file's outputs the outputs' names, where no other operation has them.
  private mutating func nameOutputs(_ outputs: [Int], _ wanted: [String]) {
    for (index, name) in zip(outputs, wanted) {
      guard !name.isEmpty, name.utf8.count <= 1024, names.insert(name).inserted else { continue }
      let old = operations[index]
      operations[index] = IntegerOperation(
        name: name, kind: old.kind, inputs: old.inputs, shape: old.shape, grid: old.grid)
    }
  }

  /// The name of a file's model: that of the file, without folders and ending.
  private static func modelName(of file: ONNXFile) -> String {
    let name = file.source.split(separator: "/").last.map(String.init) ?? file.source
    return name.hasSuffix(".onnx") ? String(name.dropLast(5)) : name
  }

  private func failure(_ place: String?, _ cause: ONNXError.Cause) -> ONNXError {
    ONNXError(file: file.source, place: place, cause: cause)
  }

  /// A value in words.
  static func label(_ name: String) -> String { "value " + UntrustedText.quoted(name) }

  /// Notes what a value is; every name has one.
  mutating func set(_ value: Value, for name: String) throws(ONNXError.Cause) {
    guard !name.isEmpty else { return }
    guard values.updateValue(value, forKey: name) == nil else {
      throw .nameTwice(UntrustedText.shown(name))
    }
  }

  // MARK: - Operations

  /// Appends an operation of any grid, named after a value, and returns its index.
  ///
  /// Every shape is checked here, so that no operation after it computes with an impossible one.
  mutating func append(
    _ kind: IntegerOperation.Kind, reading inputs: [Int], shape: [Int], grid: AffineQuantizer,
    named wanted: String
  ) throws(ONNXError.Cause) -> Int {
    guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }), let count = shape.checkedProduct,
      count <= Int(Int32.max)
    else { throw .impossibleShape(shape) }
    codeCount += count
    guard codeCount <= Int(Int32.max) else { throw .tooManyCodes(codeCount) }
    // Several operations may have the name, and a file names a value once.
    let wanted =
      wanted.isEmpty
      ? "operation \(operations.count)"
      : wanted.utf8.count > 1024
        ? String(String.UnicodeScalarView(wanted.unicodeScalars.prefix(256))) : wanted
    var (name, number) = (wanted, 1)
    while !names.insert(name).inserted {
      number = namesUsed[wanted, default: 1] + 1
      namesUsed[wanted] = number
      name = "\(wanted) (\(number))"
    }
    operations.append(IntegerOperation(name: name, kind: kind, inputs: inputs, shape: shape, grid: grid))
    return operations.count - 1
  }

  /// The codes of all operations for one example.
  private var codeCount = 0
  /// The highest number behind each name that several operations want.
  private var namesUsed: [String: Int] = [:]

  /// Counts the bytes of a constant that an operation gets a copy of.
  ///
  /// Nodes of few bytes can refer to the same constants, so all copies together are limited.
  mutating func countCopy(of elements: Int) throws(ONNXError.Cause) {
    let limit = 64 * (file.byteCount + externalBytes) + 1 << 20
    copiedBytes += 4 * elements
    guard copiedBytes <= limit else { throw .repeatedConstants(bytes: limit) }
  }
}

extension Onnx_TensorShapeProto.Dimension.OneOf_Value {
  /// The extent, if it is fixed.
  var number: Int? { if case .dimValue(let value) = self { Int(value) } else { nil } }
}
