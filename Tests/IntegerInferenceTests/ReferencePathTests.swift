import Foundation
import IntegerInference
import TestSupport
import Testing

/// What the readable path promises of itself.
@Suite struct ReferencePathTests {
  /// Floats live where multipliers are prepared and in the files of the schemes that multiply by them.
  @Test func theReferenceComputesWithIntegersAlone() throws {
    let folder = "\(Checkout.root)/Sources/Engine/IntegerInference/Reference"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".swift")
    }
    #expect(files.count >= 15)
    for file in files {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for line in text.split(separator: "\n") {
        let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0]
        #expect(code.firstMatch(of: #/\b(Float|Double|Float16|CGFloat)\b/#) == nil, "\(file): \(line)")
        // A literal with a fraction would be a Double, too.
        #expect(code.firstMatch(of: #/\b\d+\.\d/#) == nil, "\(file): \(line)")
      }
    }
  }

  @Test func theTFLiteSchemePreparesNothingButIntegers() throws {
    // Whatever the operations of a model in this scheme hold, no float is among it.
    for step in ReferencePath.steps(of: try Models.network()) {
      #expect(!Self.holdsFloats(step), "\(type(of: step))")
    }
    #expect(ReferencePath.steps(of: try Models.network(scheme: .xnnpack)).contains(where: Self.holdsFloats))
  }

  /// Whether a value has floats somewhere inside, but for the scales of the kernel it was made of.
  private static func holdsFloats(_ value: Any) -> Bool {
    Mirror(reflecting: value).children.contains { child in
      if child.value is Float || child.value is Double { return true }
      return child.label != "scales" && holdsFloats(child.value)
    }
  }
}
