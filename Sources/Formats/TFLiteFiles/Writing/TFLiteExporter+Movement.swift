import FixedPoint
import IntegerInference

// Operators that move codes, and constants.

extension TFLiteExporter {
  /// Adds a constant operand; if its reader has as many axes, the constant has a batch of 1.
  mutating func addConstant(_ operation: IntegerOperation, _ codes: [Int8], at index: Int) {
    let readers = model.operations.filter { $0.inputs.contains(index) }
    let isWhole = readers.contains { $0.shape.count == operation.shape.count }
    let tensor = addConstant(
      operation.name, .int8, shape: (isWhole ? [1] : []) + operation.shape,
      bytes: codes.map { UInt8(bitPattern: $0) }, scales: [operation.grid.scale])
    setZeroPoint(of: tensor, to: operation.grid.zeroPoint)
  }

  /// Adds a padding of any axes with any code: a PAD if the code is real 0, else a PADV2.
  mutating func addConstantPadding(
    _ operation: IntegerOperation, _ before: [Int], _ after: [Int], _ code: Int8, reading input: Int,
    to output: Int
  ) {
    let amounts = [0, 0] + zip(before, after).flatMap { [$0, $1] }
    let paddings = addConstant(
      operation.name + "/paddings", amounts, shape: [amounts.count / 2, 2])
    guard Int32(code) != operation.grid.zeroPoint else {
      return add(.pad, version: 2, [input, paddings], output, TFLiteOptions(type: 22))
    }
    let value = addConstant(
      operation.name + "/value", .int8, shape: [1], bytes: [UInt8(bitPattern: code)],
      scales: [operation.grid.scale])
    setZeroPoint(of: value, to: operation.grid.zeroPoint)
    add(.padV2, version: 2, [input, paddings, value], output, TFLiteOptions(type: 43))
  }

  /// Adds a part of a tensor.
  ///
  /// An end before the first element has no number, so it is left open by the mask.
  mutating func addSlice(
    _ operation: IntegerOperation, _ begin: [Int], _ size: [Int], _ strides: [Int], reading input: Int,
    to output: Int
  ) {
    let ends = begin.indices.map { begin[$0] + (size[$0] - 1) * strides[$0] + strides[$0].signum() }
    let isOpen = ends.indices.filter { ends[$0] < 0 }
    let constants = [
      ("begin", [0] + begin), ("end", [0] + ends), ("strides", [1] + strides),
    ].map { addConstant("\(operation.name)/\($0)", $1) }
    add(
      .stridedSlice, version: 2, [input] + constants, output,
      TFLiteOptions(
        type: 32, [.beginMask: 1, .endMask: isOpen.reduce(1) { $0 | 1 << ($1 + 1) }]))
  }

  /// Adds a reordering of axes; the batch stays the first.
  mutating func addTranspose(
    _ operation: IntegerOperation, _ permutation: [Int], reading input: Int, to output: Int
  ) {
    let constant = addConstant(operation.name + "/permutation", [0] + permutation.map { $0 + 1 })
    add(.transpose, version: 2, [input, constant], output, TFLiteOptions(type: 26))
  }

  /// Adds a resizing of images.
  mutating func addResizing(
    _ kind: TFLiteOperation, _ operation: IntegerOperation, alignCorners: Bool, halfPixelCenters: Bool,
    reading input: Int, to output: Int
  ) {
    let size = addConstant(operation.name + "/size", Array(operation.shape.prefix(2)))
    add(
      kind, version: halfPixelCenters || alignCorners && kind == .resizeNearestNeighbor ? 3 : 2,
      [input, size], output,
      TFLiteOptions(
        type: kind == .resizeBilinear ? 15 : 74,
        [.alignCorners: alignCorners ? 1 : 0, .halfPixelCenters: halfPixelCenters ? 1 : 0]))
  }
}
