import FixedPoint
import Safetensors
import Support

/// A network of integer operations, in the order in which they run.
///
/// A model is a value that any number of threads may share; each thread runs it in an ``IntegerSession`` of
/// its own. `init` checks every shape, grid and code, so that each model runs and no accumulator can
/// overflow, whatever the input codes are.
///
/// Source: Jacob et al., 2018, section 2 (arXiv:1712.05877).
public struct IntegerModel: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String
  /// The runtime whose arithmetic the model follows.
  public let arithmetic: IntegerArithmetic
  /// The operations, each after the operations that it reads.
  public let operations: [IntegerOperation]
  /// The indices of the operations whose codes are the result.
  public let outputs: [Int]

  /// Creates a model and checks it completely.
  ///
  /// - Parameters:
  ///   - name: The name of the model.
  ///   - arithmetic: The runtime whose arithmetic the model follows.
  ///   - operations: The operations, each after the operations that it reads.
  ///   - outputs: The indices of the operations whose codes are the result.
  /// - Throws: ``IntegerModelError`` that names the operation, the problem, and the remedy.
  public init(
    name: String, arithmetic: IntegerArithmetic = .tflite, operations: [IntegerOperation], outputs: [Int]
  ) throws(IntegerModelError) {
    (self.name, self.arithmetic, self.operations, self.outputs) = (name, arithmetic, operations, outputs)
    try checkGraph()
    for operation in operations {
      do throws(IntegerModelError.Cause) {
        try operation.check(reading: operation.inputs.map { operations[$0] }, arithmetic: arithmetic)
      } catch { throw IntegerModelError(operation: operation.name, cause: error) }
    }
    let codes = operations.reduce(0) { $0 + $1.count }
    guard codes <= Int(Int32.max) else { throw IntegerModelError(cause: .tooManyCodes(codes)) }
  }

  /// The indices of the operations that take codes from the caller, in ascending order.
  public var inputs: [Int] {
    operations.indices.filter { if case .input = operations[$0].kind { true } else { false } }
  }

  /// The operation with this name, or nil if there is none.
  public subscript(name: String) -> IntegerOperation? { operations.first { $0.name == name } }

  /// The bytes of all packed weights, their scales and their biases, and of constants: the size of a file without its
  /// header.
  public var parameterBytes: Int { operations.reduce(0) { $0 + $1.parameterBytes } }

  /// A table of the operations: kind, name, output shape, scale, zero point, and bytes of weights with their
  /// sum.
  public var description: String {
    func bytes(_ count: Int) -> String { NumberFormat.grouped.string(Double(count)) }
    let rows = operations.map { operation in
      [
        operation.kind.word, operation.printableName, "\(operation.shape)", operation.scaleText,
        operation.zeroPointText, operation.parameterBytes == 0 ? "" : bytes(operation.parameterBytes),
      ]
    }
    let table = TextTable(
      columns: ["operation", "name", "output shape", "scale", "zero point", "weight bytes"],
      rows: rows + [["total", "", "", "", "", bytes(parameterBytes)]])
    let heading = "\(UntrustedText.shown(name, most: 80)), in the arithmetic of \(arithmetic.rawValue)"
    return ([heading] + table.terminalLines()).joined(separator: "\n")
  }

  /// Checks what concerns more than one operation: names, order, inputs and outputs.
  private func checkGraph() throws(IntegerModelError) {
    guard !inputs.isEmpty else { throw IntegerModelError(cause: .noInput) }
    guard !outputs.isEmpty else { throw IntegerModelError(cause: .noOutput) }
    for index in outputs where !operations.indices.contains(index) {
      throw IntegerModelError(cause: .unknownOutput(index: index, operations: operations.count))
    }
    var names: Set<String> = []
    for (own, operation) in operations.enumerated() {
      guard names.insert(operation.name).inserted else {
        throw IntegerModelError(operation: operation.name, cause: .nameTwice)
      }
      for index in operation.inputs where !(0..<own).contains(index) {
        throw IntegerModelError(operation: operation.name, cause: .inputNotBefore(index: index, own: own))
      }
    }
  }
}
