import EnvironmentCheck
import TestSupport
import Testing
import Weaver

@Suite struct EnvironmentCheckTests {
  /// A Debian machine with these files and these programs' words.
  private func machine(_ files: Set<String>, _ words: [String: String], free: Int = 1 << 40) -> [Requirement]
  {
    let machine = Environment(
      exists: { files.contains($0) || $0 == "/usr/bin/apt-get" }, output: { words[$0[0]] },
      freeBytes: { _ in free },
      variable: { _ in nil })
    return EnvironmentCheck(machine).requirements
  }

  private let headers: Set = ["/usr/include/png.h", "/usr/include/cairo/cairo.h", "/usr/include/zlib.h"]
  private let words = ["swift": "Swift version 6.3.1 (swift-6.3.1-RELEASE)", "fc-match": "DejaVu Sans"]

  @Test func aMachineWithWhatIsNeededIsComplete() {
    let (lines, isComplete) = EnvironmentCheck.report(on: machine(headers, words))
    #expect(isComplete)
    #expect(lines[0] == "✓ Swift 6.3.1")
    // oneDNN, pandoc and MNIST are missing, and that is no harm.
    #expect(lines.count { $0.hasPrefix("–") } == 3)
  }

  @Test func whatIsMissingIsNamedWithTheCommandThatMendsIt() {
    let (lines, isComplete) = EnvironmentCheck.report(
      on: machine([], ["swift": "Swift version 5.10 (x)"], free: 1_500_000_000))
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

  @Test(arguments: [("6.2", true), ("6.1.3", false), ("6.10", true), ("7.0", true)])
  func swiftIsTakenFromVersionSixTwoOn(_ version: String, _ isEnough: Bool) {
    let swift = machine([], ["swift": "Apple Swift version \(version) (swiftlang)"])[0]
    #expect((swift.found == version) == isEnough)
  }

  @Test func aMacIsSentToHomebrewAndHasNoOneDNN() {
    let mac = Environment(
      exists: { $0 == "/System/Library/CoreServices" }, output: { _ in nil }, freeBytes: { _ in 0 },
      variable: { _ in nil })
    let requirements = EnvironmentCheck(mac).requirements
    #expect(!requirements.contains { $0.name == "oneDNN" })
    #expect(requirements[1].remedy == "brew install libpng")
  }

  @Test func theProgramSaysTheSame() throws {
    let run = try Executables.builtWithTests.run("doctor", [], in: Checkout.root)
    #expect(run.output.contains("Swift") && run.output.contains("pandoc"), "\(run.output)")
  }
}
