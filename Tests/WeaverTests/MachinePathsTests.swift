import Foundation
import Testing
import Weaver

@Suite struct MachinePathsTests {
  private let paths = MachinePaths(own: ["/srv/builds/checkout/", "/app", "/", ""])

  @Test(arguments: [
    "/home/me/x", "in /Users/me/x", "\"/tmp/x\"", "'/root/x'", "(/private/x)", "[/var/folders/x]",
    "{/home/x}", "path=/home/me/x", "path:/home/me/x", "<br>/home/me/x", "</home/me/x", "file:///home/me/x",
    "|/home/me/x", "cell,/home/me/x", "line\n/home/me/x", "“/home/me/x”",
  ])
  func `a folder that every machine has is found at the start of a path`(_ text: String) {
    #expect(MachinePaths().first(in: text)?.hasPrefix("/") == true)
  }

  @Test(arguments: [
    "../home/x", "https://example.org/home/x", "https://home/x", "src/tmp/x", "a-/home/x", "~/home/x",
    "home/x", "1/root/2", "the /homely/ hearth",
  ])
  func `a relative path or a link is not found`(_ text: String) {
    #expect(MachinePaths().first(in: text) == nil)
  }

  @Test(arguments: [
    ("at/srv/builds/checkout/Lessons now", "/srv/builds/checkout/Lessons"),
    ("-I/srv/builds/checkout", "/srv/builds/checkout"), ("/srv/builds/checkout.", "/srv/builds/checkout."),
    ("`/app/data`", "/app/data"), ("x=/app", "/app"),
  ])
  func `a folder of this machine is found anywhere in a text`(_ text: String, _ path: String) {
    #expect(paths.first(in: text) == path)
  }

  @Test(arguments: ["/srv/builds/checkouts", "/srv/builds", "src/app", "/apple", "a / b", "https://a.b/app"])
  func `a folder with a similar name is not taken for one of this machine`(_ text: String) {
    #expect(paths.first(in: text) == nil)
  }

  @Test func `a checkout's folders are itself, the home and the folder of temporary files`() {
    let files = FileManager.default
    let paths = MachinePaths(checkout: ".")
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/home/me"
    for folder in [files.currentDirectoryPath, home, files.temporaryDirectory.path] {
      #expect(paths.first(in: "see \(folder)/x") != nil, "\(folder)")
    }
  }
}
