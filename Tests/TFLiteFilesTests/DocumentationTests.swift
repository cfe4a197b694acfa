import Foundation
import Safetensors
import Support
import TestSupport
import Testing

@testable import TFLiteFiles

/// The table of operations in Documentation/TFLite.md, made of the files that the other tests run.
@Suite struct DocumentationTests {
  private static let path = Checkout.root + "/Documentation/TFLite.md"

  @Test func `the documented table is that of the tested files`() throws {
    let text = String(decoding: try AtomicFile.read(Self.path), as: UTF8.self)
    let table = try Self.table()
    // To write the table anew, set this variable.
    if ProcessInfo.processInfo.environment["QAT_WRITE_TABLE"] != nil {
      let parts = text.components(separatedBy: "<!-- table -->\n")
      let rest = parts[1].components(separatedBy: "<!-- end of table -->\n")
      try AtomicFile.write(
        text: parts[0] + "<!-- table -->\n" + table + "<!-- end of table -->\n" + rest[1], to: Self.path)
    }
    #expect(text.contains("<!-- table -->\n" + table + "<!-- end of table -->\n"), "\(table)")
  }

  @Test func `every operation that is read is in a tested file`() throws {
    let counts = try Self.counts()
    for operation in TFLiteOperation.allCases {
      #expect(counts.read[operation] != nil || counts.written[operation] != nil, "\(operation)")
    }
  }

  /// The numbers of tested files by their operations.
  private static func counts() throws -> (
    read: [TFLiteOperation: Int], written: [TFLiteOperation: Int], reference: [TFLiteOperation: Int],
    litert: [TFLiteOperation: Int]
  ) {
    func operations(_ file: TFLiteFile) -> Set<TFLiteOperation> {
      Set(file.subgraphs[0].operators.compactMap(\.code.operation))
    }
    var (read, written, reference, litert):
      (
        [TFLiteOperation: Int], [TFLiteOperation: Int], [TFLiteOperation: Int], [TFLiteOperation: Int]
      ) = ([:], [:], [:], [:])
    let converted = try SafetensorsFile(contentsOf: ConvertedModelTests.path("converted.safetensors"))
    for name in ConvertedModelTests.names + ["float_ends"] {
      let file = try TFLiteFile(contentsOf: ConvertedModelTests.path("converted/\(name).tflite"))
      for operation in operations(file) {
        read[operation, default: 0] += 1
        if converted["\(name).tflite"] != nil { reference[operation, default: 0] += 1 }
        if converted["\(name).xnnpack"] != nil, name != "u_net" { litert[operation, default: 0] += 1 }
      }
    }
    for name in WrittenModels.names {
      for operation in operations(try WrittenModels.model(name, .tflite).tfliteFile()) {
        written[operation, default: 0] += 1
        reference[operation, default: 0] += 1
        litert[operation, default: 0] += 1
      }
    }
    return (read, written, reference, litert)
  }

  private static func table() throws -> String {
    let counts = try counts()
    func cell(_ count: Int?) -> String { count.map(String.init) ?? "–" }
    let rows = TFLiteOperation.allCases.sorted { $0.name < $1.name }.map { operation in
      "| \(operation.name) | \(cell(counts.read[operation])) | \(cell(counts.written[operation])) |"
        + " \(cell(counts.reference[operation])) | \(cell(counts.litert[operation])) |\n"
    }
    return
      "| operation | files of the converter read | files written | every code equal to LiteRT's reference |"
      + " every code equal to LiteRT as it comes |\n| --- | ---: | ---: | ---: | ---: |\n" + rows.joined()
  }
}
