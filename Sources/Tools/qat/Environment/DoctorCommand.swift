import ArgumentParser
import Classroom
import EnvironmentCheck

/// Reports missing prerequisites.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Says what is missing on this machine, and the command that mends it.",
    discussion: "Where libraries are missing, qat cannot be built, and swift run doctor says the same.")

  func run() throws {
    let check = EnvironmentCheck()
    let (lines, isComplete) = check.report(on: check.requirements + [Self.isolation])
    for line in lines { print(line) }
    if !isComplete { throw ExitCode.failure }
  }

  /// Whether a student's code can be run without a network and without writing elsewhere.
  private static var isolation: Requirement {
    let run = try? Confinement.answer(seconds: 5).run("/bin/sh", ["-c", "exit 0"])
    let isThere = run?.isOffline == true && run?.isReadOnly == true
    return Requirement(
      "isolation", for: "answers are graded with limits, but with a network and the right to write",
      isNeeded: false,
      found: isThere ? "(answers run offline and write nowhere else)" : nil,
      remedy: "Linux 5.12 or later with user namespaces, such as "
        + Environment.this.asRoot(["sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"]))
  }
}
