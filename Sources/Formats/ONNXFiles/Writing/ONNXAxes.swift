/// The order of a tensor's axes in a file.
///
/// Tensors of three axes are images: the model has `[height, width, channels]`, and ONNX `[channels, height, width]`.
/// Other tensors have the same order in both. The file's first axis counts examples, the model's shapes do not have it.
struct ONNXAxes {
  /// The shape of an example in the model.
  let shape: [Int]

  init(_ shape: [Int]) { self.shape = shape }

  /// Whether model and file have different orders.
  var isReordered: Bool { shape.count == 3 }

  /// Whether codes lie differently in model and file: not if there is one channel or one pixel.
  var movesCodes: Bool { isReordered && shape[2] != 1 && shape[0] * shape[1] != 1 }

  /// The shape of an example in the file.
  var fileShape: [Int] { inFileOrder(shape) }

  /// The number in the file of an axis of the model.
  func number(of axis: Int) -> Int { isReordered ? [2, 3, 1][axis] : axis + 1 }

  /// A number for each axis of the model, in the file's order.
  func inFileOrder(_ numbers: [Int]) -> [Int] {
    isReordered ? [numbers[2], numbers[0], numbers[1]] : numbers
  }

  /// The file's axes for a Transpose from the model's order.
  let toFile = [0, 3, 1, 2]

  /// The file's axes for a Transpose to the model's order.
  let toModel = [0, 2, 3, 1]

  /// Codes of one example in the file's order.
  func fileOrder(_ codes: [Int8]) -> [Int8] {
    movesCodes ? codes.byColumns(rows: shape[0] * shape[1], columns: shape[2]) : codes
  }
}

extension [Int8] {
  /// The elements of a matrix of rows, column by column.
  func byColumns(rows: Int, columns: Int) -> [Int8] {
    (0..<columns).flatMap { column in (0..<rows).map { self[$0 * columns + column] } }
  }
}
