import FixedPoint
import IntegerInference
import Safetensors
import Testing

/// The comparison of our codes with those of a runtime, on the cases of some files.
struct RuntimeTally {
  /// The number of compared codes.
  var compared = 0
  /// The numbers of unequal codes by case.
  var unequal: [String: Int] = [:]

  /// Compares all cases that have codes of a runtime.
  ///
  /// - Parameters:
  ///   - files: The names of the files.
  ///   - arithmetic: The arithmetic that is to follow the runtime.
  ///   - role: The runtime's name in the files.
  ///   - path: The implementation that runs the models.
  ///   - isCompared: Whether the case with these words is compared.
  /// - Throws: An error if a file cannot be read or a case cannot be run.
  init(
    _ files: [String], _ arithmetic: IntegerArithmetic, _ role: String, _ path: IntegerSession.Path,
    where isCompared: (CaseWords) throws -> Bool = { _ in true }
  ) throws {
    for file in files {
      let runtimes = try RuntimeCodes(file)
      for name in runtimes.file.metadata.keys.sorted() {
        guard let expected = try runtimes.codes("\(name)/\(role)"), try isCompared(runtimes.words(name))
        else {
          continue
        }
        let found = try Self.run(name, of: runtimes, arithmetic, role, path)
        compared += expected.count
        try #require(expected.count == found.count, "\(name)")
        let differences = zip(expected, found).count { $0 != $1 }
        if differences > 0 { unequal[name] = differences }
      }
    }
  }

  /// The codes of our engine for a case: a model of its inputs and the single operation.
  private static func run(
    _ name: String, of runtimes: RuntimeCodes, _ arithmetic: IntegerArithmetic, _ role: String,
    _ path: IntegerSession.Path
  ) throws -> [Int8] {
    let words = try runtimes.words(name)
    let constants = words.has("constants") ? try words.integers("constants") : []
    var operations: [IntegerOperation] = []
    var codes: [[Int8]] = []
    var examples = 0
    for index in 0... {
      let key = index == 0 ? "input" : "input.\(index)"
      guard words.has(Substring(key)) else { break }
      let tensor = try #require(runtimes.file["\(name)/\(key)"])
      let values: [Int8] = try #require(tensor.values())
      let isConstant = constants.contains(index)
      if !isConstant {
        examples = tensor.shape[0]
        codes.append(values)
      }
      operations.append(
        IntegerOperation(
          name: key, kind: isConstant ? .constant(values) : .input,
          shape: isConstant ? tensor.shape : Array(tensor.shape.dropFirst()),
          grid: try words.grid(Substring(key))))
    }
    let output = try #require(runtimes.file["\(name)/\(role)"])
    operations.append(
      IntegerOperation(
        name: name, kind: try runtimes.kind(name, words), inputs: Array(operations.indices),
        shape: Array(output.shape.dropFirst()), grid: try words.grid("output")))
    if let clamp = try words.clampBehindPool() {
      operations.append(
        IntegerOperation(
          name: "clamp", kind: clamp, inputs: [operations.count - 1], shape: Array(output.shape.dropFirst()),
          grid: try words.grid("output")))
    }
    let model = try IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: [operations.count - 1])
    return IntegerSession(model, maximumBatch: examples, path: path).codes(codes, examples: examples)[0]
  }
}
