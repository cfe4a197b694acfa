import CPeak
import IntegerInference
import Subjects
import Support

/// How near the parts of the models come to the machine's limits on one core.
struct Roofline {
  /// A part: its operations (two a multiply-add) and bytes for an example, and how long an example takes.
  struct Part {
    let name: String
    let operations: Int
    let bytes: Double
    let seconds: Double
  }

  /// The examples that share what is loaded of a kernel.
  static let batch = 32

  /// Operations a second of the processor's instruction for products of bytes; nil if it has none.
  let peak: Double?
  /// Bytes a second read from memory that fits the second-level cache.
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
    peak_vnni() == 0 ? nil : Windows.rates([{ _ = peak_vnni() }])[0] * Double(peak_operations())
  }

  /// Of 256 KiB, again and again: too much for the first-level cache.
  private static func bandwidth() -> Double {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    var sum = 0
    let rate = Windows.rates([{ sum &+= peak_read(memory.baseAddress, memory.count) }])[0]
    return rate * Double(memory.count)
  }

  /// Writes peak, bandwidth and parts as JSON: operations and bytes a second, and of an example.
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
