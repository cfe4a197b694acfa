import EnvironmentCheck
import TestSupport
import Testing
import Weaver

@Suite struct EnvironmentCheckTests {
  /// A check of a Debian system with these files, and these outputs of programs.
  private func debian(
    _ files: Set<String>, _ outputs: [String: String], free: Int = 1 << 40, isRoot: Bool = false,
    hasSudo: Bool = true
  ) -> EnvironmentCheck {
    let programs = ["/usr/bin/apt-get"] + (hasSudo ? ["/usr/bin/sudo"] : [])
    return EnvironmentCheck(
      Environment(
        exists: { files.contains($0) || programs.contains($0) },
        output: { command in
          command[0] == "ls"
            ? outputs["ls"] ?? "deb.debian.org_debian_dists_bookworm_InRelease" : outputs[command[0]]
        },
        freeBytes: { _ in free }, variable: { _ in nil }, isRoot: isRoot))
  }

  private func report(on check: EnvironmentCheck) -> (lines: [String], isComplete: Bool) {
    check.report(on: check.requirements)
  }

  private let headers: Set = ["/usr/include/png.h", "/usr/include/cairo/cairo.h", "/usr/include/zlib.h"]
  private let outputs = ["swift": "Swift version 6.3.1 (swift-6.3.1-RELEASE)", "fc-match": "DejaVu Sans"]

  @Test func `an environment with everything needed is complete`() {
    let (lines, isComplete) = report(on: debian(headers, outputs))
    #expect(isComplete)
    #expect(lines[0] == "✓ Swift 6.3.1")
    // oneDNN, HDF5, libzip, pandoc and MNIST are missing, and that is no harm.
    #expect(lines.count { $0.hasPrefix("–") } == 5)
  }

  /// SwiftPM keeps what `Package.swift` found when it looked for them.
  @Test(arguments: [("oneDNN", "libdnnl-dev"), ("HDF5", "libhdf5-dev"), ("libzip", "libzip-dev")])
  func `the advice for an optional library has SwiftPM look for it again`(name: String, package: String)
    throws
  {
    let requirement = try #require(debian(headers, outputs).requirements.first { $0.name == name })
    #expect(!requirement.isNeeded)
    #expect(requirement.remedy == "sudo apt-get install -y \(package) && swift package purge-cache")
    let files = headers.union([
      "/usr/include/hdf5/serial/hdf5.h", "/usr/include/zip.h", "/usr/include/oneapi/dnnl/dnnl.h",
    ])
    #expect(debian(files, outputs).requirements.first { $0.name == name }?.found == "")
  }

  @Test func `a missing requirement is named with the command that installs it`() {
    let (lines, isComplete) = report(
      on: debian([], ["swift": "Swift version 5.10 (x)"], free: 1_500_000_000))
    #expect(!isComplete)
    let text = lines.joined(separator: "\n")
    #expect(text.contains("✗ Swift is missing: the course needs version 6.2 or later (here is 5.10)"))
    #expect(text.contains("sudo apt-get install -y libpng-dev\n"))
    #expect(text.contains("there are 1 GB free"))
    #expect(
      lines.last
        == "At once: sudo apt-get install -y libpng-dev libcairo2-dev zlib1g-dev fonts-dejavu-core fontconfig"
    )
  }

  @Test func `root is advised to install without sudo`() {
    for hasSudo in [true, false] {
      let check = debian([], outputs, isRoot: true, hasSudo: hasSudo)
      #expect(check.requirements[1].remedy == "apt-get install -y libpng-dev")
      #expect(
        report(on: check).lines.last == "At once: apt-get install -y libpng-dev libcairo2-dev zlib1g-dev")
    }
  }

  @Test func `a user without sudo is advised to install with su`() {
    let check = debian([], outputs, hasSudo: false)
    #expect(check.requirements[1].remedy == "su -c 'apt-get install -y libpng-dev'")
    let environment = Environment(
      exists: { _ in false }, output: { _ in nil }, freeBytes: { _ in nil }, variable: { _ in nil },
      isRoot: false)
    #expect(environment.asRoot(["a", "b"]) == "su -c 'a && b'")
  }

  @Test func `an image without lists of packages is advised to fetch them first`() {
    let image = outputs.merging(["ls": "auxfiles\nlock\npartial\n"]) { $1 }
    let remedies = [true, false].map { debian([], image, isRoot: $0).requirements[1].remedy }
    #expect(
      remedies == [
        "apt-get update && apt-get install -y libpng-dev",
        "sudo apt-get update && sudo apt-get install -y libpng-dev",
      ])
  }

  @Test(arguments: [("6.2", true), ("6.1.3", false), ("6.10", true), ("7.0", true)])
  func `a Swift before version six two is too old`(_ version: String, _ isEnough: Bool) {
    let swift = debian([], ["swift": "Apple Swift version \(version) (swiftlang)"]).requirements[0]
    #expect((swift.found == version) == isEnough)
  }

  @Test func `a Mac is advised to use Homebrew and needs no oneDNN`() {
    let mac = Environment(
      exists: { $0 == "/System/Library/CoreServices" }, output: { _ in nil }, freeBytes: { _ in 0 },
      variable: { _ in nil }, isRoot: false)
    let requirements = EnvironmentCheck(mac).requirements
    #expect(!requirements.contains { $0.name == "oneDNN" })
    #expect(requirements[1].remedy == "brew install libpng")
  }

  @Test func `the program doctor prints the report`() throws {
    let run = try Executables.builtWithTests.run("doctor", [], in: Checkout.root)
    #expect(run.output.contains("Swift") && run.output.contains("pandoc"), "\(run.output)")
  }
}
