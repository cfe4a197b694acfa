import Foundation
import Tensors
import Testing

/// One case of a file `tf_keras.txt` among the fixtures, whose format `make_fixtures.py` beside it documents.
public struct KerasFixture {
  private let tensors: [(role: String, tensor: Tensor)]

  /// Reads the case of this name from the resources of a test target, `.module` there.
  ///
  /// - Throws: An error of the file system, or an error of the test if no case has this name.
  public init(_ name: String, in bundle: Bundle, folder: String = "Fixtures") throws {
    let url = try #require(
      bundle.url(forResource: "tf_keras", withExtension: "txt", subdirectory: folder))
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    tensors = lines.filter { $0.hasPrefix(name + " ") }.map { line in
      let fields = line.split(separator: " ")
      let shape = fields[2] == "-" ? [] : fields[2].split(separator: ",").compactMap { Int($0) }
      return (String(fields[1]), Tensor(Self.floats(fields[3]), shape: shape))
    }
    try #require(!tensors.isEmpty, "no case \(name)")
  }

  /// The tensors of this role in the order of the file.
  public func all(_ role: String) -> [Tensor] { tensors.filter { $0.role == role }.map(\.tensor) }

  /// The only tensor of this role.
  ///
  /// - Throws: An error of the test if no tensor has this role.
  public func one(_ role: String) throws -> Tensor { try #require(all(role).first, "no role \(role)") }

  /// The tensors whose role begins with `prefix`, named by the rest of the role.
  public func named(_ prefix: String) -> [(name: String, tensor: Tensor)] {
    tensors.filter { $0.role.hasPrefix(prefix) }.map { (String($0.role.dropFirst(prefix.count)), $0.tensor) }
  }

  private static func floats(_ text: Substring) -> [Float] {
    var words: [Float] = []
    var word: UInt32 = 0
    for (index, digit) in text.utf8.enumerated() {
      word = word << 4 | UInt32(digit <= 57 ? digit - 48 : digit - 87)
      if index % 8 == 7 { words.append(Float(bitPattern: word)) }
    }
    return words
  }
}

/// Expects equal shapes, and differences of at most `tolerance` times the largest magnitude or 1, if that is more.
public func expectClose(
  _ ours: Tensor, _ theirs: Tensor, within tolerance: Float = 2e-6, _ label: String,
  _ sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(ours.shape == theirs.shape, "\(label)", sourceLocation: sourceLocation)
  guard ours.shape == theirs.shape else { return }
  let expected = theirs.values
  let allowed = tolerance * expected.reduce(1) { max($0, abs($1)) }
  for (index, (a, b)) in zip(ours.values, expected).enumerated() where !(abs(a - b) <= allowed) {
    Issue.record("\(label): element \(index) is \(a), not \(b)", sourceLocation: sourceLocation)
    return
  }
}
