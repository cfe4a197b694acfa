import TFLiteFiles

/// What a byte of a .tflite file is part of.
enum ByteKind: String, CaseIterable {
  case structure = "structure"
  case text = "texts"
  case weights = "weights"
  /// Scales, zero points and biases.
  case numbers = "other numbers"
}

/// What becomes of a file of which a bit is flipped.
enum Outcome: String, CaseIterable {
  case refused = "refused"
  case same = "read, the same codes"
  case other = "read, other codes"
}

/// What each byte of a file is part of.
func byteKinds(_ bytes: [UInt8], _ file: TFLiteFile) -> [ByteKind] {
  var kinds = [ByteKind](repeating: .structure, count: bytes.count)
  func mark(_ range: Range<Int>, _ kind: ByteKind) { for index in range { kinds[index] = kind } }
  mark(4..<8, .text)
  let graph = file.subgraphs[0]
  for name in [file.description, graph.name] + graph.tensors.map(\.name) where !name.isEmpty {
    for start in 0...(bytes.count - name.utf8.count) where bytes[start...].starts(with: name.utf8) {
      mark(start..<start + name.utf8.count, .text)
    }
  }
  let walk = Walk(bytes: bytes)
  let root = walk.ahead(0)
  let tensors = walk.list(walk.element(walk.list(root, 2), 0), 0)
  for index in graph.tensors.indices {
    if let constant = graph.tensors[index].constant {
      mark(constant.startIndex..<constant.endIndex, graph.tensors[index].type == .int32 ? .numbers : .weights)
    }
    let quantization = walk.ahead(walk.field(walk.element(tensors, index), 4))
    for (field, width) in [(2, 4), (3, 8)] {
      let numbers = walk.list(quantization, field)
      mark(numbers + 4..<numbers + 4 + width * walk.u32(numbers), .numbers)
    }
  }
  return kinds
}

/// Bytes as two hexadecimal digits each.
func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// The lowest bits of a byte, the highest of them first.
func bits(_ byte: UInt8, _ count: Int = 8) -> String {
  (0..<count).reversed().map { byte >> UInt8($0) & 1 == 1 ? "1" : "0" }.joined()
}
