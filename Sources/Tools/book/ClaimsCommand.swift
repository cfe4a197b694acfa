import ArgumentParser
import Foundation
import LessonKit
import Weaver

/// Runs the lessons over many seeds and asks whether their claims hold.
struct ClaimsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims",
    abstract: "Runs the lessons over many seeds and says which claims do not hold.",
    discussion: """
      Each run that fails is printed in a line when it ends, and a summary by claim at the end. The figures go to a \
      temporary folder, which is removed. Exit code 0: all claims held; 1: some did not, or a lesson broke down.
      """)

  @OptionGroup var bookOptions: BookOptions

  @Option(help: "How much work to do: smoke, class or full; may be given several times. (default: smoke)")
  var profile: [Profile] = []

  @Option(help: ArgumentHelp("The seeds, such as 1-50 or 1-8,13.", valueName: "seeds"))
  var seeds = SeedList(1...8)

  @Flag(inversion: .prefixedNo, help: "Run each seed once more with oneDNN limited to AVX2.")
  var avx2 = true

  @Option(help: "How many lessons run at a time. (default: the processor's cores, at most 2)")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): at least one lesson has to run") }
  }

  func run() async throws {
    let names = try bookOptions.sources().map(\.name)
    let runs = ClaimRun.all(
      lessons: names, profiles: profile.isEmpty ? [.smoke] : profile, seeds: seeds.seeds, avx2: avx2)
    let jobs = jobs ?? min(ProcessInfo.processInfo.activeProcessorCount, 2)
    var results: [ClaimResult] = []
    let survey = ClaimSurvey(.besideThisTool, root: bookOptions.checkout)
    try await survey.make(runs, jobs: jobs) { result in
      results.append(result)
      guard let problem = result.problem else { return }
      print(problem)
      fflush(nil)  // a survey may take hours
    }
    for line in ClaimSurvey.summary(of: results) { print(line) }
    if results.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
  }
}

extension SeedList: ExpressibleByArgument {
  /// Reads a list of the command line.
  public init?(argument: String) { self.init(argument) }

  /// As a command line names it.
  public var defaultValueDescription: String { description }
}
