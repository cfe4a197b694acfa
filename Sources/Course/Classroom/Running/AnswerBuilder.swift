import ExerciseKit
import Foundation

/// A workspace with a place for what is built from it.
package struct AnswerBuilder: Hashable, Sendable {
  /// The workspace.
  package let workspace: Workspace
  /// SwiftPM's scratch folder.
  package let scratch: String
  /// `debug` or `release`.
  package let configuration: String

  /// Chooses where to build: in the workspace's own scratch folder, if no other is named.
  package init(_ workspace: Workspace, scratch: String? = nil, configuration: String = "debug") {
    (self.workspace, self.configuration) = (workspace, configuration)
    self.scratch = scratch ?? "\(workspace.root)/.build"
  }

  /// Builds where `executable` was built, if that is a scratch folder of this workspace: `swift run --scratch-path` is
  /// obeyed.
  package init(_ workspace: Workspace, beside executable: String) {
    let folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    let scratch = folder.deletingLastPathComponent().deletingLastPathComponent().path
    let isOurs = scratch.hasPrefix(workspace.root + "/.build")
    self.init(
      workspace, scratch: isOurs ? scratch : nil, configuration: isOurs ? folder.lastPathComponent : "debug")
  }

  /// The program that judges the answers.
  package var examiner: String { "\(scratch)/\(configuration)/examiner" }

  /// What came of a build.
  package enum Build: Hashable, Sendable {
    /// The examiner is there.
    case built
    /// Some of the students' files do not compile.
    case refused([Diagnostic])
    /// It failed for another reason: what was printed.
    case failed(String)
    /// Its time was up.
    case tookTooLong
  }

  /// Builds the examiner, with the attempts as they stand, in so many seconds at most.
  ///
  /// - Throws: `ClassroomError` or `FileError` if the build cannot be started.
  package func build(seconds: Int = 3600) throws -> Build {
    let arguments = [
      "swift", "build", "--scratch-path", scratch, "-c", configuration, "--product", "examiner",
    ]
    let run = try Confinement.build(seconds: seconds).run(
      "/usr/bin/env", arguments, environment: ProcessInfo.processInfo.environment, in: workspace.root)
    let output = String(decoding: run.output + run.error, as: UTF8.self)
    switch run.end {
    case .exit(0): return .built
    case .timeUp: return .tookTooLong
    default:
      let diagnostics = Diagnostic.all(in: output)
      return diagnostics.isEmpty ? .failed(output) : .refused(diagnostics)
    }
  }
}
