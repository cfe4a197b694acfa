import FixedPoint

/// A network of integers: operations in the order in which they run.
///
/// A value that any number of threads may share; each runs it in an `IntegerSession` of its own. What comes
/// out of `init` runs: every shape, grid and code was checked, and no accumulator can overflow, whatever codes
/// the model is fed.
///
/// Source: Jacob et al., 2018, section 2 (arXiv:1712.05877).
public struct IntegerModel: Hashable, Sendable {
  /// The name.
  public let name: String
  /// Whose arithmetic the model follows.
  public let scheme: IntegerArithmetic
  /// The operations, each behind those it reads.
  public let operations: [IntegerOperation]
  /// The numbers of the operations whose codes are the result.
  public let outputs: [Int]

  /// Creates a model and checks all of it.
  ///
  /// - Throws: `IntegerModelError` that names the operation, what is wrong with it, and what to do.
  public init(
    name: String, scheme: IntegerArithmetic = .tflite, operations: [IntegerOperation], outputs: [Int]
  ) throws(IntegerModelError) {
    (self.name, self.scheme, self.operations, self.outputs) = (name, scheme, operations, outputs)
    try checkGraph()
    for operation in operations {
      do throws(IntegerModelError.Cause) {
        try operation.check(reading: operation.inputs.map { operations[$0] }, scheme: scheme)
      } catch { throw IntegerModelError(operation: operation.name, cause: error) }
    }
    let codes = operations.reduce(0) { $0 + $1.count }
    guard codes <= Int(Int32.max) else { throw IntegerModelError(cause: .tooManyCodes(codes)) }
  }

  /// The numbers of the operations that take codes from the caller, in their order.
  public var inputs: [Int] {
    operations.indices.filter { if case .input = operations[$0].kind { true } else { false } }
  }

  /// The operation of this name, or nil if there is none.
  public subscript(name: String) -> IntegerOperation? { operations.first { $0.name == name } }

  /// The bytes of all weights, packed, their scales and their biases: what a file holds but for its header.
  public var parameterBytes: Int {
    operations.compactMap(\.kernel).reduce(0) { $0 + $1.byteCount }
  }
}
