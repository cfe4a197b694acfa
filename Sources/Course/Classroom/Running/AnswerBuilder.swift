import ExerciseKit
import Foundation
import Support

/// Builds the examiner, and with it the answers of a workspace.
package struct AnswerBuilder: Hashable, Sendable {
  /// The workspace.
  package let workspace: Workspace
  /// SwiftPM's scratch folder.
  package let scratch: String
  /// `debug` or `release`.
  package let configuration: String
  /// What keeps the compiler from the machine: `bubblewrap`, or its limits alone.
  package var walls = Walls.limits

  /// Creates a builder, which by default uses the workspace's own scratch folder.
  package init(_ workspace: Workspace, scratch: String? = nil, configuration: String = "debug") {
    (self.workspace, self.configuration) = (workspace, configuration)
    self.scratch = scratch ?? "\(workspace.root)/.build"
  }

  /// Creates a builder that uses the scratch folder of `executable`, if it is one of this workspace.
  ///
  /// That obeys `swift run --scratch-path`.
  package init(_ workspace: Workspace, beside executable: String) {
    let folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    let scratch = folder.deletingLastPathComponent().deletingLastPathComponent().path
    let isOurs = scratch.hasPrefix(workspace.root + "/.build")
    self.init(
      workspace, scratch: isOurs ? scratch : nil, configuration: isOurs ? folder.lastPathComponent : "debug")
  }

  /// The program that runs the answers.
  package var examiner: String { "\(scratch)/\(configuration)/examiner" }

  /// The program that runs the answers of a slot, see `GradingTree`.
  func examiner(ofSlot slot: Int) -> String { examiner + "\(slot)" }

  /// The result of a build.
  package enum Build: Hashable, Sendable {
    /// The examiner was built.
    case built
    /// Some of the students' files do not compile.
    case doesNotCompile([Diagnostic])
    /// The build failed for another reason, with this output.
    case failed(String)
    /// The build was ended when its time was up.
    case tookTooLong
    /// The build was ended when it took too much; the text says of what.
    case tookTooMuch(String)

    /// The errors in students' files.
    package var diagnostics: [Diagnostic] {
      if case .doesNotCompile(let diagnostics) = self { diagnostics } else { [] }
    }
  }

  /// Builds the examiner with the answers as they are, in at most `seconds` seconds.
  ///
  /// - Throws: `ClassroomError` or `FileError` if the build cannot be started.
  package func build(seconds: Int = 3600) throws -> Build {
    let (end, output, limits) = try run(["--product", "examiner"], seconds: seconds)
    switch end {
    case .exit(0): return .built
    case .timeUp: return .tookTooLong
    case .tooMuchMemory: return .tookTooMuch("more than \((limits.totalMemory ?? 0) >> 30) GB of memory")
    case .tooManyProcesses: return .tookTooMuch("more than \(limits.processes ?? 0) processes")
    default:
      let diagnostics = Diagnostic.all(in: output)
      return diagnostics.isEmpty ? .failed(String(output.suffix(20_000))) : .doesNotCompile(diagnostics)
    }
  }

  /// Builds everything in the package.
  ///
  /// - Parameter seconds: How long it may take.
  /// - Returns: What was said if that failed, and whether the build came to its own end; nil if all is built.
  /// - Throws: `ClassroomError` or `FileError` if the build cannot be started.
  func buildAll(seconds: Int) throws -> (output: String, isWhole: Bool)? {
    let (end, output, _) = try run([], seconds: seconds)
    if case .exit(let code) = end { return code == 0 ? nil : (output, true) }
    return (output, false)
  }

  private func run(
    _ what: [String], seconds: Int
  ) throws -> (end: Confinement.End, output: String, limits: Confinement) {
    var confinement = Confinement.build(seconds: seconds, behind: walls)
    confinement.sandbox.readable.append(workspace.root)
    confinement.sandbox.writable = [scratch]
    // Before the first build there is none, and what is not there cannot be given to a sandbox.
    try AtomicFile.createFolder(scratch)
    let arguments = ["build", "--scratch-path", scratch, "-c", configuration] + what
    let run =
      if walls == .bubblewrap, let toolchain = Bubblewrap.toolchain {
        try confinement.run(
          "\(toolchain)/bin/swift", arguments + ["--manifest-cache", "local"],
          environment: Self.environment(toolchain), in: workspace.root)
      } else {
        try confinement.run(
          "/usr/bin/env", ["swift"] + arguments, environment: ProcessInfo.processInfo.environment,
          in: workspace.root)
      }
    return (run.end, String(decoding: run.output + run.error, as: UTF8.self), confinement)
  }

  /// The environment of a build behind walls: what chooses libraries and compilers, and a home that is there.
  private static func environment(_ toolchain: String) -> [String: String] {
    let names = ["CC", "LANG", "PKG_CONFIG_PATH", "SDKROOT"]
    var environment = ProcessInfo.processInfo.environment.filter {
      names.contains($0.key) || $0.key.hasPrefix("QAT_") || $0.key.hasPrefix("LC_")
    }
    environment["PATH"] = "\(toolchain)/bin:/usr/local/bin:/usr/bin:/bin"
    environment["HOME"] = "/tmp"
    environment["TMPDIR"] = "/tmp"
    return environment
  }
}
