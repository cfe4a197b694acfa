import Foundation
import Support
import Testing
import Weaver

@Suite final class WovenPageTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/swift-qat-\(UUID())"
  private var page: WovenPage { WovenPage(path: "\(folder)/README.md") }

  init() throws { try AtomicFile.createFolder(folder) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test func `a page that somebody else wrote is not overwritten`() throws {
    try AtomicFile.write(text: "# My project\n", to: page.path)
    let error = #expect(throws: WeaverError.self) { try page.write(TableOfContents([]).markdown) }
    #expect(error?.description.contains("not woven by book") == true)
    #expect(try AtomicFile.read(page.path) == Array("# My project\n".utf8))
  }

  @Test func `a page that is missing or woven is written`() throws {
    for _ in 1...2 {
      try page.write(TableOfContents([]).markdown)
      #expect(try AtomicFile.read(page.path) == Array(TableOfContents([]).markdown.utf8))
    }
  }
}
