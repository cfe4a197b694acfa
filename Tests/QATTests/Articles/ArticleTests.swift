import Foundation
import QAT
import TestSupport
import Testing

/// The articles of the engine's modules: their code is compiled here, and what they say that it prints is what it prints.
///
/// An article's code stands between lines `// Article: MODULE` of a file in this folder, block by block.
@Suite struct ArticleTests {
  private static let engine = "\(Checkout.root)/Sources/Engine"

  @Test func `every module of the engine has an article`() throws {
    let modules = try FileManager.default.contentsOfDirectory(atPath: Self.engine)
    #expect(Article.all.map(\.module).sorted() == modules.filter { !$0.hasPrefix(".") }.sorted())
  }

  @Test(arguments: Article.all) func `an article's code is compiled and prints what the article says`(
    _ article: Article
  ) throws {
    let page = try Self.read("\(Self.engine)/\(article.module)/\(article.module).docc/\(article.module).md")
    #expect(page.hasPrefix("# ``\(article.module)``\n"))
    let (code, outputs) = try Self.blocks(of: page)
    #expect(!code.isEmpty)
    #expect(try code == Self.compiledCode(of: article.module))
    let printer = Printer()
    try article.run(printer)
    #expect(printer.blocks == outputs)
  }

  @Test(arguments: [
    "```swift\nlet a = 1\n", "```text\n1\n```\n", "```\nlet a = 1\n```\n",
    "```swift\nlet a = 1\n```\n\n```text\n1\n```\n\n```text\n2\n```\n",
  ])
  func `a page whose blocks are not code and what it prints is refused`(_ page: String) {
    #expect(throws: PageError.self) { try Self.blocks(of: page) }
  }

  private static func read(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  /// The blocks of code of an article, and for each of them what the article says that it prints.
  private static func blocks(of page: String) throws -> (code: [String], outputs: [String]) {
    var (code, outputs) = ([String](), [String?]())
    var block: (language: String, lines: [Substring])?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("```") else {
        block?.lines.append(line)
        continue
      }
      guard let ended = block else {
        let language = String(line.dropFirst(3))
        guard ["swift", "text", "sh"].contains(language) else {
          throw PageError(cause: "a block of no known language: \(line)")
        }
        block = (language, [])
        continue
      }
      guard line == "```" else { throw PageError(cause: "a block within a block: \(line)") }
      let text = ended.lines.map { $0 + "\n" }.joined()
      switch ended.language {
      case "swift":
        code.append(text)
        outputs.append(nil)
      case "text":
        guard outputs.last == .some(nil) else {
          throw PageError(cause: "no code before what it prints: \(text)")
        }
        outputs[outputs.count - 1] = text
      default: break
      }
      block = nil
    }
    if block != nil { throw PageError(cause: "the last block does not end") }
    return (code, outputs.map { $0 ?? "" })
  }

  /// The blocks of an article as they stand in the sources of these tests, without their indentation.
  private static func compiledCode(of module: String) throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    return try files.sorted().flatMap { file in
      let parts = try read("\(folder)/\(file)").split(
        separator: "    // Article: \(module)\n", omittingEmptySubsequences: false)
      try #require(parts.count % 2 == 1, "\(file): a block has a mark before and behind it")
      return stride(from: 1, to: parts.count, by: 2).map { block in
        parts[block].split(separator: "\n", omittingEmptySubsequences: false)
          .map { String($0.hasPrefix("    ") ? $0.dropFirst(4) : $0) }.joined(separator: "\n")
      }
    }
  }
}

/// A page that does not consist of prose, code, and what the code prints.
struct PageError: Error { let cause: String }

/// The article of a module, with its code.
struct Article: CustomTestStringConvertible, Sendable {
  let module: String
  /// Runs the code, which prints to the printer and ends it block by block.
  let run: @Sendable (Printer) throws -> Void
  var testDescription: String { module }

  static let all = [
    Article(module: "Support", run: support),
    Article(module: "Safetensors", run: safetensors),
    Article(module: "PNGFiles", run: pngFiles),
    Article(module: "Datasets", run: datasets),
    Article(module: "Tensors", run: tensors),
    Article(module: "FixedPoint", run: fixedPoint),
    Article(module: "Quantizers", run: quantizers),
    Article(module: "Layers", run: layers),
    Article(module: "Training", run: training),
    Article(module: "IntegerInference", run: integerInference),
    Article(module: "Quantization", run: quantization),
    Article(module: "Conversion", run: conversion),
    Article(module: "QAT", run: qat),
  ]
}

/// Keeps what the code of an article prints, block by block.
final class Printer {
  private(set) var blocks: [String] = []
  private var current = ""

  /// Prints as Swift's function does.
  func print(_ items: Any...) {
    current += items.map { "\($0)" }.joined(separator: " ") + "\n"
  }

  /// Ends a block of code.
  func endBlock() {
    blocks.append(current)
    current = ""
  }
}
