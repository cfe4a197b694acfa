import Foundation
import IntegerInference
import Support
import TestSupport
import Testing
import Weaver

@testable import ModelCommand

/// `qat-model`, run as a user runs it.
@Suite struct CommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func expectNarrow(_ text: String) {
    #expect(!text.contains("\u{1B}"), "there is no terminal, so there is no colour")
    for line in text.split(separator: "\n") { #expect(line.terminalWidth <= 80, "\(line)") }
  }

  private func run(_ arguments: String..., errors: Bool = true) throws -> Executables.Outcome {
    try Executables.builtWithTests.run(
      "qat-model", arguments, in: folder.path, environment: ["COLUMNS": "80"], errors: errors)
  }

  /// A file of this package with a small model, and its path.
  private func small() throws -> String {
    let path = "\(folder.path)/small.qat"
    try TinyModels.reading([2]).write(to: path)
    return path
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test(arguments: [
    "inspect", "run", "compare", "chart", "bench", "fetch", "quantize", "train", "convert",
  ])
  func `the help of every command fits eighty columns and the help of all names it`(_ name: String) throws {
    let all = try run("--help")
    #expect(all.status == 0 && all.output.contains("\n  \(name) ") && all.output.contains("Exit codes:"))
    Self.expectNarrow(all.output)
    let own = try run(name, "--help")
    #expect(own.status == 0 && own.output.contains("USAGE: qat-model \(name)"))
    Self.expectNarrow(own.output)
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `shell completion knows the commands`(_ shell: String) throws
  {
    let script = try run("--generate-completion-script", shell)
    #expect(script.status == 0 && script.output.contains("inspect") && script.output.contains("fetch"))
  }

  @Test func `a model of this package is inspected, run and compared, as text and as JSON`() throws {
    let path = try small()
    let input = try folder.write(ModelInputsTests.npy("|i1", [2, 2], [3, 3, 127, 3]), as: "in.npy")
    for command in [["inspect"], ["run", "--input", input], ["compare", "--examples", "3"]] {
      let name = command[0]
      let text = try Executables.builtWithTests.run(
        "qat-model", [name, path] + command.dropFirst(), in: folder.path)
      #expect(text.status == 0 && text.output.hasPrefix("tiny, "), "\(text.output)")
      Self.expectNarrow(text.output)
      let json = try Executables.builtWithTests.run(
        "qat-model", [name, path, "--json"] + command.dropFirst(), in: folder.path)
      _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    }
    // The second example has real 62 and 0; 0.01 of that is 0.62.
    let json = try run("run", path, "--input", input, "--json").output
    let results = try JSONDecoder().decode([RunCommand.Result].self, from: Data(json.utf8))
    #expect(results.map(\.example) == [0, 1] && results.map(\.codes) == [[0, 0], [1, -1]])
    #expect(results[1].reals == [1, -1] && results[1].output == "dense")
    #expect(try files == ["in.npy", "small.qat"])
  }

  @Test func `the five largest outputs are shown, or all`() throws {
    let path = "\(folder.path)/wide.qat"
    let model = try TinyModels.model([
      TinyModels.input([1]), TinyModels.dense("wide", (0..<9).map { [Int8($0)] }, scale: 1, reading: 0),
    ])
    try model.write(to: path)
    let input = try folder.write(ModelInputsTests.npy("|i1", [1], [10]), as: "in.npy")
    let few = try run("run", path, "--input", input).output.split(separator: "\n")
    #expect(few.count == 4 + 5 && few[4].split(separator: " ") == ["8", "80", "80.0"])
    let all = try run("run", path, "--input", input, "--all").output.split(separator: "\n")
    #expect(all.count == 4 + 9 && all[4].split(separator: " ") == ["0", "0", "0.0"])
  }

  @Test func `examples per second are measured for each batch and number of threads`() throws {
    let path = try small()
    let bench = try run("bench", path, "--batches", "1,3", "--threads", "1", "--time", "1", "--json")
    let speeds = try JSONDecoder().decode([BenchCommand.Speed].self, from: Data(bench.output.utf8))
    #expect(speeds.map(\.batch) == [1, 3] && speeds.allSatisfy { $0.examplesPerSecond > 0 })
    Self.expectNarrow(try run("bench", path, "--batches", "2", "--threads", "1", "--time", "1").output)
  }

  @Test(arguments: [
    ["inspect", "FILE", "--operation", "3"], ["inspect", "FILE", "--operation", "-1"], ["inspect"],
    ["nonsense"],
    ["run", "FILE", "--examples", "0"], ["run", "FILE", "--input", "a", "--input", "b"],
    ["run", "FILE", "--arithmetic", "other"], ["compare", "FILE", "--against", "none"],
    ["bench", "FILE", "--batches", "0"], ["bench", "FILE", "--threads", "x"],
    ["bench", "FILE", "--time", "0"],
    ["chart", "FILE"], ["chart", "FILE", "--to", "figures", "--format", "gif"],
    ["chart", "FILE", "--to", "figures", "--operation", "9"],
    ["chart", "FILE", "--to", "figures", "--operation", "1"], ["fetch", "nonsense", "--to", "figures"],
    ["fetch", "kws_ref_model"], ["fetch", "kws_ref_model", "--to", "figures", "--timeout", "0"],
    ["fetch", "kws_ref_model", "--to", "figures", "--mirror", "file:///srv/"],
  ]) func `a wrong call ends with 64 and its usage, and writes nothing`(_ call: [String]) throws {
    let path = try small()
    let outcome = try Executables.builtWithTests.run(
      "qat-model", call.map { $0 == "FILE" ? path : $0 }, in: folder.path)
    #expect(outcome.status == 64, "\(outcome.output)")
    #expect(outcome.output.contains("Usage: qat-model"), "\(outcome.output)")
    #expect(try files == ["small.qat"])
  }

  @Test(arguments: ["inspect", "run", "compare", "chart", "bench"])
  func `a file that cannot be used ends with 1 and the reason, and writes nothing`(_ name: String) throws {
    let more = name == "chart" ? ["--to", "figures"] : []
    for (bytes, reason) in [
      (Array("no model at all".utf8), "it is no model file; expected .tflite"),
      ([], "it is no model file"), (Array("\u{1C}\0\0\0TFL3".utf8), "cut short"),
    ] {
      let path = try folder.write(bytes, as: "other")
      let outcome = try Executables.builtWithTests.run("qat-model", [name, path] + more, in: folder.path)
      #expect(outcome.status == 1 && outcome.output.hasPrefix("Error: \(path)"), "\(outcome.output)")
      #expect(outcome.output.contains(reason), "\(outcome.output)")
    }
    let missing = try Executables.builtWithTests.run(
      "qat-model", [name, "none.tflite"] + more, in: folder.path)
    #expect(
      missing.status == 1 && missing.output == "Error: cannot open none.tflite: No such file or directory\n")
    #expect(try files == ["other"])
  }

  @Test func `an input that does not fit ends with 1`() throws {
    let input = try folder.write(ModelInputsTests.npy("|i1", [3], [1, 2, 3]), as: "in.npy")
    let outcome = try run("run", try small(), "--input", input)
    #expect(outcome.status == 1 && outcome.output.contains("its shape is 3; the input in reads 2"))
  }

  @Test func `a pipe that closes early ends the command without a word`() throws {
    let path = try small()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "'\(Executables.builtWithTests.folder)/qat-model' run '\(path)' --examples 20000 | head -n 1",
    ]
    let (output, error) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, error)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: text, as: UTF8.self) == "tiny, 20,000 examples, arithmetic tflite\n")
    #expect(complaint.isEmpty)
  }
}
