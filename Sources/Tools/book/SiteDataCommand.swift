import ArgumentParser
import SiteData
import Support

/// Makes the numbers behind the figures that one can touch, and the networks of the page "Draw your own digit".
struct SiteDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site-data", abstract: "Trains the networks of the site's pages and writes their numbers.",
    discussion: """
      The scripts belong to the checkout: `book site` copies them, `book check` compares them with their seals. Make them \
      again when lesson 1, 2 or 7 has other numbers. It takes some minutes, since five networks are trained.
      """)

  @Option(help: ArgumentHelp("The checkout's folder.", valueName: "folder"))
  var root = "."

  @Option(help: "The seed of every random number.")
  var seed: UInt64 = 1

  func run() throws {
    let weights = WeightNumbers(seed: seed)
    try write(
      weights, to: "lesson-01", origin: "the weights of lesson 1's network, 4,000 digits, seed \(seed)")
    let thresholds = try ThresholdNumbers(seed: seed)
    try write(
      thresholds, to: "lesson-02",
      origin:
        "the clip thresholds of lesson 2, \(NumberFormat.grouped.string(Double(thresholds.count))) numbers, seed \(seed)"
    )
    let networks = DigitReaders(seed: seed)
    let readers = try networks.trained { print("Training: \($0)") }
    for reader in readers {
      print("\(reader.name)  \(NumberFormat.percent(1).string(reader.reads)) read  \(reader.bytes) bytes")
    }
    try write(
      SiteData.DrawNumbers(readers: readers, test: networks.digits.test), to: "draw",
      origin:
        "the networks of lesson 7, trained on \(NumberFormat.grouped.string(Double(networks.digits.training.count))) digits, seed \(seed)"
    )
  }

  private func write(_ numbers: some Codable & Sendable, to page: String, origin: String) throws {
    let path = "\(absolutePath(root))/\(SiteData.folder)/\(page).js"
    let text = try SiteScript(origin: origin, content: numbers).text()
    try AtomicFile.write(text: text, to: path)
    print("\(path)  \(text.utf8.count) bytes")
  }
}
