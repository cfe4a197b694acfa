import Foundation
import TestSupport
import Testing

/// The one direction of data in `Charting`: chart, scene, layout, painting, then preview and files.
@Suite struct ChartingOrderTests {
  /// The folders of `Charting` in the order of data; a folder uses nothing of a later one.
  private static let steps = [
    ["Chart", "Marks"], ["Scene"], ["Layout"], ["Painting"], ["Preview", "Drawing"],
  ]

  private static let root = "\(Checkout.root)/Sources/Charts/Charting"

  /// The code of every file of a step, by the file's name, without comments and texts.
  private static func code(of step: [String]) throws -> [String: String] {
    var files: [String: String] = [:]
    for folder in step {
      for file in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") {
        let text = try String(contentsOfFile: "\(root)/\(folder)/\(file)", encoding: .utf8)
        files["\(folder)/\(file)"] = withoutComments(text)
      }
    }
    return files
  }

  private static func withoutComments(_ text: String) -> String {
    text.replacing(/"(?:\\.|[^"\\\n])*"/, with: "\"\"").replacing(/\/\/[^\n]*/, with: "")
  }

  /// The types that code declares, but for those nested in others.
  private static func types(in code: String) -> Set<String> {
    let declaration =
      /^(?:(?:public|package|private|fileprivate|final) )*(?:struct|class|enum|protocol|actor|typealias) (\w+)/
    return Set(code.matches(of: declaration.anchorsMatchLineEndings()).map { String($0.1) })
  }

  /// The names of `types` that code uses.
  private static func uses(of types: Set<String>, in code: String) -> Set<String> {
    types.intersection(code.matches(of: /\w+/).map { String($0.0) })
  }

  @Test func `the steps are all the folders of Charting`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root)
    #expect(Set(folders) == Set(Self.steps.joined()))
  }

  @Test func `no file of Charting uses a type of a later step`() throws {
    let code = try Self.steps.map(Self.code)
    #expect(code.allSatisfy { !$0.values.flatMap(Self.types).isEmpty })
    for step in code.indices {
      let later = Set(code[(step + 1)...].flatMap(\.values).flatMap(Self.types))
      for (file, text) in code[step] {
        let found = Self.uses(of: later, in: text)
        #expect(found.isEmpty, "\(file) uses \(found.sorted())")
      }
    }
  }

  @Test func `painting, preview and files read the layout, and lay nothing out`() throws {
    let types = try Self.code(of: ["Layout"]).values.flatMap(Self.types)
    let engines = Set(types.filter { $0.hasSuffix("Engine") })
    let tools: Set = ["AxisContent", "LabelPlacer", "NiceTicks", "PanelHeader", "PanelMeasurement"]
    #expect(engines.count >= 5 && tools.isSubset(of: types))
    for (file, text) in try Self.code(of: ["Painting", "Preview", "Drawing"]) {
      let found = Self.uses(of: engines.union(tools), in: text)
      #expect(found.isEmpty, "\(file) uses \(found.sorted())")
    }
  }

  @Test(arguments: [
    ("let painter = PanelPainter(layout: layout)", ["PanelPainter"]), ("Axes.Pair()", ["Axes"]),
    ("// a PanelPainter paints", []), ("stop(\"no PanelPainter\")", []), ("PanelPainters()", []),
    ("Pair()", []),
  ])
  func `a type of a later step is seen in code, not in comments and texts`(_ text: String, _ names: [String])
  {
    let types = Self.types(in: "struct PanelPainter {}\npackage final class Axes {\n  struct Pair {}\n}")
    #expect(Self.uses(of: types, in: Self.withoutComments(text)) == Set(names))
  }
}
