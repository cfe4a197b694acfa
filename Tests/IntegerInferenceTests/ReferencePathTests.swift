import Foundation
import IntegerInference
import TestSupport
import Testing

/// What the readable path promises: integers alone.
@Suite struct ReferencePathTests {
  /// Floats stand below a mark in each file: they prepare multipliers, or compute as runtimes do that use
  /// floats.
  @Test func `the reference computes with integers alone`() throws {
    let engine = "\(Checkout.root)/Sources/Engine"
    let folder = "IntegerInference/Reference"
    let files =
      try FileManager.default.contentsOfDirectory(atPath: "\(engine)/\(folder)")
      .filter { $0.hasSuffix(".swift") }.map { "\(folder)/\($0)" }
      + ["FixedPoint/Requantizer.swift", "FixedPoint/RequantizationMultipliers.swift"]
    var steps = 0
    for file in files {
      let parts = try String(contentsOfFile: "\(engine)/\(file)", encoding: .utf8)
        .split(separator: "\n// MARK: - With floats\n", omittingEmptySubsequences: false)
      #expect(parts.count <= 2, "\(file) has more than one mark")
      // All steps of the reference, and the functions that they call, stand above the mark.
      let declaration =
        #/struct Reference|enum FixedPointMath|struct (Requantizer|SignificandMultiplier)[ :]/#
      steps += parts[0].matches(of: declaration).count
      #expect(parts.dropFirst().allSatisfy { $0.firstMatch(of: declaration) == nil }, "\(file)")
      for line in parts[0].split(separator: "\n") {
        let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0]
        #expect(code.firstMatch(of: #/\b(Float|Double|Float16|CGFloat)\b/#) == nil, "\(file): \(line)")
        // A literal with a fraction would be a Double, too.
        #expect(code.firstMatch(of: #/\b\d+\.\d/#) == nil, "\(file): \(line)")
      }
    }
    // Twenty-one steps, one type of functions, a requantizer and a multiplier.
    #expect(files.count >= 10 && steps == 24)
  }

  @Test func `the steps of TFLite's arithmetic hold nothing but integers`() throws {
    // The two networks have an operation of each kind.
    for model in [try Models.network(), try Models.imageNetwork()] {
      for step in ReferencePath.steps(of: model) { #expect(!Self.holdsFloats(step), "\(type(of: step))") }
    }
    #expect(
      ReferencePath.steps(of: try Models.network(arithmetic: .xnnpack)).contains(where: Self.holdsFloats))
  }

  /// Whether a value contains floats anywhere, except the scales of the kernel from which it was made.
  private static func holdsFloats(_ value: Any) -> Bool {
    Mirror(reflecting: value).children.contains { child in
      if child.value is Float || child.value is Double { return true }
      return child.label != "scales" && holdsFloats(child.value)
    }
  }
}
