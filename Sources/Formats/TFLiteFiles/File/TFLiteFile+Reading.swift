import Support

extension TFLiteFile {
  /// The default limit on the size of a file: 1 GiB.
  public static let defaultLimit = 1 << 30

  /// Reads a file and checks its structure.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - limit: The most bytes that the file may have.
  /// - Throws: ``TFLiteError`` if the file cannot be read, is no .tflite file, or is damaged.
  public init(contentsOf path: String, limit: Int = defaultLimit) throws(TFLiteError) {
    let (file, bytes): (OrdinaryFile, [UInt8])
    do throws(FileError) {
      file = try OrdinaryFile(path: path)
      bytes = file.size <= limit ? try file.read(0..<file.size) : []
    } catch { throw TFLiteError(file: path, cause: .system(error)) }
    guard file.size <= limit else {
      throw TFLiteError(file: path, cause: .tooLarge(size: file.size, limit: limit))
    }
    try self.init(bytes, source: path)
  }

  /// Reads the bytes of a file and checks their structure.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - source: The path of the file, or another name of its origin, for messages.
  /// - Throws: ``TFLiteError`` if the bytes are no .tflite file or are damaged.
  public init(_ bytes: [UInt8], source: String) throws(TFLiteError) {
    let reader = FlatBufferReader(bytes)
    guard reader.identifier == "TFL3" else {
      throw TFLiteError(file: source, cause: .notTFLite(size: bytes.count))
    }
    do throws(TFLiteError.Cause) {
      let root = try reader.root()
      let version = try root.integer(0, UInt32.self)
      guard version == 3 else { throw .otherVersion(version) }
      let parts = TFLiteFileParts(
        bytes: bytes, codes: try root.tables(1).map(operatorCode), buffers: try root.tables(4))
      var subgraphs: [Subgraph] = []
      for table in try root.tables(2) { subgraphs.append(try parts.subgraph(table)) }
      self.init(
        source: source, description: try root.string(3), subgraphs: subgraphs, byteCount: bytes.count)
    } catch { throw TFLiteError(file: source, cause: error) }
  }
}

/// Reads the number, version and name of an operation.
///
/// Numbers up to 127 stand in a field of one byte, which files of older tools have alone.
private func operatorCode(_ table: FlatBufferTable) throws(TFLiteError.Cause) -> TFLiteOperatorCode {
  TFLiteOperatorCode(
    number: max(try table.integer(0, Int8.self), try table.integer(3, Int32.self)),
    version: try table.integer(2, Int32.self, default: 1), customName: try table.string(1))
}

/// The parts of a file to which the tensors and operators of its subgraphs refer.
private struct TFLiteFileParts {
  let bytes: [UInt8]
  let codes: [TFLiteOperatorCode]
  let buffers: [FlatBufferTable]

  func subgraph(_ table: FlatBufferTable) throws(TFLiteError.Cause) -> TFLiteFile.Subgraph {
    var tensors: [TFLiteFile.Tensor] = []
    for tensor in try table.tables(0) { tensors.append(try self.tensor(tensor)) }
    let (inputs, outputs) = (try table.integers(1, Int32.self), try table.integers(2, Int32.self))
    var operators: [TFLiteFile.Operator] = []
    for one in try table.tables(3) { operators.append(try self.operator(one, tensors: tensors.count)) }
    try check(inputs + outputs, of: "tensor", count: tensors.count)
    return TFLiteFile.Subgraph(
      name: try table.string(4), tensors: tensors, operators: operators, inputs: inputs, outputs: outputs)
  }

  private func tensor(_ table: FlatBufferTable) throws(TFLiteError.Cause) -> TFLiteFile.Tensor {
    let number = try table.integer(1, UInt8.self)
    guard let type = TFLiteType(rawValue: UInt8(number)) else { throw .unknownType(number) }
    let shape = try table.integers(0, Int32.self)
    var tensor = TFLiteFile.Tensor(
      name: try table.string(3), type: type, shape: shape, signature: try table.integers(7, Int32.self))
    guard shape.allSatisfy({ $0 >= 0 }), let count = tensor.count else { throw .impossibleShape(shape) }
    tensor.isVariable = try table.integer(5, UInt8.self) != 0
    tensor.isSparse = try table.table(6) != nil
    if let quantization = try table.table(4) {
      tensor.scales = try quantization.floats(2)
      tensor.zeroPoints = try quantization.integers(3, Int64.self)
      tensor.quantizedDimension = try quantization.integer(6, Int32.self)
      tensor.hasOtherQuantization = try quantization.integer(4, UInt8.self) != 0
    }
    tensor.constant = try constant(of: try table.integer(2, UInt32.self))
    if let constant = tensor.constant, !tensor.isSparse, type.bits != nil {
      guard let expected = type.byteCount(count) else { throw .impossibleShape(shape) }
      guard constant.count == expected else { throw .wrongSize(expected: expected, found: constant.count) }
    }
    return tensor
  }

  /// The bytes of a buffer; nil if it is empty.
  ///
  /// Buffers of files beyond 2 GiB stand behind the tables.
  private func constant(of index: Int) throws(TFLiteError.Cause) -> ArraySlice<UInt8>? {
    try check([index], of: "buffer", count: buffers.count)
    let (first, count) = (
      try buffers[index].integer(1, UInt64.self), try buffers[index].integer(2, UInt64.self)
    )
    if first > 1 {
      guard count <= bytes.count, first <= bytes.count - count else { throw .outOfBounds(offset: first) }
      return bytes[first..<first + count]
    }
    guard let range = try buffers[index].bytes(0), !range.isEmpty else { return nil }
    return bytes[range]
  }

  private func `operator`(
    _ table: FlatBufferTable, tensors: Int
  ) throws(TFLiteError.Cause) -> TFLiteFile.Operator {
    let code = try table.integer(0, UInt32.self)
    try check([code], of: "operator code", count: codes.count)
    let (inputs, outputs) = (try table.integers(1, Int32.self), try table.integers(2, Int32.self))
    try check(inputs.filter { $0 != -1 } + outputs, of: "tensor", count: tensors)
    return TFLiteFile.Operator(
      code: codes[code], inputs: inputs, outputs: outputs,
      options: try TFLiteOptions(
        type: UInt8(try table.integer(3, UInt8.self)), try table.table(4)))
  }

  private func check(_ indices: [Int], of kind: String, count: Int) throws(TFLiteError.Cause) {
    for index in indices where !(0..<count).contains(index) {
      throw .unknownIndex(of: kind, index: index, count: count)
    }
  }
}
