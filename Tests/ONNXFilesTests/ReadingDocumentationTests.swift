import Foundation
import Support
import TestSupport
import Testing

@testable import ONNXFiles

/// The table of operators that are read, in Documentation/ONNX.md, made of the files that the other tests read.
@Suite struct ReadingDocumentationTests {
  private static let path = Checkout.root + "/Documentation/ONNX.md"
  private static let (begin, end) = ("<!-- table of reading -->\n", "<!-- end of table of reading -->\n")

  @Test func `the documented table is that of the files that are read`() throws {
    let text = String(decoding: try AtomicFile.read(Self.path), as: UTF8.self)
    let table = try Self.table()
    // To write the table anew, set this variable.
    if ProcessInfo.processInfo.environment["QAT_WRITE_TABLE"] != nil {
      let parts = text.components(separatedBy: Self.begin)
      let rest = parts[1].components(separatedBy: Self.end)
      try AtomicFile.write(text: parts[0] + Self.begin + table + Self.end + rest[1], to: Self.path)
    }
    #expect(text.contains(Self.begin + table + Self.end), "\(table)")
  }

  @Test func `every operator that is read is in a tested file`() throws {
    let counts = try Self.counts()
    for operation in ONNXOperator.allCases { #expect(counts[operation] != nil, "\(operation)") }
  }

  /// The numbers of files by their operators: of tools, node by node, and written here.
  private static func counts() throws -> [ONNXOperator: [Int]] {
    var counts: [ONNXOperator: [Int]] = [:]
    func count(_ file: ONNXFile, _ column: Int) {
      for operation in Set(
        file.model.graph.node.enumerated().compactMap { ONNXNode($0.element, number: 0).kind })
      {
        counts[operation, default: [0, 0, 0]][column] += 1
      }
    }
    for name in ReadModelTests.names {
      count(
        try ONNXFile(contentsOf: ReadModelTests.path(name + ".onnx")), name.hasPrefix("handmade") ? 1 : 0)
    }
    for name in WrittenModels.names {
      for (_, file) in try RoundTripTests.files(WrittenModels.model(name)) { count(file, 2) }
    }
    return counts
  }

  private static func table() throws -> String {
    let counts = try counts()
    let rows = ONNXOperator.allCases.sorted { $0.rawValue < $1.rawValue }.map { operation in
      let cells = counts[operation, default: [0, 0, 0]].enumerated().map { column, count in
        count == 0 ? "–" : column < 2 ? "\(count)" : "yes"
      }
      return "| \(operation.rawValue) | " + cells.joined(separator: " | ") + " |\n"
    }
    return
      "| operator | files of quantize_static, torch and Brevitas | files made node by node | in files of ours that are read again |\n"
      + "| --- | ---: | ---: | --- |\n" + rows.joined()
  }
}
