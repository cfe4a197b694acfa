import Foundation
import TestSupport
import Testing

/// The house keeps its order: what a target may import, and how long a file may be.
@Suite struct HouseTests {
  /// The targets, each of which may import those that stand above it.
  private static let order = [
    "CPNG", "CCairo", "CZlib", "CKernels", "Support", "Downloads", "Safetensors", "Datasets", "Tensors",
    "FixedPoint", "Quantizers", "Layers", "Training", "Quantization", "IntegerInference",
    "Conversion", "Charting", "ModelCharts", "LessonKit", "Weaver", "ExerciseKit", "Attempts", "examiner",
    "CConfinement", "Classroom", "Checkup", "doctor", "qat", "book",
  ]
  private static let languageC: Set = ["CPNG", "CCairo", "CZlib", "CKernels"]
  private static let kits: Set = [
    "LessonKit", "Weaver", "ExerciseKit", "Attempts", "examiner", "CConfinement", "Classroom", "Checkup",
    "doctor", "qat", "book",
  ]

  private func imports(of folder: String) throws -> [(file: String, module: String)] {
    let path = "\(Checkout.root)/\(folder)"
    let files = try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".swift") }
    return try files.sorted().flatMap { file in
      Self.modules(in: try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)).map { (file, $0) }
    }
  }

  /// The modules that a file imports, whatever stands before or after `import`.
  private static func modules(in text: String) -> [String] {
    let imports =
      #/
      ^\h* (?: @\w+ (?: \([^)]*\) )? \s+ )*
      (?: (?: public | package | internal | fileprivate | private ) \s+ )?
      import \s+ (?: (?: struct | class | enum | protocol | typealias | func | let | var ) \s+ )? (\w+)
      /#
    return text.matches(of: imports.anchorsMatchLineEndings()).map { String($0.1) }
  }

  @Test(arguments: [
    "import Layers", "  import Layers", "import Layers.Dense", "public import Layers",
    "package import Layers",
    "@testable import Layers", "@preconcurrency private import Layers", "@_spi(Seams) public import Layers",
    "import struct Layers.Dense", "internal import func Layers.dense",
    "// first\n@testable\nimport Layers  // last",
  ])
  func everyFormOfImportIsSeen(_ text: String) {
    #expect(Self.modules(in: text) == ["Layers"])
  }

  @Test(arguments: [
    "// import Layers", "/// They import Layers", "let important = Layers()", "reimport Layers",
  ])
  func whatIsNoImportIsNotSeen(_ text: String) {
    #expect(Self.modules(in: text) == [])
  }

  @Test func theReadmeNamesEveryProduct() throws {
    let manifest = try String(contentsOfFile: "\(Checkout.root)/Package.swift", encoding: .utf8)
    let readme = try String(contentsOfFile: "\(Checkout.root)/README.md", encoding: .utf8)
    let list = try #require(manifest.firstMatch(of: #/products: \[([^\]]*)\]/#)).1
    let sentence = try #require(readme.firstMatch(of: #/with the products ([^(]*)\(/#)).1
    let products = list.matches(of: #/"(\w+)"/#).map { String($0.1) }
    #expect(products.count >= 12)
    #expect(Set(sentence.matches(of: #/`(\w+)`/#).map { String($0.1) }) == Set(products))
  }

  @Test func everyTargetHasItsPlace() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.root)/Sources")
    #expect(folders.filter { !$0.hasPrefix(".") }.sorted() == Self.order.sorted())
  }

  @Test(arguments: order) func aTargetImportsOnlyWhatStandsAboveIt(_ target: String) throws {
    let place = try #require(Self.order.firstIndex(of: target))
    for (file, module) in try imports(of: "Sources/\(target)") {
      guard let other = Self.order.firstIndex(of: module) else { continue }
      #expect(other < place, "\(target)/\(file) imports \(module)")
      if !Self.kits.contains(target) {
        #expect(!Self.kits.contains(module), "\(target)/\(file) imports a kit")
      }
    }
  }

  @Test func chartingKnowsNothingButSupportAndItsCLibraries() throws {
    let modules = Set(try imports(of: "Sources/Charting").map(\.module)).intersection(Self.order)
    #expect(modules.isSubset(of: ["CCairo", "CPNG", "Support"]))
  }

  /// A lesson is told with libraries alone: what it shows, a reader can do in a package of their own.
  @Test func lessonsImportOnlyLibraries() throws {
    let libraries = Set(Self.order).subtracting(Self.kits).subtracting(Self.languageC)
    let allowed = libraries.union(["LessonKit", "Foundation"])
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.root)/Lessons")
    for lesson in folders.sorted() where lesson.hasPrefix("lesson-") {
      let imports = try imports(of: "Lessons/\(lesson)")
      #expect(imports.contains { $0.file == "main.swift" && $0.module == "LessonKit" })
      for (file, module) in imports {
        #expect(allowed.contains(module), "Lessons/\(lesson)/\(file) imports \(module)")
      }
    }
  }

  @Test func noFileIsLongerThanFourHundredLines() throws {
    for folder in ["Sources", "Tests"] {
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Checkout.root)/\(folder)")
      for file in files
      where [".swift", ".c", ".h"].contains(where: file.hasSuffix) && !file.contains(".build") {
        let text = try String(contentsOfFile: "\(Checkout.root)/\(folder)/\(file)", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= 400, "\(folder)/\(file) has \(lines) lines")
      }
    }
  }
}
