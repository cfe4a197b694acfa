import CKernels
import FixedPoint

/// A sum, a difference or a product of two tensors, in C.
final class FastPairs: ScratchStep, InPlaceStep {
  private let inputs: (Int, Int)
  private let output: Int
  /// The codes of each operand and of the result in one example.
  private let (counts, count): ((Int, Int), Int)
  private let memory: PairsMemory

  /// The codes of a shorter operand that are laid out one after the other, at least.
  private static let leastRun = 1024

  /// Prepares the operation at this index; nil for an operation that combines no two tensors in these ways.
  init?(_ index: Int, in model: IntegerModel, table: KernelTable) {
    let operation = model.operations[index]
    guard let memory = PairsMemory(index, in: model, table: table) else { return nil }
    self.memory = memory
    let sources = memory.exchanges ? [operation.inputs[1], operation.inputs[0]] : operation.inputs
    (inputs, output, count) = ((sources[0], sources[1]), index, operation.count)
    counts = (model.operations[inputs.0].count, model.operations[inputs.1].count)
  }

  /// The codes of a shorter operand, repeated: whole periods.
  private var run: Int {
    let period = min(counts.0, counts.1)
    return period == count ? 0 : min(count, (Self.leastRun + period - 1) / period * period)
  }

  var inPlace: InPlace? { counts.0 == counts.1 ? .sameCodes : nil }

  func scratchBytes(examples: Int) -> Int { run }

  func run(_ codes: CodeMemory, examples: Int) {
    var pairs = memory.pairs
    let (first, second, results) = (codes[inputs.0], codes[inputs.1], codes[output])
    if counts.0 == counts.1 {
      return qat_integer_combine(&pairs, first, second, examples * count, results)
    }
    let repeated = codes.scratch.assumingMemoryBound(to: Int8.self)
    let period = min(counts.0, counts.1)
    for example in 0..<examples {
      let (x, y) = (first + example * counts.0, second + example * counts.1)
      let shorter = counts.0 == period ? x : y
      for begin in stride(from: 0, to: run, by: period) {
        (repeated + begin).update(from: shorter, count: period)
      }
      for begin in stride(from: 0, to: count, by: run) {
        let length = min(run, count - begin)
        qat_integer_combine(
          &pairs, counts.0 == period ? repeated : x + begin, counts.1 == period ? repeated : y + begin,
          length, results + example * count + begin)
      }
    }
  }
}

/// What a pair of codes becomes, as the C loops take it: factors, or tables of all codes.
final class PairsMemory {
  /// Valid as long as this object exists.
  private(set) var pairs = qat_pairs()
  /// Whether the operands change places.
  private(set) var exchanges = false
  private let block: UnsafeMutableRawPointer

  /// Four columns: two tables of all codes, then 16 multipliers in two columns.
  private static let tableBytes = 256 * MemoryLayout<Int32>.size
  private static let columnBytes = 16 * MemoryLayout<Double>.size

  /// Prepares the operation at an index from its readable twin.
  init?(_ index: Int, in model: IntegerModel, table: KernelTable) {
    block = .allocate(byteCount: 2 * (Self.tableBytes + Self.columnBytes), alignment: CodeMemory.line)
    pairs.kernels = table
    let operation = model.operations[index]
    switch (operation.kind, model.arithmetic) {
    case (.add(let range), .onnxRuntime): prepare(FloatAddition(index, in: model, activationRange: range))
    case (.add(let range), _): prepare(ReferenceAddition(index, in: model, activationRange: range))
    case (.subtract(let range), _):
      prepare(ReferenceAddition(index, in: model, isDifference: true, activationRange: range))
    case (.multiply(let range), .onnxRuntime):
      prepare(FloatMultiplication(index, in: model, activationRange: range))
    case (.multiply(let range), _): prepare(ReferenceMultiplication(index, in: model, activationRange: range))
    default: return nil
    }
  }

  deinit { block.deallocate() }

  private func prepare(_ sum: ReferenceAddition) {
    (pairs.x_zero_point, pairs.y_zero_point) = sum.zeroPoints
    let sign: Int32 = sum.isDifference ? -1 : 1
    if sum.roundings == .single, case .fixedPoint(let outputs, .single) = sum.requantizer.multipliers {
      pairs.form = qat_pairs_shifted
      (pairs.x_factor, pairs.y_factor) = (sum.multipliers.0.mantissa, sign * sum.multipliers.1.mantissa)
      pairs.shift = Int32(31 - outputs[0].shift)
      setBounds(sum.requantizer.zeroPoint, sum.requantizer.activationRange)
    } else {
      pairs.form = qat_pairs_tables
      func rescaled(_ code: Int32, _ zeroPoint: Int32, _ multiplier: FixedPointMultiplier) -> Int32 {
        multiplier.apply(to: (code - zeroPoint) << 20, roundings: sum.roundings)
      }
      pairs.x_sums = column(0) { rescaled($0, sum.zeroPoints.0, sum.multipliers.0) }
      pairs.y_sums = column(1) { sign * rescaled($0, sum.zeroPoints.1, sum.multipliers.1) }
      setRequantizer(sum.requantizer)
    }
  }

  private func prepare(_ product: ReferenceMultiplication) {
    (pairs.x_zero_point, pairs.y_zero_point) = product.zeroPoints
    pairs.form = qat_pairs_products
    setRequantizer(product.requantizer)
  }

  private func prepare(_ sum: FloatAddition) {
    pairs.form = qat_pairs_fused
    exchanges = sum.operands.repeatsFirst
    pairs.x_ratio = sum.ratios.0
    pairs.y_terms = column(1) { sum.offset.addingProduct(Float($0), sum.ratios.1) }
    setBounds(0, sum.activationRange)
  }

  private func prepare(_ product: FloatMultiplication) {
    (pairs.x_zero_point, pairs.y_zero_point) = product.zeroPoints
    pairs.form = qat_pairs_float_products
    pairs.x_ratio = product.multiplier
    setBounds(Int32(product.zeroPoint), product.activationRange)
  }

  private func setBounds(_ zeroPoint: Int32, _ range: ClosedRange<Int32>) {
    pairs.requantization.zero_point = zeroPoint
    (pairs.requantization.lowest, pairs.requantization.highest) = (range.lowerBound, range.upperBound)
  }

  /// Writes 16 equal multipliers.
  private func setRequantizer(_ requantizer: Requantizer) {
    let columns = block + 2 * Self.tableBytes
    pairs.requantization = qat_requantization(
      requantizer.repeated(16), padded: 16, at: columns, columns + Self.columnBytes)
  }

  /// Writes a table of all codes into one of two places.
  private func column<Value>(_ place: Int, _ value: (_ code: Int32) -> Value) -> UnsafePointer<Value> {
    let table = (block + place * Self.tableBytes).bindMemory(to: Value.self, capacity: 256)
    for (offset, code) in IntegerOperation.allCodes.enumerated() {
      (table + offset).initialize(to: value(code))
    }
    return UnsafePointer(table)
  }
}
