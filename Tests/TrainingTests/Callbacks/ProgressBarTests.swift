import Layers
import Support
import Tensors
import Testing
import Training

/// The output of the progress bar, character by character.
@Suite struct ProgressBarTests {
  /// A terminal that records its output, with a clock that tests set.
  private final class RecordingTerminal {
    var written = ""
    var seconds = 1000.0

    func screen(isTerminal: Bool = true, isColored: Bool = false, columns: Int = 80) -> ProgressScreen {
      ProgressScreen(
        isTerminal: isTerminal, isColored: isColored, columns: { columns },
        write: { self.written += $0 }, seconds: { self.seconds })
    }

    /// The states of each line of the terminal, from the first to the last.
    var lines: [[String]] {
      written.split(separator: "\n").map { $0.split(separator: "\r").map(String.init) }
    }
  }

  /// Trains with four steps per epoch, of 2.5 seconds each by default, and constant loss and metrics.
  private static func train(
    _ terminal: RecordingTerminal, _ screen: ProgressScreen, metrics: [String] = ["accuracy"],
    epochs: Int = 1, everyEpoch: Bool = true,
    validates: Bool = false, secondsPerStep: Double = 2.5, secondsOfValidation: Double = 0,
    extra: [any Callback] = []
  ) throws {
    let trainer = Trainer(
      Sequential([Dense(units: 1)], inputShape: [1]), optimizer: SGD(learningRate: 0),
      loss: Loss("loss") { _, _ in Tensor(0.0512) }, metrics: metrics.map { Metric($0) { _, _ in 0.984 } })
    let examples = SpyExamples(count: 10_000)
    let clock = Probe { _ in terminal.seconds += secondsPerStep }
    let validation = SpyExamples(count: 10) { terminal.seconds += secondsOfValidation }
    try trainer.fit(
      examples, epochs: epochs, batchSize: 3000, validation: validates ? validation : nil,
      callbacks: [clock, ProgressBar(screen: screen, everyEpoch: everyEpoch)] + extra)
  }

  @Test func `a terminal of 80 columns shows a bar`() throws {
    let terminal = RecordingTerminal()
    try Self.train(terminal, terminal.screen())
    // 3,000 examples in 2.5 s are 1,200 a second; after n of 4 steps, 2.5 · (4 − n) s are left. At the end
    // 10,000 examples took 10 s. The bar has 79 − 64 − 2 = 13 columns, of which 13 · n / 4 are full.
    #expect(
      terminal.lines == [
        [
          "epoch 1/1  ━━━──────────  1/4  1,200/s  0:08 left  loss 0.0512  accuracy 0.9840",
          "epoch 1/1  ━━━━━━───────  2/4  1,200/s  0:05 left  loss 0.0512  accuracy 0.9840",
          "epoch 1/1  ━━━━━━━━━────  3/4  1,200/s  0:03 left  loss 0.0512  accuracy 0.9840",
          "epoch 1/1  ━━━━━━━━━━━━━  4/4  1,000/s  0:00 left  loss 0.0512  accuracy 0.9840",
          "epoch 1/1  10.0 s  1,000 examples/s  loss 0.0512  accuracy 0.9840              ",
        ]
      ])
  }

  @Test func `a terminal of 60 columns shows neither the rate nor the bar`() throws {
    let terminal = RecordingTerminal()
    try Self.train(terminal, terminal.screen(columns: 60))
    #expect(terminal.lines[0][1] == "epoch 1/1  2/4  0:05 left  loss 0.0512  accuracy 0.9840")
  }

  @Test(arguments: [2, 5, 12, 20, 40, 60, 79, 80, 81, 100, 200], [0, 1, 9])
  func `no line of progress fills the width of the terminal, or is wider than 80 columns`(
    _ columns: Int, _ count: Int
  ) throws {
    let terminal = RecordingTerminal()
    try Self.train(
      terminal, terminal.screen(columns: columns), metrics: (0..<count).map { "measure_\($0)" }, epochs: 2,
      validates: true)
    let states = terminal.lines.flatMap { $0 }
    #expect(states.count >= 2)
    // A shorter line is filled up with spaces only as far as the one before it went.
    for state in states { #expect(state.count < min(columns, 80), "\(state)") }
  }

  @Test func `a narrow terminal keeps the most important parts of a line`() throws {
    let terminal = RecordingTerminal()
    try Self.train(terminal, terminal.screen(), validates: true)
    let line = "epoch 1/1  loss 0.0512  accuracy 0.9840  val_loss 0.0512  val_accuracy 0.9840"
    #expect(terminal.lines[0].last?.hasPrefix(line) == true, "\(terminal.lines[0].last ?? "")")
    let narrow = RecordingTerminal()
    try Self.train(narrow, narrow.screen(columns: 51), validates: true)
    #expect(
      narrow.lines[0].last?.hasPrefix("epoch 1/1  val_loss 0.0512  val_accuracy 0.9840   ") == true)
  }

  @Test(arguments: [20, 80, 200])
  func `progress outside of a terminal is one plain line of 80 columns at most per epoch`(
    _ columns: Int
  ) throws {
    let terminal = RecordingTerminal()
    let screen = terminal.screen(isTerminal: false, isColored: true, columns: columns)
    try Self.train(terminal, screen, epochs: 2, secondsPerStep: 1000)
    #expect(
      terminal.written == """
        epoch 1/2  1:06:40  3 examples/s  loss 0.0512  accuracy 0.9840
        epoch 2/2  1:06:40  3 examples/s  loss 0.0512  accuracy 0.9840

        """)
    let validated = RecordingTerminal()
    let narrow = validated.screen(isTerminal: false, isColored: true, columns: columns)
    try Self.train(validated, narrow, validates: true)
    #expect(
      validated.written
        == "epoch 1/1  loss 0.0512  accuracy 0.9840  val_loss 0.0512  val_accuracy 0.9840\n")
  }

  @Test func `a training that keeps its last epoch alone leaves one line`() throws {
    let terminal = RecordingTerminal()
    try Self.train(terminal, terminal.screen(), epochs: 3, everyEpoch: false)
    #expect(terminal.lines.count == 1)
    let headings: [String] = terminal.lines[0].map { String($0.prefix(9)) }
    let steps: [String] = (1...3).flatMap { [String](repeating: "epoch \($0)/3", count: 4) }
    #expect(headings == steps + ["epoch 3/3"], "each epoch is drawn over the one before")
    let file = RecordingTerminal()
    try Self.train(file, file.screen(isTerminal: false), epochs: 3, everyEpoch: false)
    #expect(file.written == "epoch 3/3  10.0 s  1,000 examples/s  loss 0.0512  accuracy 0.9840\n")
  }

  @Test func `the time and the rate of an epoch leave its validation out`() throws {
    let terminal = RecordingTerminal()
    let screen = terminal.screen(isTerminal: false)
    try Self.train(terminal, screen, metrics: [], validates: true, secondsOfValidation: 90)
    #expect(terminal.written.hasPrefix("epoch 1/1  10.0 s  1,000 examples/s  loss"), "\(terminal.written)")
  }

  @Test func `progress without colour has no escape codes`() throws {
    let (plain, colored) = (RecordingTerminal(), RecordingTerminal())
    try Self.train(plain, plain.screen())
    try Self.train(colored, colored.screen(isColored: true))
    #expect(!plain.written.contains("\u{1B}"))
    #expect(colored.written.contains("\u{1B}[36m━━━\u{1B}[0m──────────  1/4"))
    let bare = colored.written.replacing("\u{1B}[36m", with: "").replacing("\u{1B}[0m", with: "")
    #expect(bare == plain.written)
  }

  @Test func `the line of progress is drawn at most ten times a second`() throws {
    let terminal = RecordingTerminal()
    // Steps at 0.0625, 0.125, 0.1875 and 0.25 s: drawn at the first, and again 0.125 s later.
    try Self.train(terminal, terminal.screen(), secondsPerStep: 0.0625)
    #expect(terminal.lines[0].count == 3)
    #expect(terminal.lines[0][0].contains("1/4") && terminal.lines[0][1].contains("3/4"))
  }

  @Test func `an epoch that took no time shows no rate`() throws {
    let terminal = RecordingTerminal()
    try Self.train(terminal, terminal.screen(isTerminal: false), secondsPerStep: 0)
    #expect(terminal.written == "epoch 1/1  0.0 s  loss 0.0512  accuracy 0.9840\n")
  }

  @Test func `the progress of a training that stops early says so`() throws {
    let terminal = RecordingTerminal()
    try Self.train(terminal, terminal.screen(), extra: [Probe.atStep(2) { $0.stop() }])
    let line = "epoch 1/1  stopped after step 2 of 4; the weights stay"
    #expect(terminal.lines.count == 1 && terminal.lines[0].last?.hasPrefix(line) == true)
    #expect(terminal.written.hasSuffix("\n"))
  }

  @Test func `an error message begins on a line below the progress`() throws {
    let terminal = RecordingTerminal()
    #expect(throws: CutOff.self) {
      try Self.train(terminal, terminal.screen(), extra: [Probe.atStep(2) { _ in throw CutOff() }])
    }
    #expect(terminal.lines[0].last?.contains("2/4") == true)
    #expect(terminal.written.hasSuffix("\n"))
  }
}
