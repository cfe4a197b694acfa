import Safetensors
import Support
import Tensors
import Training

/// What a training has to have in common with a checkpoint: options by name, kept in the checkpoint as numbers of bytes.
final class TrainingIdentity: Callback {
  private let options: [(name: String, value: String)]
  private let text: String

  init(_ options: [(name: String, value: String)]) {
    self.options = options
    text = options.map { "\($0.name)\t\($0.value)" }.joined(separator: "\n")
  }

  private static let key = "options"

  var state: [(name: String, tensor: Tensor)] {
    let bytes = text.utf8.map { Float($0) }
    return [(Self.key, Tensor(bytes, shape: [bytes.count]))]
  }

  func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool {
    state[Self.key].map { $0.values == text.utf8.map { Float($0) } } ?? false
  }

  /// Refuses the checkpoint of another training, if there is one, and says which option is another.
  ///
  /// - Throws: `TrainingError.checkpointDiffers`, or `SafetensorsError` if the file is none.
  func check(_ path: String) throws {
    guard AtomicFile.exists(path) else { return }
    let file = try SafetensorsFile(contentsOf: path)
    let stored = file.tensors.first { $0.name == "callback/TrainingIdentity/0/\(Self.key)" }?.floats() ?? []
    let bytes = stored.map { UInt8(max(0, min(255, $0.isFinite ? $0 : 0))) }
    var found: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
    }
    for (name, value) in options where found[name] != value {
      throw TrainingError.checkpointDiffers(
        path: path, what: name, expected: value,
        found: found[name].map { UntrustedText.shown($0, most: 60) } ?? "not known")
    }
  }
}
