import Datasets
import Support
import Tensors
import Training

/// A file of targets: classes, or the real numbers that the model should give.
struct LabelFile {
  let path: String

  /// The targets of `count` examples.
  ///
  /// Integers of a .npy file, `[count]` or `[count, 1]`, and bytes of an IDX file are classes from 0; floating-point
  /// numbers are values, `[count, …]`. For a model of one output number, integers are values too, and values may be
  /// `[count]`.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - width: The elements of the model's output for an example; nil if not known.
  /// - Returns: The targets.
  /// - Throws: The error of reading the file, or ``ModelInputError`` if it does not fit the examples.
  func targets(count: Int, width: Int? = nil) throws -> Targets {
    let targets = try targets(of: count)
    guard width == 1 else { return targets }
    switch targets {
    case .classes(let labels): return .values(Tensor(labels.map { Float($0) }, shape: [count, 1]))
    case .values(let values): return values.shape == [count] ? .values(values.reshaped([count, 1])) : targets
    }
  }

  private func targets(of count: Int) throws -> Targets {
    let file = try OrdinaryFile(path: path)
    let isNumPy = try file.read(0..<min(file.size, 6)).starts(with: [0x93] + Array("NUMPY".utf8))
    guard isNumPy else {
      let array = try IDXArray(contentsOf: path, rank: 1)
      try check(array.bytes.count, count)
      return .classes(array.bytes.map { Int($0) })
    }
    let array = try NPYArray(contentsOf: path)
    try check(array.shape.first ?? 0, count)
    switch array.type {
    case .float32, .float64:
      let values = array.values.map { Float($0) }
      guard values.allSatisfy(\.isFinite) else {
        throw ModelInputError(
          file: path, problem: "a target is not a finite number of 32 bits", remedy: "leave that example out")
      }
      return .values(Tensor(values, shape: array.shape))
    default:
      guard array.shape.dropFirst().allSatisfy({ $0 == 1 }) else {
        throw ModelInputError(
          file: path, problem: "its shape is \(array.shape.times)",
          remedy:
            "expected one class for each example, \(count), or real numbers: save array.astype(\"float32\")")
      }
      guard let lowest = array.values.min(), lowest >= 0, let highest = array.values.max(), highest < 1e6
      else {
        throw ModelInputError(
          file: path, problem: "a class is below 0 or above a million", remedy: "number the classes from 0")
      }
      return .classes(array.values.map { Int($0) })
    }
  }

  private func check(_ found: Int, _ count: Int) throws {
    guard found == count else {
      throw ModelInputError(
        file: path, problem: "it has \(found.counted("target"))",
        remedy: "expected one for each of the \(count.counted("example"))")
    }
  }
}
