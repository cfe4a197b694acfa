extension TFLiteFile {
  /// The bytes of the file; equal contents give equal bytes.
  ///
  /// Constants begin at multiples of 16 bytes, as runtimes that map the file into memory expect.
  var bytes: [UInt8] {
    var codes: [TFLiteOperatorCode] = []
    var buffers: [ArraySlice<UInt8>] = [[]]  // by custom the first is empty
    let graphs = subgraphs.map { graph -> [Int: FlatBufferValue] in
      let tensors = graph.tensors.map { tensor -> [Int: FlatBufferValue] in
        if let constant = tensor.constant { buffers.append(constant) }
        return Self.table(tensor, buffer: tensor.constant == nil ? 0 : buffers.count - 1)
      }
      let operators = graph.operators.map { one -> [Int: FlatBufferValue] in
        let known = codes.firstIndex(of: one.code)
        if known == nil { codes.append(one.code) }
        return Self.table(one, code: known ?? codes.count - 1)
      }
      return [
        0: .tables(tensors), 1: Self.indices(graph.inputs), 2: Self.indices(graph.outputs),
        3: .tables(operators), 4: .string(graph.name),
      ]
    }
    let root: [Int: FlatBufferValue] = [
      0: .integer(UInt32(3)), 1: .tables(codes.map(Self.table)), 2: .tables(graphs), 3: .string(description),
      4: .tables(buffers.map { $0.isEmpty ? [:] : [0: .vector(Array($0), width: 1, alignment: 16)] }),
    ]
    return FlatBufferWriter(root: root, identifier: "TFL3").bytes
  }

  /// A tensor's table; its quantization has no minimum and maximum, which runtimes do not read.
  private static func table(_ tensor: Tensor, buffer: Int) -> [Int: FlatBufferValue] {
    var table: [Int: FlatBufferValue] = [
      0: indices(tensor.shape), 1: .integer(tensor.type.rawValue), 2: .integer(UInt32(buffer)),
      3: .string(tensor.name),
    ]
    if !tensor.scales.isEmpty {
      table[4] = .table([
        2: .floats(tensor.scales), 3: .integers(tensor.zeroPoints.map { Int64($0) }),
        6: .integer(Int32(tensor.quantizedDimension)),
      ])
    }
    if !tensor.signature.isEmpty { table[7] = indices(tensor.signature) }
    return table
  }

  /// An operator's table.
  private static func table(_ one: Operator, code: Int) -> [Int: FlatBufferValue] {
    var table: [Int: FlatBufferValue] = [
      0: .integer(UInt32(code)), 1: indices(one.inputs), 2: indices(one.outputs),
    ]
    if one.options.type != 0 {
      table[3] = .integer(one.options.type)
      table[4] = .table(one.options.flatBuffer)
    }
    return table
  }

  /// An operator code's table; numbers up to 127 also stand where older runtimes read them.
  private static func table(_ code: TFLiteOperatorCode) -> [Int: FlatBufferValue] {
    var table: [Int: FlatBufferValue] = [
      0: .integer(Int8(min(code.number, 127))), 2: .integer(Int32(code.version)),
      3: .integer(Int32(code.number)),
    ]
    if !code.customName.isEmpty { table[1] = .string(code.customName) }
    return table
  }

  private static func indices(_ values: [Int]) -> FlatBufferValue { .integers(values.map { Int32($0) }) }
}
