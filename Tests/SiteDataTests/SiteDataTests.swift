import Foundation
import SiteData
import Support
import TestSupport
import Testing

@Suite struct SiteDataTests {
  @Test func `the scripts of numbers are as they were made, and a page's weight small`() throws {
    #expect(SiteData.problems(root: Checkout.root) == [])
    for (page, limit) in [("draw", 260_000), ("lesson-01", 45_000), ("lesson-02", 20_000)] {
      let bytes = try AtomicFile.read("\(Checkout.root)/\(SiteData.folder)/\(page).js")
      #expect(bytes.count < limit, "\(page)")
    }
  }

  @Test func `a script that was changed, cut or has other numbers is named`() throws {
    let text = try SiteScript(origin: "five numbers", content: [1, 2, 3, 4, 5]).text()
    let read = try SiteScript<[Int]>(reading: text, name: "five.js")
    #expect(read.content == [1, 2, 3, 4, 5] && read.origin == "five numbers")
    let chance = try SiteScript(origin: "a word", content: ["XXXXabc"]).text()
    let word = try SiteScript<[String]>(reading: chance, name: "word.js")
    #expect(!chance.contains("XXX") && word.content == ["XXXXabc"])
    func problem(_ text: String) -> String? {
      do { _ = try SiteScript<[Int]>(reading: text, name: "five.js") } catch { return error.description }
      return nil
    }
    #expect(
      problem(text.replacing("3", with: "4"))?.hasPrefix("five.js was changed after it was made; run") == true
    )
    #expect(problem(String(text.dropLast(3)))?.hasPrefix("five.js was changed") == true)
    #expect(problem("QAT.data = [];")?.hasPrefix("five.js does not say what made it; run") == true)
    let other = try SiteScript(origin: "words", content: ["one"]).text()
    #expect(problem(other)?.hasPrefix("five.js has not the numbers that its page needs") == true)
  }

  /// The first line of a chapter that has these words.
  private func line(with words: String, in lesson: String) throws -> String {
    let page = String(
      decoding: try AtomicFile.read("\(Checkout.root)/output/\(lesson)/README.md"), as: UTF8.self)
    return try #require(
      page.split(separator: "\n").first { $0.contains(words) }.map(String.init),
      "\(lesson) has no line with: \(words)")
  }

  /// The percentage before a row's or line's end, as a share.
  private func percentage(in words: Substring) throws -> Double {
    let number = words.split(separator: " ").last { Double($0) != nil }
    return try #require(number.flatMap { Double($0) }) / 100
  }

  @Test func `the networks are those of lesson 7: as many bytes, and about as many digits read`() throws {
    // On a processor with other float kernels a training takes another way, and the chapter and these numbers may come
    // from two machines. From one they would be the same networks.
    let readers = try SiteData.draw(root: Checkout.root).readers
    #expect(readers.map(\.bits) == [32, 8, 4, 3, 2])
    #expect(readers.map(\.learned) == [false, false, false, false, true])
    let floats = try line(with: "digits read, in floats = ", in: "lesson-07")
    #expect(abs(try percentage(in: floats[...]) - readers[0].reads) < 0.01)
    for reader in readers.dropFirst() {
      let name = reader.name + (reader.learned ? ", learned" : "")
      let model = try #require(try reader.integerModel())
      #expect(model.parameterBytes == reader.bytes)
      #expect(model.operations.compactMap(\.kernel?.bitWidth).allSatisfy { $0 == reader.bits })
      let page = String(
        decoding: try AtomicFile.read("\(Checkout.root)/output/lesson-07/README.md"), as: UTF8.self)
      let rows = page.split(separator: "\n").filter { $0.hasPrefix("| \(name) |") }
      let row = try #require(
        rows.first { $0.hasSuffix("| \(reader.bytes) |") }, "\(name): \(reader.bytes) bytes")
      let read = try percentage(in: row.dropLast("| \(reader.bytes) |".count))
      #expect(abs(read - reader.reads) < 0.03, "\(name): lesson 7 reads \(read), the page \(reader.reads)")
    }
  }

  @Test func `the weights are those of lesson 1: as many codes in use, and as many weights zero`() throws {
    let numbers = try SiteData.weights(root: Checkout.root)
    let weights = try #require(Base64.floats(numbers.weights))
    let largest = weights.map(abs).max() ?? 0
    let codes = weights.map { Int(($0 / largest * 127).rounded(.toNearestOrEven)) }
    let zeros = Double(codes.count { $0 == 0 }) / Double(codes.count)
    #expect(weights.count == 7840 && numbers.digit == 3)
    #expect(try line(with: "Of the 255 codes ", in: "lesson-01").contains(" \(Set(codes).count) are in use"))
    let caption = try line(with: "The weights of our network over the int8 buckets. Mind", in: "lesson-01")
    #expect(caption.contains(NumberFormat.percent(0).string(zeros)), "\(zeros)")
  }

  @Test func `the thresholds are those of lesson 2: the same best one, and the same gain`() throws {
    let numbers = try SiteData.thresholds(root: Checkout.root)
    let four = numbers.errors[3]
    let totals = zip(four.rounding, four.clipping).map { $0 + $1 }
    let best = try #require(totals.indices.min { totals[$0] < totals[$1] })
    let gain = NumberFormat.fixed(1).string(10 * log10(totals[49] / totals[best]))
    #expect(
      try line(with: "best threshold, as a share of the largest number = ", in: "lesson-02").hasSuffix(
        "= \(Float(numbers.shares[best]))"))
    #expect(try line(with: "gain over clipping nothing, in dB = ", in: "lesson-02").hasSuffix("= \(gain)"))
    #expect(numbers.beyond[49] == 0 && numbers.errors.map(\.bits) == Array(1...8))
  }
}
