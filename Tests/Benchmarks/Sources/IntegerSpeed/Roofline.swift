import CPeak
import IntegerInference
import Subjects
import Support

/// The speed of the models' parts on one core, and the machine's limits.
struct Roofline {
  /// A part of a model: operations (two a multiply-add), bytes and seconds for one example.
  struct Part {
    let name: String
    let operations: Int
    let bytes: Double
    let seconds: Double
  }

  /// The number of examples that share one load of a kernel.
  static let batch = 32

  /// The operations a second of the processor's instruction for products of bytes; nil if it has none.
  let peak: Double?
  /// The bytes a second that are read from memory in the second-level cache.
  let bandwidth: Double
  let parts: [Part]

  static func measure() throws -> Roofline {
    var parts: [Part] = []
    for subject in Subject.allCases {
      for model in try subject.integerParts(.xnnpack) {
        let run = IntegerRun(model, batch: batch, workers: 1)
        let rate = Windows.rates([{ run.run() }])[0] * Double(batch)
        let codes = model.operations[0].count + model.operations[model.outputs[0]].count
        parts.append(
          Part(
            name: "\(subject.rawValue): \(model.name)", operations: 2 * model.multiplyAdds,
            bytes: Double(codes) + Double(model.parameterBytes) / Double(batch), seconds: 1 / rate))
      }
    }
    return Roofline(peak: peak(), bandwidth: bandwidth(), parts: parts)
  }

  private static func peak() -> Double? {
    let operations = peak_products()
    return operations == 0 ? nil : Windows.rates([{ _ = peak_products() }])[0] * Double(operations)
  }

  /// The rate of repeated reads of 256 KiB, more than the first-level cache holds.
  private static func bandwidth() -> Double {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    var sum = 0
    let rate = Windows.rates([{ sum &+= peak_read(memory.baseAddress, memory.count) }])[0]
    return rate * Double(memory.count)
  }

  /// Writes peak, bandwidth and parts as JSON; peak and bandwidth are for a second, parts for an example.
  func write(to path: String) throws {
    let lines = parts.map { part in
      """
          {"name": "\(part.name)", "operations": \(part.operations), "bytes": \(part.bytes), \
      "seconds": \(part.seconds), "operationsPerSecond": \(Double(part.operations) / part.seconds)}
      """
    }
    let text = """
      {
        "batch": \(Self.batch),
        "cores": 1,
        "peakOperationsPerSecond": \(peak.map { "\($0)" } ?? "null"),
        "cacheBytesPerSecond": \(bandwidth),
        "parts": [
      \(lines.joined(separator: ",\n"))
        ]
      }

      """
    try AtomicFile.write(text: text, to: path)
  }
}
