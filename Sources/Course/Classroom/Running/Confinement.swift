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
  /// How many bytes it and all that it started may have in memory together, on Linux.
  package var totalMemory: Int?
  /// How many processes that may be, on Linux.
  package var processes: Int?
  /// What keeps it from the machine, as far as the system permits that.
  ///
  /// Where bubblewrap works, the program sees `sandbox`; where Linux permits namespaces, the files are there to read.
  package var walls: Walls
  /// What it sees behind the walls of bubblewrap.
  package var sandbox: Bubblewrap

  /// Limits for a run of students' answers, each of which may compute for some seconds.
  ///
  /// Processor time, addresses and the size of a file hold for each process, the others for all of them together. 2 GB
  /// hold the program, its libraries and any answer. A run may take longer than an answer computes, because a busy
  /// machine makes it wait. The walls are the best that this machine has, unless they are named.
  package static func answer(seconds: Int, behind walls: Walls? = nil) -> Confinement {
    var confinement = Confinement(
      seconds: 2 * seconds + 20, walls: walls ?? (Bubblewrap.obstacle == nil ? .bubblewrap : .namespaces),
      sandbox: Bubblewrap(temporarySize: 16 << 20))
    (confinement.cpuSeconds, confinement.memory, confinement.fileSize) = (seconds, 2 << 30, 16 << 20)
    (confinement.totalMemory, confinement.processes) = (2 << 30, 64)
    confinement.sandbox.readable = Bubblewrap.runtimeLibraries
    return confinement
  }

  /// Limits for a compiler: its time, its memory, and what it says.
  ///
  /// Behind walls it sees the toolchain and what `sandbox` names.
  package static func build(seconds: Int, behind walls: Walls = .limits) -> Confinement {
    var confinement = Confinement(seconds: seconds, walls: walls, sandbox: Bubblewrap(temporarySize: 1 << 30))
    // There is a compiler for each core.
    let cores = ProcessInfo.processInfo.activeProcessorCount
    confinement.outputLimit = 4 << 20
    (confinement.totalMemory, confinement.processes) = ((4 + cores) << 30, 512 + 64 * cores)
    confinement.sandbox.readable = Bubblewrap.runtimeLibraries + [Bubblewrap.toolchain].compactMap(\.self)
    return confinement
  }

  private init(seconds: Int, walls: Walls, sandbox: Bubblewrap) {
    (self.seconds, self.walls, self.sandbox) = (seconds, walls, sandbox)
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
    /// It was ended when it and all that it started had more than `totalMemory`.
    case tooMuchMemory
    /// It was ended when it had started more than `processes`.
    case tooManyProcesses
  }

  /// The outcome of a run.
  package struct Outcome: Hashable, Sendable {
    /// How the program ended.
    package let end: End
    /// Its standard output.
    package let output: [UInt8]
    /// Its standard error.
    package let error: [UInt8]
    /// Its output to descriptor 3, where nobody talked with it.
    package let report: [UInt8]
    /// What kept it from the machine.
    package let walls: Walls
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - arguments: Its arguments, without its name.
  ///   - environment: Its whole environment.
  ///   - folder: Its working folder; by default an empty one, which is removed afterwards.
  ///   - talk: Talks with the program meanwhile, through its descriptor 3.
  /// - Returns: How it ended, and its outputs.
  /// - Throws: `ClassroomError` if it cannot be started, `FileError` if its folder cannot be made.
  package func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil,
    talking talk: ((Channel) -> Void)? = nil
  ) throws -> Outcome {
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    let box = scratch.path
    try AtomicFile.createFolder("\(box)/work")
    let isWalled = walls == .bubblewrap
    guard !isWalled || access(program, X_OK) == 0 else { throw Self.cannotRun(program, errno) }
    var (environment, command) = (environment, [program] + arguments)
    if isWalled {
      guard let bwrap = Bubblewrap.program else { throw Self.cannotRun("bwrap", ENOENT) }
      command = [bwrap] + sandbox.arguments(command, in: folder ?? "/tmp", reading: [program])
    } else if walls == .limits {
      // What it leaves among temporary files goes with ours.
      try AtomicFile.createFolder("\(box)/temporary")
      environment["TMPDIR"] = "\(box)/temporary"
    }
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let channel = try talk.map { _ in
      try Channel(seconds: seconds + 10, output: "\(box)/output", error: "\(box)/error")
    }
    var (run, outcome) = (qat_run(), qat_outcome())
    let failure = Strings(
      command[0], folder ?? "\(box)/work", "\(box)/output", "\(box)/error", "\(box)/report"
    )
    .with {
      paths in
      Strings(command).with { arguments in
        Strings(variables).with { variables in
          var confinement = qat_confinement(
            program: paths[0], arguments: arguments, environment: variables, folder: paths[1],
            output: paths[2], error: paths[3], report: paths[4], channel: channel?.programsEnd ?? -1,
            seconds: UInt32(seconds),
            cpu_seconds: UInt32(cpuSeconds ?? 0), memory: UInt(memory ?? 0), file_size: UInt(fileSize ?? 0),
            output_limit: UInt(outputLimit ?? 0), total_memory: UInt(totalMemory ?? 0),
            processes: UInt32(processes ?? 0), is_isolated: walls == .namespaces ? 1 : 0)
          return qat_start_confined(&confinement, &run)
        }
      }
    }
    if failure == 0, let channel { talk?(channel) }
    channel?.close()
    if failure == 0 { qat_await_confined(&run, &outcome) }
    let reason = failure != 0 ? failure : outcome.error
    guard reason == 0 else { throw Self.cannotRun(program, reason) }
    func contents(_ name: String) throws -> [UInt8] { try AtomicFile.read("\(box)/\(name)", limit: 1 << 28) }
    return Outcome(
      end: Self.end(outcome, isWalled: isWalled), output: try contents("output"),
      error: try contents("error"),
      report: channel == nil ? try contents("report") : [],
      walls: isWalled
        ? .bubblewrap : outcome.is_offline == 1 && outcome.is_readonly == 1 ? .namespaces : .limits)
  }

  /// The end that a status of `waitpid` stands for; `bwrap` ends with 128 and the number of its program's signal.
  private static func end(_ outcome: qat_outcome, isWalled: Bool) -> End {
    if outcome.was_too_loud == 1 { return .tooMuchOutput }
    if outcome.was_too_large == 1 { return .tooMuchMemory }
    if outcome.was_too_many == 1 { return .tooManyProcesses }
    if outcome.was_ended == 1 { return .timeUp }
    let (signal, code) = (outcome.status & 0x7F, (outcome.status >> 8) & 0xFF)
    if signal != 0 { return .signal(signal) }
    return isWalled && (129...192).contains(code) ? .signal(code - 128) : .exit(code)
  }

  private static func cannotRun(_ program: String, _ reason: Int32) -> ClassroomError {
    ClassroomError("cannot run \(program): \(String(cString: strerror(reason))); build it anew: swift build")
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
