import FixedPoint
import IntegerInference
import Support

// What operations need to know of a file's tensors: codes, constants, shapes and grids.

extension TFLiteImporter {
  /// A tensor in words: number and name.
  func label(_ index: Int) -> String {
    let name = graph.tensors[index].name
    return "tensor \(index)" + (name.isEmpty ? "" : " \"\(UntrustedText.shown(name))\"")
  }

  /// Checks that an operator has as many tensors as it needs.
  func checkCount(
    _ tensors: [Int], of kind: String, _ expected: ClosedRange<Int>
  ) throws(TFLiteError.Cause) {
    guard expected.contains(tensors.count) else {
      let words =
        expected.count == 1
        ? "\(expected.lowerBound)"
        : "\(expected.lowerBound)" + (expected.upperBound == .max ? " or more" : " to \(expected.upperBound)")
      throw .wrongCount(of: kind, expected: words, found: tensors.count)
    }
  }

  /// The tensor that an operator reads at a position; nil if it is absent.
  func optionalInput(_ one: TFLiteFile.Operator, _ position: Int) -> Int? {
    position < one.inputs.count && one.inputs[position] >= 0 ? one.inputs[position] : nil
  }

  /// The tensor that an operator reads at a position.
  func input(_ one: TFLiteFile.Operator, _ position: Int) throws(TFLiteError.Cause) -> Int {
    guard let index = optionalInput(one, position) else {
      throw .wrongCount(
        of: "inputs", expected: "\(position + 1) or more, none of them -1", found: one.inputs.count)
    }
    return index
  }

  /// The operation whose codes an operator reads at a position.
  func codes(_ one: TFLiteFile.Operator, _ position: Int) throws(TFLiteError.Cause) -> Int {
    let index = try input(one, position)
    if case .codes(let operation)? = values[index] { return operation }
    let tensor = graph.tensors[index]
    guard tensor.type == .int8 else {
      throw .typeUnsupported(
        role: position == 0 ? "input" : "input \(position)", found: tensor.type.name,
        expected: "INT8: convert the model with full integer quantization")
    }
    throw .notComputed(tensor: label(index))
  }

  /// Whether the first dimension of a tensor counts examples.
  ///
  /// Where a model has a batch of 1, a tensor may lack that dimension.
  func hasBatch(_ index: Int) -> Bool {
    let rank = ranks[index] ?? graph.tensors[index].shape.count
    guard case .codes(let operation)? = values[index] else {
      return rank >= 2 && graph.tensors[index].shape.first == batch
    }
    return rank == operations[operation].shape.count + 1
  }

  /// The axis of an example that is this axis of a tensor; axes below 0 count from the end.
  func exampleAxis(_ axis: Int, of index: Int) throws(TFLiteError.Cause) -> Int {
    let rank = ranks[index] ?? graph.tensors[index].shape.count
    let own = (axis < 0 ? axis + rank : axis) - (hasBatch(index) ? 1 : 0)
    let extents: Int? =
      if case .codes(let operation)? = values[index] { operations[operation].shape.count } else { nil }
    guard own >= 0, axis < rank, own < extents ?? rank else {
      throw .optionUnsupported(
        option: "axis", value: "\(axis)", expected: "an axis of an example, not the batch")
    }
    return own
  }

  /// The grid of a tensor of codes; an unsigned one is that of its codes minus 128.
  func grid(of index: Int) throws(TFLiteError.Cause) -> AffineQuantizer {
    let tensor = graph.tensors[index]
    guard tensor.type == .int8 || tensor.type == .uint8 else {
      throw .typeUnsupported(
        role: graph.inputs.contains(index) ? "input" : label(index), found: tensor.type.name,
        expected: "INT8: convert the model with full integer quantization")
    }
    guard tensor.scales.count == 1, tensor.zeroPoints.count == 1, !tensor.hasOtherQuantization else {
      throw .wrongQuantization(
        tensor: label(index),
        reason: "has \(tensor.scales.count) scales and \(tensor.zeroPoints.count) zero points",
        remedy: "expected one of each: convert the model with full integer quantization")
    }
    let zeroPoint = tensor.zeroPoints[0] &- (tensor.type == .uint8 ? 128 : 0)
    guard (-128...127).contains(zeroPoint) else {
      throw .wrongQuantization(
        tensor: label(index), reason: "has the zero point \(tensor.zeroPoints[0])",
        remedy: "expected a code of \(tensor.type.name)")
    }
    do {
      return try AffineQuantizer(
        scale: tensor.scales[0], zeroPoint: Int32(zeroPoint),
        rounding: arithmetic == .tflite ? .halfAwayFromZero : .halfToEven)
    } catch {
      throw .wrongQuantization(
        tensor: label(index), reason: "has the scale \(tensor.scales[0])",
        remedy: "expected a finite number above zero")
    }
  }

  /// The codes that an operator's fused activation lets through, on the grid of its output.
  func activationRange(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) -> ClosedRange<Int32> {
    let number = one.options[.activation]
    guard let activation = TFLiteActivation(rawValue: number) else {
      throw .optionUnsupported(
        option: "fused activation", value: number == 4 ? "TANH" : "number \(number)",
        expected: "none, RELU, RELU6 or RELU_N1_TO_1")
    }
    return activation.range(on: try grid(of: one.outputs[0]), arithmetic)
  }

  // MARK: - Constants

  /// A constant that an operator reads at a position.
  func constant(
    _ one: TFLiteFile.Operator, _ position: Int, _ role: String
  ) throws(TFLiteError.Cause) -> (tensor: TFLiteFile.Tensor, bytes: ArraySlice<UInt8>) {
    let tensor = graph.tensors[try input(one, position)]
    guard let bytes = tensor.constant else { throw .notConstant(role: role) }
    guard !tensor.isSparse else {
      throw .typeUnsupported(role: role, found: "sparse \(tensor.type.name)", expected: "a dense tensor")
    }
    return (tensor, bytes)
  }

  /// Whole numbers that an operator reads as a constant: of axes, paddings or sizes.
  func integers(
    _ one: TFLiteFile.Operator, _ position: Int, _ role: String
  ) throws(TFLiteError.Cause) -> [Int] {
    let (tensor, bytes) = try constant(one, position, role)
    switch tensor.type {
    case .int32: return bytes.littleEndian(Int32.self).map(Int.init)
    case .int64:
      let values = bytes.littleEndian(Int64.self)
      guard values.allSatisfy({ Int32(exactly: $0) != nil }) else {
        throw .optionUnsupported(option: role, value: "\(values.prefix(8))", expected: "numbers of 32 bits")
      }
      return values.map(Int.init)
    default: throw .typeUnsupported(role: role, found: tensor.type.name, expected: "INT32 or INT64")
    }
  }

  /// The weights of an operator, which have 8 or 4 bits: codes in the file's order.
  func weights(
    _ one: TFLiteFile.Operator, rank: Int
  ) throws(TFLiteError.Cause) -> (tensor: TFLiteFile.Tensor, codes: [Int8], bitWidth: Int) {
    let (tensor, bytes) = try constant(one, 1, "filter")
    guard tensor.shape.count == rank, let count = tensor.count, count > 0 else {
      throw .wrongShape(of: "filter", found: tensor.shape, expected: "\(rank) dimensions")
    }
    guard tensor.zeroPoints.allSatisfy({ $0 == 0 }), !tensor.hasOtherQuantization, !tensor.scales.isEmpty
    else {
      throw .wrongQuantization(
        tensor: label(one.inputs[1]),
        reason: tensor.scales.isEmpty ? "has no scales" : "has zero points other than 0 or scales of blocks",
        remedy: "expected symmetric weights: convert the model with full integer quantization")
    }
    switch tensor.type {
    case .int8: return (tensor, bytes.map { Int8(bitPattern: $0) }, 8)
    case .int4:
      guard arithmetic != .xnnpack || rank == 2 && tensor.shape[1] % 2 == 0 else {
        throw .typeUnsupported(
          role: "filter", found: "INT4",
          expected:
            "INT8 in the arithmetic xnnpack: LiteRT's default interpreter runs INT4 here in a kernel of its own,"
            + " whose rounding is neither XNNPACK's nor the reference's; read it with the arithmetic tflite")
      }
      return (tensor, bytes.nibbles(count), 4)
    default: throw .typeUnsupported(role: "filter", found: tensor.type.name, expected: "INT8 or INT4")
    }
  }

  /// The biases of an operator, or zeros if it has none.
  func biases(_ one: TFLiteFile.Operator, count: Int) throws(TFLiteError.Cause) -> [Int32] {
    guard optionalInput(one, 2) != nil else { return [Int32](repeating: 0, count: count) }
    let (tensor, bytes) = try constant(one, 2, "bias")
    guard tensor.type == .int32 else {
      throw .typeUnsupported(role: "bias", found: tensor.type.name, expected: "INT32")
    }
    guard tensor.count == count else {
      throw .wrongShape(of: "bias", found: tensor.shape, expected: "[\(count)], one for each output channel")
    }
    return bytes.littleEndian(Int32.self)
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as integers in little-endian order.
  func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type) -> [Value] {
    withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Value>.size).map {
        Value(
          littleEndian: buffer.loadUnaligned(
            fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self))
      }
    }
  }

  /// The first `count` signed codes of 4 bits, of which a byte has the earlier one in its lower half.
  func nibbles(_ count: Int) -> [Int8] {
    (0..<count).map { index in
      let byte = Int8(bitPattern: self[startIndex + index / 2])
      return index % 2 == 0 ? (byte << 4) >> 4 : byte >> 4
    }
  }
}
