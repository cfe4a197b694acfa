import Foundation
import TestSupport
import Testing

/// The order of the package: which target may import which, and how long a file may be.
@Suite struct PackageStructureTests {
  /// The folders of `Sources`, from the top down.
  ///
  /// A target may import the floors above its own and, on its floor, what stands before it in `Package.swift`.
  private static let floors = ["System", "Engine", "Formats", "Charts", "Course", "Tools"]

  /// A target in `Sources`.
  struct SourceTarget: CustomTestStringConvertible {
    let floor: String
    let name: String
    /// Where it stands in the order of all targets.
    let index: Int
    var testDescription: String { name }
    var folder: String { "Sources/\(floor)/\(name)" }
  }

  /// Every target that has a folder in `Sources`, in the order of imports.
  private static let targets: [SourceTarget] = {
    let manifest = (try? String(contentsOfFile: "\(Checkout.root)/Package.swift", encoding: .utf8)) ?? ""
    var found: [SourceTarget] = []
    for floor in floors {
      let path = "\(Checkout.root)/Sources/\(floor)"
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
        !$0.hasPrefix(".")
      }
      let positions = names.map { name in
        (name, manifest.firstRange(of: "(\"\(name)\"") ?? manifest.firstRange(of: "\"\(name)\""))
      }
      let order = positions.sorted {
        ($0.1?.lowerBound ?? manifest.startIndex) < ($1.1?.lowerBound ?? manifest.startIndex)
      }
      for (name, _) in order { found.append(SourceTarget(floor: floor, name: name, index: found.count)) }
    }
    return found
  }()

  private static func targets(on floors: String...) -> Set<String> {
    Set(targets.filter { floors.contains($0.floor) }.map(\.name))
  }

  /// What pages name and a handout lacks: empty in the teacher's own checkout, where everything has to be there.
  private static var withheldFromStudents: [String] {
    let folders = ["Tests/Solutions", ".ci"]
    let isHandout = folders.allSatisfy { !FileManager.default.fileExists(atPath: "\(Checkout.root)/\($0)") }
    return isHandout ? folders : []
  }

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
  func `every form of import is seen`(_ text: String) {
    #expect(Self.modules(in: text) == ["Layers"])
  }

  @Test(arguments: [
    "// import Layers", "/// They import Layers", "let important = Layers()", "reimport Layers",
  ])
  func `what is no import is not seen`(_ text: String) {
    #expect(Self.modules(in: text) == [])
  }

  @Test func `every folder of Sources is a floor, and every folder on a floor a target`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.root)/Sources")
    #expect(folders.filter { !$0.hasPrefix(".") }.sorted() == Self.floors.sorted())
    let manifest = try String(contentsOfFile: "\(Checkout.root)/Package.swift", encoding: .utf8)
    #expect(Self.targets.count >= 29)
    for target in Self.targets { #expect(manifest.contains("\"\(target.name)\""), "\(target.name)") }
  }

  @Test(arguments: targets) func `a target imports only what stands above it`(_ target: SourceTarget) throws {
    let known = Dictionary(uniqueKeysWithValues: Self.targets.map { ($0.name, $0.index) })
    for (file, module) in try imports(of: target.folder) {
      guard let other = known[module] else { continue }
      #expect(other < target.index, "\(target.name)/\(file) imports \(module)")
    }
  }

  @Test func `charts know nothing of the engine but files and support`() throws {
    let modules = Set(try imports(of: "Sources/Charts/Charting").map(\.module))
    #expect(modules.intersection(Self.targets(on: "Engine")) == ["PNGFiles", "Support"])
  }

  @Test func `QAT exports every other target of the engine`() throws {
    let exported = Set(try imports(of: "Sources/Engine/QAT").map(\.module))
    #expect(exported == Self.targets(on: "Engine").subtracting(["QAT"]))
  }

  /// A lesson is told with libraries alone: what it shows, a reader can do in a package of their own.
  @Test func `lessons import only libraries`() throws {
    let allowed = Self.targets(on: "Engine", "Formats", "Charts").union(["LessonKit", "Foundation"])
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.root)/Lessons")
    let lessons = folders.filter {
      FileManager.default.fileExists(atPath: "\(Checkout.root)/Lessons/\($0)/main.swift")
    }
    #expect(lessons.contains("the-end"))
    for lesson in lessons.sorted() {
      let imports = try imports(of: "Lessons/\(lesson)")
      #expect(imports.contains { $0.file == "main.swift" && $0.module == "LessonKit" })
      for (file, module) in imports {
        #expect(allowed.contains(module), "Lessons/\(lesson)/\(file) imports \(module)")
      }
    }
  }

  @Test func `the map of the architecture names every target, in the order of imports`() throws {
    let map = try String(contentsOfFile: "\(Checkout.root)/Documentation/Architecture.md", encoding: .utf8)
    let rows = map.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let cells = rows.compactMap { $0.split(separator: "|").dropFirst().first }
    let named = cells.flatMap { $0.matches(of: #/`([\w-]+)`/#).map { String($0.1) } }
    let known = Set(Self.targets.map(\.name))
    #expect(named.filter(known.contains) == Self.targets.map(\.name))
  }

  @Test(arguments: [
    "Documentation/Architecture.md", "CONTRIBUTING.md", "README.md", "Documentation/Teaching.md",
    "Documentation/Models.md", "Documentation/Site.md",
  ])
  func `a page names only paths that exist`(_ page: String) throws {
    let text = try String(contentsOfFile: "\(Checkout.root)/\(page)", encoding: .utf8)
    let withheld = Self.withheldFromStudents
    for match in text.matches(of: #/(?:Sources|Lessons|Tests|Documentation|output|\.ci)\/[\w\/+.-]*\w/#) {
      let path = String(match.0)
      // Names of files to be made, and the folder that a command makes.
      guard !path.contains("NN"), path != "output/attempts" else { continue }
      guard !withheld.contains(where: path.hasPrefix) else { continue }
      #expect(FileManager.default.fileExists(atPath: "\(Checkout.root)/\(path)"), "\(page) names \(path)")
    }
  }

  /// A fused multiply-add rounds once, so its bits would depend on the processor.
  ///
  /// The header's pragma holds to the end of the file that is compiled. Unlike the flag in `Package.swift` it holds in
  /// any build.
  @Test func `every C file of the kernels forbids fused multiply-adds`() throws {
    let folder = "\(Checkout.root)/Sources/System/CKernels"
    let header = try String(contentsOfFile: "\(folder)/platform.h", encoding: .utf8)
    #expect(header.contains(#/^#pragma STDC FP_CONTRACT OFF$/#.anchorsMatchLineEndings()))
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".c") }
    #expect(!files.isEmpty)
    for file in files {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      #expect(text.contains(#/^#include "platform.h"$/#.anchorsMatchLineEndings()), "\(file)")
    }
  }

  @Test func `no file is longer than 400 lines, but for generated ones`() throws {
    for folder in ["Sources", "Tests"] {
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Checkout.root)/\(folder)")
      for file in files
      where [".swift", ".c", ".h"].contains(where: file.hasSuffix) && !file.contains(".build")
        && !file.hasSuffix(".pb.swift")
      {
        let text = try String(contentsOfFile: "\(Checkout.root)/\(folder)/\(file)", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= 400, "\(folder)/\(file) has \(lines) lines")
      }
    }
  }
}
