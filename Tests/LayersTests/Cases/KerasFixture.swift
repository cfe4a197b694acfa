import Foundation
import Tensors
import Testing

/// One case of `Fixtures/make_fixtures.py`, which documents the format.
struct KerasFixture {
  private let tensors: [(role: String, tensor: Tensor)]

  init(_ name: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: "tf_keras", withExtension: "txt", subdirectory: "Fixtures"))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    tensors = lines.filter { $0.hasPrefix(name + " ") }.map { line in
      let fields = line.split(separator: " ")
      let shape = fields[2] == "-" ? [] : fields[2].split(separator: ",").compactMap { Int($0) }
      return (String(fields[1]), Tensor(Self.floats(fields[3]), shape: shape))
    }
    try #require(!tensors.isEmpty, "no case \(name)")
  }

  /// The tensors of this role, in their order.
  func all(_ role: String) -> [Tensor] { tensors.filter { $0.role == role }.map(\.tensor) }

  /// The tensors whose role begins with `prefix`, by what follows it.
  func named(_ prefix: String) -> [(name: String, tensor: Tensor)] {
    tensors.filter { $0.role.hasPrefix(prefix) }.map { (String($0.role.dropFirst(prefix.count)), $0.tensor) }
  }

  private static func floats(_ text: Substring) -> [Float] {
    var words: [Float] = []
    var word: UInt32 = 0
    for (place, digit) in text.utf8.enumerated() {
      word = word << 4 | UInt32(digit <= 57 ? digit - 48 : digit - 87)
      if place % 8 == 7 { words.append(Float(bitPattern: word)) }
    }
    return words
  }
}

/// Shapes equal, and every value within `tolerance` times the largest magnitude, or times 1.
func expectClose(
  _ ours: Tensor, _ theirs: Tensor, within tolerance: Float = 2e-6, _ label: String,
  _ sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(ours.shape == theirs.shape, "\(label)", sourceLocation: sourceLocation)
  guard ours.shape == theirs.shape else { return }
  let expected = theirs.values
  let allowed = tolerance * expected.reduce(1) { max($0, abs($1)) }
  for (place, (a, b)) in zip(ours.values, expected).enumerated() where !(abs(a - b) <= allowed) {
    Issue.record("\(label): element \(place) is \(a), not \(b)", sourceLocation: sourceLocation)
    return
  }
}
