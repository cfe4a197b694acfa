import ArgumentParser

/// The command that makes the book: runs the lessons, weaves the chapters, draws the figures.
@main
struct Book: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book",
    abstract: "Runs the lessons and weaves them into chapters with their figures.",
    subcommands: [WeaveCommand.self, FiguresCommand.self, WhyCommand.self, CheckCommand.self],
    defaultSubcommand: WeaveCommand.self)
}
