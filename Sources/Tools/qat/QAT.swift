import ArgumentParser

/// The classroom's command: exercises and checks for students, handouts and grades for teachers.
@main
struct QAT: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qat", abstract: "The classroom: exercises, checks, hints, grades and data.",
    discussion: """
      A lesson's exercises are short functions in Lessons/Exercises that wait for your code. The usual way:

        swift run qat list          what there is
        swift run qat watch         checks an exercise each time you save it
        swift run qat hint 01.1     when you are stuck

      Exit codes: 0 if all is right, 1 if something is not right yet or stood in the way, 64 if the command was \
      called wrongly. Colours are left out where the output is no terminal, or NO_COLOR is set.

      Completion of commands and exercises in your shell: qat --generate-completion-script bash (or zsh, fish).
      """,
    groupedSubcommands: [
      CommandGroup(
        name: "For students",
        subcommands: [
          ListCommand.self, CheckCommand.self, WatchCommand.self, ProgressCommand.self, HintCommand.self,
          SolutionCommand.self, ResetCommand.self, QuizCommand.self,
        ]),
      CommandGroup(name: "For teachers", subcommands: [HandoutCommand.self, GradeCommand.self]),
      CommandGroup(name: "For the machine", subcommands: [DoctorCommand.self, DataCommand.self]),
    ])
}
