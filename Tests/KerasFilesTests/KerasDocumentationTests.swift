import Foundation
import Support
import TestSupport
import Testing

@testable import KerasFiles

/// The table of layers in Documentation/Keras.md, made of the configurations that the other tests read.
@Suite struct KerasDocumentationTests {
  private static let path = Checkout.root + "/Documentation/Keras.md"
  private static let marks = (begin: "<!-- table -->\n", end: "<!-- end of table -->\n")

  /// What the fixtures have of a class: its options, and the numbers of configurations of Keras 3 and of tf_keras.
  private struct Found {
    var options: Set<String> = []
    var counts = ["keras": 0, "tf_keras": 0]
  }

  private static let found: [String: Found] = {
    var found: [String: Found] = [:]
    for one in ConfigurationTests.models {
      guard let root = try? JSONReader.value(of: one.configuration) else { continue }
      var classes: Set<String> = []
      gather(root, &classes, &found)
      for name in classes { found[name]?.counts[one.keras, default: 0] += 1 }
    }
    return found
  }()

  /// Gathers the layers of a configuration, also those that are activations of others.
  private static func gather(
    _ value: JSONValue, _ classes: inout Set<String>, _ found: inout [String: Found]
  ) {
    if let name = value["class_name"]?.string, let config = value["config"]?.object, !isOperation(value) {
      classes.insert(name)
      found[name, default: Found()].options.formUnion(config.keys.filter(isTold))
    }
    for inner in value.array ?? value.object.map({ Array($0.values) }) ?? [] {
      gather(inner, &classes, &found)
    }
  }

  private static func isOperation(_ value: JSONValue) -> Bool {
    value["module"]?.string?.contains(".ops") == true || value["class_name"]?.string == "TFOpLambda"
  }

  /// Whether the table tells of an option: not of those that all layers have, or that are ignored.
  private static func isTold(_ name: String) -> Bool {
    let all = ["name", "trainable", "dtype", "batch_input_shape", "seed", "fused", "synchronized"]
    return !all.contains(name)
      && !["_initializer", "_regularizer", "_constraint"].contains { name.hasSuffix($0) }
  }

  private static func table() -> String {
    let rows = KerasRecipe.makers.keys.sorted().map { name in
      let options = (found[name]?.options ?? []).sorted().map { "`\($0)`" }.joined(separator: ", ")
      let counts = found[name]?.counts ?? [:]
      return "| `\(name)` | \(options) | \(counts["keras"] ?? 0) | \(counts["tf_keras"] ?? 0) |\n"
    }
    return "| layer | options | Keras 3 | tf_keras |\n| --- | --- | ---: | ---: |\n" + rows.joined()
  }

  @Test func `the documented table is that of the tested configurations`() throws {
    let text = String(decoding: try AtomicFile.read(Self.path), as: UTF8.self)
    let table = Self.table()
    // To write the table anew, set this variable.
    if ProcessInfo.processInfo.environment["QAT_WRITE_TABLE"] != nil {
      let parts = text.components(separatedBy: Self.marks.begin)
      let rest = parts[1].components(separatedBy: Self.marks.end)
      try AtomicFile.write(
        text: parts[0] + Self.marks.begin + table + Self.marks.end + rest[1], to: Self.path)
    }
    #expect(text.contains(Self.marks.begin + table + Self.marks.end), "\(table)")
  }

  @Test(arguments: KerasRecipe.makers.keys.sorted())
  func `every layer that is read is in a tested configuration of both`(name: String) {
    let counts = Self.found[name]?.counts ?? [:]
    #expect(counts["keras"] ?? 0 > 0 && counts["tf_keras"] ?? 0 > 0)
  }

  @Test func `every activation that is documented is known, and the other way round`() throws {
    let text = String(decoding: try AtomicFile.read(Self.path), as: UTF8.self)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Activations: ") })
    let names = line.prefix { $0 != "." }.matches(of: #/`(\w+)`/#).map { String($0.1) }
    #expect(names == KerasActivation.names)
    for name in names { #expect(KerasActivation.named(name, version: 3) != nil, "\(name)") }
  }
}
