import Classroom
import Foundation
import Support

extension ExerciseChecker {
  /// The workspace around the folder that this program was called in.
  static func here() throws -> ExerciseChecker {
    ExerciseChecker(try Workspace(), executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }

  /// Prints what a student reads of some assessments, with an empty line between those that take more than one.
  func show(_ assessments: [Assessment]) throws {
    for assessment in assessments {
      let report = TerminalLayout.output.report(assessment, picture: try draw(assessment))
      print(report + (report.contains("\n") && assessments.count > 1 ? "\n" : ""))
    }
  }
}

/// Prints a remark beside the output, such as that something takes a while; at once, as nothing is held back there.
func remark(_ text: String) { StandardStream.error.write("\(text)\n") }
