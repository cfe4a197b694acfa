import Foundation
import SiteData
import Support
import TestSupport
import Testing

@Suite struct ScriptTests {
  private func script(_ name: String) throws -> String {
    let path = "\(Checkout.root)/Sources/Course/Site/Resources/assets/\(name).js"
    return String(decoding: try AtomicFile.read(path), as: UTF8.self)
  }

  @Test(arguments: [["numbers", "tools", "touch"], ["numbers", "tools", "network", "draw"]])
  func `no page loads more than 40 kilobytes of code for its figures, data apart`(_ names: [String]) throws {
    let sizes = try names.map { try script($0).utf8.count }
    #expect(sizes.reduce(0, +) <= 40_000, "\(names): \(sizes)")
  }

  @Test(arguments: ["numbers", "tools", "touch", "network", "draw"])
  func `a script works from a file: no module, nothing fetched, nothing of others`(_ name: String) throws {
    let text = try script(name)
    #expect(text.contains("\"use strict\";\nwindow.QAT = window.QAT || {};\n(function (QAT) {\n"))
    for word in ["import ", "export ", "fetch(", "XMLHttpRequest", "https:", "eval("] {
      #expect(!text.contains(word), "\(name).js: \(word)")
    }
  }
}
