import ExerciseKit
import Foundation

/// Builds the examiner, and with it the answers of a workspace.
package struct AnswerBuilder: Hashable, Sendable {
  /// The workspace.
  package let workspace: Workspace
  /// SwiftPM's scratch folder.
  package let scratch: String
  /// `debug` or `release`.
  package let configuration: String

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

  /// The program that checks the answers.
  package var examiner: String { "\(scratch)/\(configuration)/examiner" }

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

    /// The errors in students' files.
    package var diagnostics: [Diagnostic] {
      if case .doesNotCompile(let diagnostics) = self { diagnostics } else { [] }
    }
  }

  /// Builds the examiner with the answers as they are, in at most `seconds` seconds.
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
      return diagnostics.isEmpty ? .failed(String(output.suffix(20_000))) : .doesNotCompile(diagnostics)
    }
  }
}
