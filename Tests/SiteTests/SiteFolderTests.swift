import Foundation
import Site
import Support
import TestSupport
import Testing

/// The folder of a site: whole or not at all, and nobody else's.
@Suite struct SiteFolderTests {
  private let parent: TemporaryFolder
  private var path: String { "\(parent.path)/site" }

  init() throws { parent = try TemporaryFolder() }

  private func write(_ names: String...) throws {
    try SiteFolder(path).replace { folder in
      try AtomicFile.createFolder("\(folder)/assets")
      for name in names { try AtomicFile.write(text: name, to: "\(folder)/\(name)") }
    }
  }

  private func names() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  @Test func `a site is made in a new folder, and replaced without a rest`() throws {
    try write("index.html", "assets/old.js")
    #expect(try names() == [SiteFolder.mark, "assets", "assets/old.js", "index.html"])
    try write("index.html", "assets/new.js")
    #expect(try names() == [SiteFolder.mark, "assets", "assets/new.js", "index.html"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["site"])
  }

  @Test func `an error leaves the site as it was, and nothing beside it`() throws {
    try write("index.html")
    #expect(throws: SiteError("no pandoc")) {
      try SiteFolder(path).replace { folder in
        try AtomicFile.write(text: "half", to: "\(folder)/index.html")
        throw SiteError("no pandoc")
      }
    }
    #expect(try AtomicFile.read("\(path)/index.html") == Array("index.html".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["site"])
  }

  @Test func `an empty folder is taken, anything else is refused`() throws {
    try AtomicFile.createFolder(path)
    _ = try SiteFolder(path)
    try AtomicFile.write(text: "mine", to: "\(path)/notes.txt")
    #expect {
      try SiteFolder(path)
    } throws: {
      "\($0)".contains("neither empty nor a site that book made")
    }
    try AtomicFile.write(text: "", to: "\(path)/\(SiteFolder.mark)")
    #expect(throws: SiteError.self) { try SiteFolder(path) }
    #expect(throws: SiteError.self) { try SiteFolder("\(path)/notes.txt") }
    #expect(try AtomicFile.read("\(path)/notes.txt") == Array("mine".utf8))
  }

  @Test func `a site to which somebody added a file is refused, also while a new one is made`() throws {
    try write("index.html")
    #expect {
      try SiteFolder(path).replace { _ in try AtomicFile.write(text: "x", to: "\(path)/CNAME") }
    } throws: {
      "\($0)".contains("holds CNAME, which book did not write")
    }
    #expect(throws: SiteError.self) { try SiteFolder(path) }
    #expect(try names() == [SiteFolder.mark, "CNAME", "assets", "index.html"])
  }
}
