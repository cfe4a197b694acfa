import Foundation
import Layers
import Safetensors
import Support
import Tensors
import TestSupport
import Testing
import Training

/// Checkpoints that are damaged or belong to another training: they are refused with a message, and nothing
/// changes.
@Suite struct DamageTests {
  /// A checkpoint of a training cut off in its second epoch, at step 6.
  private static func checkpoint(in folder: TemporaryFolder) throws -> SafetensorsFile {
    let path = folder.path + "/whole.safetensors"
    #expect(throws: CutOff.self) {
      try TinyRun(.adam).fit(path, callbacks: [Probe.atStep(7) { _ in throw CutOff() }])
    }
    return try SafetensorsFile(contentsOf: path)
  }

  /// Resumes from the given bytes, which must fail and change nothing; returns the message without the path.
  private static func refusal(
    _ bytes: [UInt8], _ folder: TemporaryFolder, _ run: TinyRun = TinyRun(.adam),
    _ sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let path = try folder.write(bytes, as: "damaged.safetensors")
    let trainer = run.trainer
    func state() -> [[Float]] {
      var state: [[Float]] = []
      for weight in trainer.model.weights {
        state.append(weight.value.values)
        state += trainer.optimizer.values(of: weight).map(\.values)
      }
      state.append([Float(trainer.optimizer.step), Float(trainer.epochsTrained)])
      state.append(run.recorder.records.map(\.mean))
      return state + run.stopping.state.map(\.tensor.values)
    }
    let before = state()
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try run.fit(path, callbacks: [Probe { _ in Issue.record("a step was taken") }])
    }
    #expect(state() == before, sourceLocation: sourceLocation)
    let text = error.map { "\($0)" } ?? ""
    #expect(text.hasPrefix(path), "\(text)", sourceLocation: sourceLocation)
    return String(text.dropFirst(path.count))
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let message: String
    /// Changes the metadata, and returns tensors that replace those with the same names.
    let body: @Sendable (inout SafetensorsFile) -> [SafetensorsTensor]
    var testDescription: String { message }

    init(_ message: String, _ body: @escaping @Sendable (inout SafetensorsFile) -> [SafetensorsTensor]) {
      (self.message, self.body) = (message, body)
    }

    /// A change of metadata, as another trainer would have written it.
    init(_ key: String, from old: String, to new: String) {
      self.init(" holds another training: its \(key) is \"\(new)\", and here it is \"\(old)\": take the same")
      {
        $0.metadata[key] = new
        return []
      }
    }

    /// A change that replaces the tensor with the same name.
    init(_ message: String, putting tensor: SafetensorsTensor) { self.init(message) { _ in [tensor] } }
  }

  private static func position(_ numbers: [Int64]) -> SafetensorsTensor {
    SafetensorsTensor("position", shape: [3], values: numbers)
  }

  static let changes: [Change] = [
    Change("seed", from: "5", to: "6"),
    Change("optimizer", from: "Adam", to: "SGD"),
    Change("batch size", from: "12", to: "13"),
    Change("examples", from: "40", to: "41"),
    Change("validation examples", from: "20", to: "none"),
    Change("metrics", from: "accuracy, top_2_accuracy", to: "accuracy"),
    Change("loss", from: "sparse_categorical_crossentropy", to: "mean_squared_error"),
    Change("format", from: "swift-qat checkpoint 1", to: "swift-qat checkpoint 2"),
    Change(" holds another training: its format is missing, and here it is \"swift-qat checkpoint 1\"") {
      $0.metadata = [:]
      return []
    },
    Change(
      ", tensor \"model/dense/kernel\": its shape is [6, 4], not [4, 6]; check that the file belongs",
      putting: SafetensorsTensor(
        "model/dense/kernel", shape: [6, 4], values: [Float](repeating: 0, count: 24))),
    Change(
      ", tensor \"optimizer/dense/bias/mean\": its shape is [7], not [6]",
      putting: SafetensorsTensor(
        "optimizer/dense/bias/mean", shape: [7], values: [Float](repeating: 0, count: 7))
    ),
    Change(
      " holds another training: it has the tensor \"model/extra/kernel\", and here it is without it",
      putting: SafetensorsTensor("model/extra/kernel", shape: [1], values: [Float(0)])),
    Change(
      " holds another training: it has the tensor \"optimizer/dense/bias/velocity\"",
      putting: SafetensorsTensor(
        "optimizer/dense/bias/velocity", shape: [6], values: [Float](repeating: 0, count: 6))
    ),
    Change(
      " holds another training: it has the tensor \"callback/Mystery/0/x\"",
      putting: SafetensorsTensor("callback/Mystery/0/x", shape: [1], values: [Float(0)])),
    Change(
      " is damaged: its position is [1, 6, 5], after 1 epochs of 4 steps: take an earlier copy",
      putting: position([1, 6, 5])),
    Change(" is damaged: its position is [0, 6, 2]", putting: position([0, 6, 2])),
    Change(" is damaged: its position is [1, -6, 2]", putting: position([1, -6, 2])),
    Change(" is damaged: its position is [1, 6, -1]", putting: position([1, 6, -1])),
    Change(" is damaged: its position is [9223372036854775807, 6, 2]", putting: position([.max, 6, 2])),
    Change(" is damaged: its position is [1, 9223372036854775807, 2]", putting: position([1, .max, 2])),
    Change(
      " is damaged: its random state 1 is [0, 0, 0, 0], which gives no random numbers",
      putting: SafetensorsTensor("random/1", shape: [4], values: [UInt64](repeating: 0, count: 4))),
    Change(
      " is damaged: its history has the losses [nan]",
      putting: SafetensorsTensor("history/loss", shape: [1], values: [Double.nan])),
    Change(
      " is damaged: its learning rates are [inf]",
      putting: SafetensorsTensor("learning rates", shape: [1], values: [Float.infinity])),
    Change(
      " is damaged: its sum of losses is nan",
      putting: SafetensorsTensor("epoch/sums", shape: [3], values: [Double.nan, 0, 0])),
    Change(
      ", tensor \"epoch/sums\": its shape is [2], not [3]",
      putting: SafetensorsTensor("epoch/sums", shape: [2], values: [Double](repeating: 0, count: 2))),
    Change(
      " is damaged: what it keeps under \"callback/EarlyStopping/0/\" does not fit that callback",
      putting: SafetensorsTensor(
        "callback/EarlyStopping/0/dense/kernel", shape: [6, 4], values: [Float](repeating: 0, count: 24))),
    Change(
      " is damaged: what it keeps under \"callback/StatisticsRecorder/0/\" does not fit that callback",
      putting: SafetensorsTensor(
        "callback/StatisticsRecorder/0/records", shape: [1, 6], values: [0.5, 0, 0, 0, 0, 0] as [Float])),
    Change(
      " is damaged: \"callback/StatisticsRecorder/0/records\" holds no floats",
      putting: SafetensorsTensor(
        "callback/StatisticsRecorder/0/records", shape: [1, 6], values: [Int32](repeating: 0, count: 6))),
  ]

  @Test(arguments: changes.indices) func `a checkpoint that was changed is refused with the reason`(
    _ index: Int
  ) throws {
    let folder = try TemporaryFolder()
    var file = try Self.checkpoint(in: folder)
    let change = Self.changes[index]
    let others = change.body(&file)
    let kept = file.tensors.filter { tensor in !others.contains { $0.name == tensor.name } }
    let message = try Self.refusal(SafetensorsFile(kept + others, metadata: file.metadata).encoded(), folder)
    #expect(message.hasPrefix(change.message), "\(message)")
  }

  @Test func `a checkpoint that lacks any of its tensors is refused`() throws {
    let folder = try TemporaryFolder()
    let file = try Self.checkpoint(in: folder)
    for missing in file.tensors where missing.name != "callback/StatisticsRecorder/0/records" {
      let rest = SafetensorsFile(file.tensors.filter { $0.name != missing.name }, metadata: file.metadata)
      let message = try Self.refusal(rest.encoded(), folder)
      let expected =
        missing.name.hasPrefix("callback") ? "does not fit that callback" : "the file has no such tensor"
      #expect(message.contains(expected), "\(missing.name): \(message)")
    }
  }

  @Test func `a checkpoint that is too short or too long is refused`() throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.checkpoint(in: folder).encoded()
    for length in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
      let message = try Self.refusal(Array(bytes[..<length]), folder)
      #expect(message.contains("copy or fetch it again"), "\(length) bytes: \(message)")
    }
    #expect(try Self.refusal(bytes + [0], folder).contains("it is damaged, or something was appended"))
  }

  @Test func `a checkpoint of another optimizer is refused`() throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.checkpoint(in: folder).encoded()
    let message = try Self.refusal(bytes, folder, TinyRun(.momentum))
    #expect(message.hasPrefix(" holds another training: its optimizer is \"Adam\", and here it is \"SGD\""))
  }

  @Test func `a path that leads through a file is not taken for a missing checkpoint`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([1], as: "file")
    // A path through a file is no path to a missing file.
    let error = #expect(throws: SafetensorsError.self) { try TinyRun(.adam).fit(file + "/run.safetensors") }
    #expect(error?.description.contains("Not a directory") == true)
  }

  /// Resumes from damaged bytes and trains: either throws an error of ours, or the checkpoint is accepted.
  private static func survives(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> Bool {
    let path = try folder.write(bytes, as: "fuzzed.safetensors")
    let run = TinyRun(.adam)
    do {
      try run.trainer.fit(
        TinyTraining.examples, epochs: TinyTraining.epochs, batchSize: TinyTraining.batchSize,
        validation: TinyTraining.validation,
        callbacks: [run.recorder, run.stopping, Probe { $0.stop() }], resumingFrom: path)
      return true
    } catch let error as TrainingError {
      // A loss that is not finite is that of weights whose bits were changed.
      if case .lossNotFinite = error { return true }
      #expect(error.description.hasPrefix(path))
    } catch let error as SafetensorsError {
      #expect(error.description.hasPrefix(path))
    }
    return false
  }

  @Test func `a checkpoint with a damaged byte in its header crashes nothing`() throws {
    let folder = try TemporaryFolder()
    let valid = try Self.checkpoint(in: folder).encoded()
    let end = 8 + Int(valid[0]) + Int(valid[1]) << 8
    var generator = SeededGenerator(seed: 1)
    var taken = 0
    // Every third byte, since each takes a file that is written and read.
    for index in stride(from: 0, to: end, by: 3) {
      var bytes = valid
      // Digits become other digits, and anything something else.
      let isDigit = (0x30...0x39).contains(bytes[index])
      bytes[index] = isDigit ? 0x30 + UInt8(generator.below(10)) : UInt8(generator.below(256))
      if try Self.survives(bytes, folder) { taken += 1 }
    }
    // Few changes in the header leave it as good as it was.
    #expect(taken < end / 30, "\(taken) of \(end / 3) were taken")
  }

  @Test func `a checkpoint with damaged bytes in its data crashes nothing`() throws {
    let folder = try TemporaryFolder()
    let valid = try Self.checkpoint(in: folder).encoded()
    var generator = SeededGenerator(seed: 2)
    var taken = 0
    for _ in 0..<600 {
      var bytes = valid
      for _ in 0...generator.below(4) {
        bytes[bytes.count - 1 - generator.below(bytes.count - 4000)] = UInt8(generator.below(256))
      }
      if try Self.survives(bytes, folder) { taken += 1 }
    }
    #expect(taken > 100 && taken < 600, "\(taken) of 600 were taken")
  }
}
