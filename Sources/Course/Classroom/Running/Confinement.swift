import CProcess
import Foundation
import Support

/// The limits under which a program of unknown content is run.
package struct Confinement: Hashable, Sendable {
  /// How long the program may take, in seconds, before it is ended with all the processes it started.
  package var seconds: Int
  /// How much processor time it may use, in seconds.
  package var cpuSeconds: Int?
  /// How many bytes of address space it may use.
  package var memory: Int?
  /// How many bytes a file that it writes may have.
  package var fileSize: Int?
  /// How many bytes it may write to standard output, and to standard error, before it is ended.
  package var outputLimit: Int?
  /// Whether it loses the network, the sight of other processes, and the right to write outside its folder.
  ///
  /// That works on Linux, where the system allows it.
  package var isIsolated: Bool

  /// Limits for a student's answer that may compute for some seconds.
  ///
  /// 2 GB hold the program, its libraries and any answer. It may take longer than it computes, because a busy machine
  /// makes it wait.
  package static func answer(seconds: Int) -> Confinement {
    Confinement(
      seconds: 2 * seconds + 20, cpuSeconds: seconds, memory: 2 << 30, fileSize: 16 << 20, isIsolated: true)
  }

  /// Limits for a compiler: its time, and what it says.
  package static func build(seconds: Int) -> Confinement {
    Confinement(seconds: seconds, outputLimit: 4 << 20, isIsolated: false)
  }

  private init(
    seconds: Int, cpuSeconds: Int? = nil, memory: Int? = nil, fileSize: Int? = nil, outputLimit: Int? = nil,
    isIsolated: Bool
  ) {
    (self.seconds, self.cpuSeconds, self.memory) = (seconds, cpuSeconds, memory)
    (self.fileSize, self.outputLimit, self.isIsolated) = (fileSize, outputLimit, isIsolated)
  }

  /// How a program ended.
  package enum End: Hashable, Sendable {
    /// It left by itself, with this code.
    case exit(Int32)
    /// This signal ended it.
    case signal(Int32)
    /// It was ended when its time was up.
    case timeUp
    /// It was ended when it had written more than `outputLimit`; its outputs are the beginnings.
    case tooMuchOutput
  }

  /// The outcome of a run.
  package struct Outcome: Hashable, Sendable {
    /// How the program ended.
    package let end: End
    /// Its standard output.
    package let output: [UInt8]
    /// Its standard error.
    package let error: [UInt8]
    /// Its output to descriptor 3.
    package let report: [UInt8]
    /// True if it had no network and saw no other process.
    package let isOffline: Bool
    /// True if it could write nowhere but in its own folder.
    package let isReadOnly: Bool
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - arguments: Its arguments, without its name.
  ///   - environment: Its whole environment.
  ///   - folder: Its working folder; by default an empty one, which is removed afterwards.
  /// - Returns: How it ended, and its outputs.
  /// - Throws: `ClassroomError` if it cannot be started, `FileError` if its folder cannot be made.
  package func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> Outcome {
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    let box = scratch.path
    try AtomicFile.createFolder("\(box)/work")
    var environment = environment
    if !isIsolated {
      // What it leaves among temporary files goes with ours.
      try AtomicFile.createFolder("\(box)/temporary")
      environment["TMPDIR"] = "\(box)/temporary"
    }
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var outcome = qat_outcome()
    let failure = Strings(program, folder ?? "\(box)/work", "\(box)/output", "\(box)/error", "\(box)/report")
      .with {
        paths in
        Strings([program] + arguments).with { arguments in
          Strings(variables).with { variables in
            var confinement = qat_confinement(
              program: paths[0], arguments: arguments, environment: variables, folder: paths[1],
              output: paths[2], error: paths[3], report: paths[4], seconds: UInt32(seconds),
              cpu_seconds: UInt32(cpuSeconds ?? 0), memory: UInt(memory ?? 0), file_size: UInt(fileSize ?? 0),
              output_limit: UInt(outputLimit ?? 0), is_isolated: isIsolated ? 1 : 0)
            return qat_run_confined(&confinement, &outcome)
          }
        }
      }
    let reason = failure != 0 ? failure : outcome.error
    guard reason == 0 else {
      throw ClassroomError(
        "cannot run \(program): \(String(cString: strerror(reason))); build it anew: swift build")
    }
    func contents(_ name: String) throws -> [UInt8] { try AtomicFile.read("\(box)/\(name)", limit: 1 << 28) }
    return Outcome(
      end: Self.end(outcome), output: try contents("output"), error: try contents("error"),
      report: try contents("report"), isOffline: outcome.is_offline == 1, isReadOnly: outcome.is_readonly == 1
    )
  }

  /// The end that a status of `waitpid` stands for.
  private static func end(_ outcome: qat_outcome) -> End {
    if outcome.was_too_loud == 1 { return .tooMuchOutput }
    if outcome.was_ended == 1 { return .timeUp }
    let signal = outcome.status & 0x7F
    return signal == 0 ? .exit((outcome.status >> 8) & 0xFF) : .signal(signal)
  }
}

/// Strings for C, in an array that ends with a null.
private struct Strings {
  let texts: [String]

  init(_ texts: [String]) { self.texts = texts }

  init(_ texts: String...) { self.texts = texts }

  func with<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
    let copies = texts.map { strdup($0) } + [nil]
    defer { copies.forEach { free($0) } }
    return copies.withUnsafeBufferPointer { buffer in
      guard let first = buffer.baseAddress else { fatalError("an array with a null in it is not empty") }
      return body(first)
    }
  }
}
