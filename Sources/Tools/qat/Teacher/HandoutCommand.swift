import ArgumentParser
import Classroom

/// Makes a copy of the package for students.
struct HandoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handout", abstract: "Copies the package without the solutions, with fresh stubs.",
    discussion: """
      The copy builds and tests on its own: swift run lesson-01, swift run qat check, swift test. It has everything \
      but \(Handout.withheld.joined(separator: ", ")) and hidden folders. What was built is not copied.
      """)

  @Argument(help: "The folder for the copy: new or empty.", completion: .directory)
  var folder: String

  func run() throws {
    let count = try Handout(of: Workspace()).write(to: folder)
    print("\(folder) has \(count) files and no solutions. Try it: cd \(folder) && swift run lesson-01")
  }
}
