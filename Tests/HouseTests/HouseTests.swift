import Foundation
import Testing

/// The house keeps its order: what a target may import, and how long a file may be.
@Suite struct HouseTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// The targets, each of which may import those that stand above it.
  private static let order = [
    "CPNG", "CCairo", "CZlib", "CKernels", "Support", "Safetensors", "Datasets", "Tensors", "FixedPoint",
    "Quantizers", "Charting", "LessonKit", "Weaver", "ExerciseKit", "Attempts", "examiner", "qat", "book",
  ]
  private static let kits: Set = [
    "LessonKit", "Weaver", "ExerciseKit", "Attempts", "examiner", "qat", "book",
  ]

  private func imports(of target: String) throws -> [(file: String, module: String)] {
    let folder = "\(Self.root)/Sources/\(target)"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    return try files.sorted().flatMap { file in
      try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(separator: "\n")
        .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("import ") }
        .map { (file, String($0.dropFirst(7))) }
    }
  }

  @Test func everyTargetHasItsPlace() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Sources")
    #expect(folders.filter { !$0.hasPrefix(".") }.sorted() == Self.order.sorted())
  }

  @Test(arguments: order) func aTargetImportsOnlyWhatStandsAboveIt(_ target: String) throws {
    let place = try #require(Self.order.firstIndex(of: target))
    for (file, module) in try imports(of: target) {
      guard let other = Self.order.firstIndex(of: module) else { continue }
      #expect(other < place, "\(target)/\(file) imports \(module)")
      if !Self.kits.contains(target) {
        #expect(!Self.kits.contains(module), "\(target)/\(file) imports a kit")
      }
    }
  }

  @Test func chartingKnowsNothingButSupportAndItsCLibraries() throws {
    let modules = Set(try imports(of: "Charting").map(\.module)).intersection(Self.order)
    #expect(modules.isSubset(of: ["CCairo", "CPNG", "Support"]))
  }

  @Test func noFileIsLongerThanFourHundredLines() throws {
    for folder in ["Sources", "Tests"] {
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Self.root)/\(folder)")
      for file in files
      where [".swift", ".c", ".h"].contains(where: file.hasSuffix) && !file.contains(".build") {
        let text = try String(contentsOfFile: "\(Self.root)/\(folder)/\(file)", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= 400, "\(folder)/\(file) has \(lines) lines")
      }
    }
  }
}
