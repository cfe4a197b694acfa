import Foundation
import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// The files of scores, byte for byte as Keras writes them.
@Suite struct CSVLoggerTests {
  /// The logs in `make_heads_fixtures.py`: loss, accuracy, and those of the validation.
  private static let logs: [[Double]] = [
    [2.5, 0.1, 1e-05, 1], [0.1 + 0.2, 1 / 3, .infinity, .nan],
    [12_345_678_901_234_567_168, 0.0001, 1e16, 123456.75],
  ]

  private static func keras(_ name: String) throws -> String {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "csv", subdirectory: "Fixtures/heads"))
    return try String(contentsOf: url, encoding: .utf8)
  }

  /// Trains with the callback; each epoch has the scores of a row of the logs.
  ///
  /// A first callback replaces the measured scores by the row.
  private static func log(
    _ logs: [[Double]] = logs, validates: Bool = true, to path: String, _ callback: CSVLogger
  ) throws {
    let trainer = Trainer(
      Sequential([Dense(units: 1)], inputShape: [1]), optimizer: SGD(), loss: .meanSquaredError,
      metrics: [Metric("accuracy") { _, _ in 0 }])
    let setter = Probe()
    setter.onEpochEnd = { run in
      let row = logs[run.history.epochs.count - 1]
      run.replaceLastScores(training: Array(row[..<2]), validation: validates ? Array(row[2...]) : nil)
    }
    try trainer.fit(
      SpyExamples(count: 2), epochs: logs.count, validation: validates ? SpyExamples(count: 2) : nil,
      callbacks: [setter, callback])
  }

  @Test func `a log equals that of Keras, byte for byte`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/new/log.csv"
    try Self.log(to: path, CSVLogger(path))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.keras("csv-plain"))
    // It is replaced, not continued.
    try Self.log(validates: false, to: path, CSVLogger(path))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.keras("csv-no-validation"))
  }

  @Test func `rows are appended to those of an earlier training as in Keras`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/log.csv"
    let callback = CSVLogger(path, separator: ";", append: true)
    try Self.log(Array(Self.logs[..<2]), to: path, callback)
    try Self.log(Array(Self.logs[2...]), to: path, callback)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.keras("csv-appended"))
  }

  @Test func `a line that was cut off stays a line, and other columns are refused`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("epoch,accuracy,loss,val_accuracy,val_loss\r\n0,0.5".utf8))
    try Self.log(Array(Self.logs[..<1]), to: path, CSVLogger(path, append: true))
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "epoch,accuracy,loss,val_accuracy,val_loss\r\n0,0.5\r\n0,0.1,2.5,1.0,1e-05\r\n")
    let other = try folder.write(Array("epoch,loss\n0,1\n".utf8), as: "other")
    let error = #expect(throws: TrainingError.self) {
      try Self.log(to: other, CSVLogger(other, append: true))
    }
    #expect(
      error?.description.hasPrefix(
        "\(other) has the columns \"epoch,loss\", and this training writes \"epoch,accuracy,loss,val_accuracy"
      ) == true)
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "epoch,loss\n0,1\n")
  }

  @Test func `a name with the separator in it stands in quotation marks`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/log.csv"
    let trainer = Trainer(
      Sequential([Dense(units: 1)], inputShape: [1]), optimizer: SGD(),
      loss: Loss("loss") { outputs, _ in outputs.sum() * 0 + 1 },
      metrics: [Metric("a,\"b\"") { _, _ in 0.5 }])
    try trainer.fit(SpyExamples(count: 2), callbacks: [CSVLogger(path)])
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "epoch,\"a,\"\"b\"\"\",loss,\"val_a,\"\"b\"\"\",val_loss\r\n0,0.5,1.0,NA,NA\r\n")
  }

  @Test func `a pipe gets each row once`() throws {
    let pipe = Pipe()
    let path = "/dev/fd/\(pipe.fileHandleForWriting.fileDescriptor)"
    try Self.log(to: path, CSVLogger(path))
    try pipe.fileHandleForWriting.close()
    let read = try #require(try pipe.fileHandleForReading.readToEnd())
    #expect(try String(decoding: read, as: UTF8.self) == Self.keras("csv-plain"))
  }

  @Test func `a file that cannot be written is told before the first step`() throws {
    let folder = try TemporaryFolder()
    let examples = SpyExamples(count: 2)
    let trainer = Trainer(
      Sequential([Dense(units: 1)], inputShape: [1]), optimizer: SGD(), loss: .meanSquaredError)
    #expect(throws: FileError.self) { try trainer.fit(examples, callbacks: [CSVLogger(folder.path)]) }
    #expect(examples.batches.isEmpty)
  }
}
