import ArgumentParser
import Downloads
import Support

/// Downloads known public models.
struct FetchCommand: AsyncParsableCommand {
  /// An existing file with a model's name and another content, which is left alone.
  private struct Mistaken: Error, CustomStringConvertible {
    let path: String

    var description: String {
      "\(path) is there, and its content is not the model's; move it away or delete it, or name another folder"
        + " with --to"
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Downloads known public models; without a name it lists them.",
    usage: "qat-model fetch [<name> ... --to <folder>] [<options>]",
    discussion: """
      The addresses name a commit, and each file is checked by its SHA-256 before it gets its name. A file that \
      is there and right is left alone, and what an interrupted run left is continued.
      """)

  @Argument(help: ArgumentHelp("The models, such as kws_ref_model.", valueName: "name"))
  var names: [String] = []

  @Option(name: .customLong("to"), help: ArgumentHelp("The folder for the files.", valueName: "folder"))
  var folder: String?

  @Option(
    name: .customLong("mirror"),
    help: ArgumentHelp(
      "A folder on a web server, by https or http, in place of the public address; may be given again.",
      valueName: "url"))
  var mirrors: [String] = []

  @Option(help: ArgumentHelp("How long a server may be silent, or nearly so.", valueName: "seconds"))
  var timeout = 30

  @Flag(help: "List the models as JSON.")
  var json = false

  /// A model in the list.
  struct Row: Codable, Hashable {
    let name: String
    let bytes: Int
    let sha256: String
    let licence: String
    let summary: String
    let address: String
  }

  private var chosen: [KnownModel] {
    names.compactMap { name in KnownModel.all.first { $0.name == name } }
  }

  func validate() throws {
    if let unknown = names.first(where: { name in !KnownModel.all.contains { $0.name == name } }) {
      throw ValidationError(
        "no model has the name \(unknown.printableLabel); there are "
          + KnownModel.all.map(\.name).joined(separator: ", "))
    }
    guard names.isEmpty || !json else { throw ValidationError("--json is for the list; leave out the names") }
    guard names.isEmpty || folder != nil else {
      throw ValidationError("name the folder for the files with --to, such as --to models")
    }
    guard timeout >= 1, timeout <= 3600 else {
      throw ValidationError("--timeout is 1 to 3600 seconds; got \(timeout)")
    }
    do throws(Mirror.NotAnAddress) { _ = try Mirror.list(mirrors) } catch {
      throw ValidationError("--mirror: \(error)")
    }
  }

  func run() async throws {
    guard let folder, !names.isEmpty else { return print(json ? try Self.list.json : Self.text) }
    for model in chosen {
      print(model.origin.wrapped(indent: "  ").joined(separator: "\n"))
      let path = folder.hasSuffix("/") ? folder + model.file.name : "\(folder)/\(model.file.name)"
      if let found = try Self.digest(of: path) {
        guard found == model.sha256 else { throw Mistaken(path: path) }
        DownloadLine.tick("\(path) is there and right")
        continue
      }
      let addresses = try Mirror.list(mirrors.isEmpty ? [model.address] : mirrors)
      try await Downloader(mirrors: addresses, timeout: timeout).downloadShown(model.file, into: folder)
    }
    if let model = chosen.first { print("Try it: qat-model inspect \(folder)/\(model.file.name)") }
  }

  /// The SHA-256 of an existing file; nil if there is none.
  private static func digest(of path: String) throws -> String? {
    guard AtomicFile.exists(path) else { return nil }
    let file = try OrdinaryFile(path: path)
    return try SHA256.hex { chunk throws(FileError) in try file.read(into: &chunk) }
  }

  private static var list: [Row] {
    KnownModel.all.map {
      Row(
        name: $0.name, bytes: $0.byteCount, sha256: $0.sha256, licence: $0.licence, summary: $0.summary,
        address: $0.address + $0.file.name)
    }
  }

  private static var text: String {
    let table = TextTable(
      columns: ["name", "bytes", "licence", "what"],
      rows: KnownModel.all.map {
        [$0.name, NumberFormat.grouped.string(Double($0.byteCount)), $0.licence, $0.summary]
      })
    let repositories = KnownModel.all.map(\.repository)
    let origins = repositories.enumerated().filter { repositories.firstIndex(of: $1) == $0 }.map { _, one in
      "- github.com/\(one.name) at \(one.commit.prefix(7))"
    }
    return
      (table.lines + ["", "From these repositories, in the order of the table:"] + origins
      + ["", "qat-model fetch kws_ref_model --to models"]).joined(separator: "\n")
  }
}
