import Foundation
import IntegerInference
import Safetensors
import Support
import TestSupport
import Testing

@testable import ONNXFiles

/// The tables of written files in Documentation/ONNX.md, made of the files that the other tests write.
@Suite(.serialized) struct WrittenDocumentationTests {
  private static let path = Checkout.root + "/Documentation/ONNX.md"

  @Test func `the documented operators are those of the tested files`() throws {
    try expectDocumented(try Self.operators(), as: "operators")
  }

  @Test func `the documented differences are those of the tested files`() throws {
    try expectDocumented(try Self.differences(), as: "differences")
  }

  private func expectDocumented(_ table: String, as name: String) throws {
    let text = String(decoding: try AtomicFile.read(Self.path), as: UTF8.self)
    let (begin, end) = ("<!-- \(name) -->\n", "<!-- end of \(name) -->\n")
    // To write the tables anew, set this variable.
    if ProcessInfo.processInfo.environment["QAT_WRITE_TABLE"] != nil {
      let parts = text.components(separatedBy: begin)
      let rest = parts[1].components(separatedBy: end)
      try AtomicFile.write(text: parts[0] + begin + table + end + rest[1], to: Self.path)
    }
    #expect(text.contains(begin + table + end), "\(table)")
  }

  /// The operators that have the names of a model's operations, by format and kind of operation.
  private static func operators() throws -> String {
    var found: [String: [ONNXFormat: Set<String>]] = [:]
    var models: [String: Set<String>] = [:]
    for name in WrittenModels.names {
      let model = try WrittenModels.model(name)
      for format in ONNXFormat.allCases {
        let file = try Onnx_ModelProto(serializedBytes: model.onnxFile(format: format))
        for operation in model.operations {
          let word = operation.kind.word
          for node in file.graph.node where node.name == operation.name {
            let type = node.domain.isEmpty ? node.opType : "\(node.opType)*"
            found[word, default: [:]][format, default: []].insert(type)
            models[word, default: []].insert(name)
          }
        }
      }
    }
    let rows = found.sorted { $0.key < $1.key }.map { word, types in
      let cells = ONNXFormat.allCases.map { types[$0, default: []].sorted().joined(separator: ", ") }
      return "| \(word) | \(cells.joined(separator: " | ")) | \(models[word]?.count ?? 0) |\n"
    }
    let titles = ONNXFormat.allCases.map { "`\($0)`" }.joined(separator: " | ")
    return "| operation | \(titles) | tested models |\n| --- | --- | --- | --- | ---: |\n" + rows.joined()
  }

  /// The models of which ONNX Runtime gives other codes in some format or session.
  private static func differences() throws -> String {
    let url = try #require(
      Bundle.module.url(forResource: "written", withExtension: "safetensors", subdirectory: "Fixtures"))
    let fixture = try SafetensorsFile(contentsOf: url.path)
    let rows = try WrittenModels.names.compactMap { name -> String? in
      let records = try ONNXFormat.allCases.map {
        try #require(WrittenRecord(fixture, "\(name).\($0).13.float32"))
      }
      let counts = records.flatMap { [$0.default, $0.off] }
      guard counts.contains(where: { $0 != 0 }) else { return nil }
      let codes = try #require(fixture[name]).shape.reduce(1, *)
      return
        "| \(name.replacing("_", with: " ")) | \(codes) | \(counts.map(String.init).joined(separator: " | ")) |\n"
    }
    let titles = ONNXFormat.allCases.flatMap { ["`\($0)`", "off"] }.joined(separator: " | ")
    return "| model | codes | \(titles) |\n| --- |" + String(repeating: " ---: |", count: 7) + "\n"
      + rows.joined()
  }
}
