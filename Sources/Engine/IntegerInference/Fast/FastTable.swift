import CKernels
import Support

/// A function of one code at a time, looked up in C.
///
/// Its readable twin makes the table, of all 256 codes.
struct FastTable: InPlaceStep {
  private let input: Int
  private let output: Int
  private let count: Int
  private let codes: [Int8]

  /// Prepares the operation at this index, whose codes each depend on one code of its only input.
  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    (input, output, count) = (operation.inputs[0], index, operation.count)
    let all = IntegerOperation.allCodes.map { Int8($0) }
    let twin = try? IntegerModel(
      name: "table", arithmetic: model.arithmetic,
      operations: [
        IntegerOperation(name: "in", kind: .input, shape: [all.count], grid: model.operations[input].grid),
        IntegerOperation(
          name: "out", kind: operation.kind, inputs: [0], shape: [all.count], grid: operation.grid),
      ], outputs: [1])
    guard let twin else { stop("an operation of a model is a model of its own; \(operation) is none") }
    codes = IntegerSession(twin, maximumBatch: 1, path: .reference).codes(all, examples: 1)
  }

  var inPlace: InPlace? { .sameCodes }

  func run(_ memory: CodeMemory, examples: Int) {
    codes.withUnsafeBufferPointer {
      qat_integer_map($0.baseAddress, memory[input], examples * count, memory[output])
    }
  }
}
