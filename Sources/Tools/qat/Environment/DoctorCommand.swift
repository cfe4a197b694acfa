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

  /// What keeps a student's code from the machine.
  private static var isolation: Requirement {
    let walls = (try? Confinement.answer(seconds: 5).run("/bin/sh", ["-c", "exit 0"]))?.walls ?? .limits
    let permission =
      "user namespaces, such as by "
      + Environment.this.asRoot(["sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"])
    let remedy =
      Bubblewrap.program == nil
      ? "bubblewrap: " + Environment.this.asRoot(["apt-get install -y bubblewrap"])
        + ", and Linux with \(permission)"
      : "\(Bubblewrap.obstacle ?? "it works"); Linux with \(permission)"
    return Requirement(
      "a sandbox", for: "answers run with \(walls.description)", isNeeded: false,
      found: walls == .bubblewrap ? "(answers run with \(walls.description))" : nil, remedy: remedy)
  }
}
