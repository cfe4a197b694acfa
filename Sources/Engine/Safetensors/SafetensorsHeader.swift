/// What a safetensors file says of itself before its data begin.
struct SafetensorsHeader {
  /// The longest header that is accepted, in bytes; the reference implementation has the same limit.
  static let largestLength = 100_000_000
  /// The key under which a header holds text and not a tensor.
  static let metadataKey = "__metadata__"

  /// What the header says of one tensor; its byte count is that of its type and shape.
  struct Entry {
    let name: String
    let type: SafetensorsDataType
    let shape: [Int]
    /// Where the tensor's bytes lie, counted from the end of the header.
    let offsets: Range<Int>
  }

  let source: String
  /// The tensors in the order of their bytes.
  let entries: [Entry]
  let metadata: [String: String]

  /// Reads a header's JSON; where the tensors lie, `checkLayout` judges.
  init(json: [UInt8], source: String) throws(SafetensorsError) {
    var parser = HeaderParser(json, source: source)
    try parser.parse()
    self.source = source
    metadata = parser.metadata
    entries = parser.entries.sorted { a, b in
      (a.offsets.lowerBound, a.offsets.upperBound) < (b.offsets.lowerBound, b.offsets.upperBound)
    }
  }

  /// Checks that the tensors fill the data from its beginning to its end: no byte unused, none used twice.
  ///
  /// The header may name them in another order than that of their bytes; some writers sort by name.
  func checkLayout(dataLength: Int) throws(SafetensorsError) {
    var end = 0
    var previous = ""
    for entry in entries {
      let begin = entry.offsets.lowerBound
      guard begin >= end else { throw error(entry, .overlap(begin: begin, end: end, other: previous)) }
      guard begin == end else { throw error(entry, .gap(begin: begin, end: end)) }
      guard entry.offsets.upperBound <= dataLength else {
        throw error(entry, .dataCutShort(end: entry.offsets.upperBound, found: dataLength))
      }
      (end, previous) = (entry.offsets.upperBound, entry.name)
    }
    guard end == dataLength else {
      throw SafetensorsError(file: source, cause: .trailingBytes(expected: end, found: dataLength))
    }
  }

  private func error(_ entry: Entry, _ cause: SafetensorsError.Cause) -> SafetensorsError {
    SafetensorsError(file: source, tensor: entry.name, cause: cause)
  }
}
