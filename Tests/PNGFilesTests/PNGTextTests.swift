import Charting
import PNGFiles
import Testing

@Suite struct PNGTextTests {
  private static let key = Array("Comment".utf8) + [0]

  private static func text(_ content: [UInt8]) -> [UInt8] { PNGChunks.chunk("tEXt", key + content) }

  private static func compressed(_ stream: [UInt8]) -> [UInt8] { PNGChunks.chunk("zTXt", key + [0] + stream) }

  private static func expectRefused(_ file: [UInt8], saying reason: String) {
    do throws(PNGError) {
      _ = try PNGImage(bytes: file)
      Issue.record("no error where “\(reason)” is expected")
    } catch { #expect(error.description.contains(reason), "\(error)") }
  }

  @Test func `tEXt and zTXt chunks are read as Latin-1, iTXt chunks as UTF-8`() throws {
    // é, ½ and ÿ are the bytes E9, BD and FF in Latin-1.
    let latin1: [UInt8] = [0x63, 0x61, 0x66, 0xE9, 0x20, 0xBD, 0xFF]
    let international = PNGChunks.chunk("iTXt", Self.key + [0, 0, 0, 0] + Array("café ½ÿ 日本".utf8))
    let image = try PNGImage(
      bytes: PNGChunks.image(Self.text(latin1) + Self.compressed(PNGChunks.stored(latin1)) + international))
    #expect(image.texts.map(\.text) == ["café ½ÿ", "café ½ÿ", "café ½ÿ 日本"])
    #expect(image.texts.map(\.key) == ["Comment", "Comment", "Comment"])
  }

  @Test func `keywords of PNG texts are Latin-1`() throws {
    let international = PNGChunks.chunk("iTXt", [0xDC, 0, 0, 0, 0, 0, 0x61])
    let image = try PNGImage(
      bytes: PNGChunks.image(PNGChunks.chunk("tEXt", [0xDC, 0, 0x62]) + international))
    #expect(image.texts == [PNGText(key: "Ü", text: "b"), PNGText(key: "Ü", text: "a")])
  }

  @Test func `PNG texts of up to 4 MB are read, and more are refused`() throws {
    let content = [UInt8](repeating: 0x61, count: 1 << 17)
    let (plain, compressed) = (Self.text(content), Self.compressed(PNGChunks.stored(content)))
    // 32 texts of 2¹⁷ bytes are 2²² bytes.
    let full = Array(repeatElement(plain + compressed, count: 16).joined())
    #expect(try PNGImage(bytes: PNGChunks.image(full)).texts.count == 32)
    Self.expectRefused(PNGChunks.image(full + Self.text([0x61])), saying: "more than 4 MB")
  }

  @Test func `a small PNG whose text inflates to much is refused`() throws {
    // The pixels of an image of one colour are a zlib stream of 7 MB of zeros in a few kilobytes.
    let (width, height) = (1024, 7168)
    let rgb = [UInt8](repeating: 0, count: 3 * width * height)
    let black = try PNGEncoder.encode(rgb: rgb, width: width, height: height, pixelsPerMeter: 1, texts: [])
    let bomb = Self.compressed(PNGChunks.contents(of: "IDAT", in: black))
    #expect(bomb.count < 20_000)
    Self.expectRefused(PNGChunks.image(bomb), saying: "one of them is over 256 KB")
    let many = Array(repeatElement(bomb, count: 200).joined())
    Self.expectRefused(PNGChunks.image(many), saying: "its texts are too many")
  }

  @Test func `a PNG of 200 texts is refused`() {
    let many = Array(repeatElement(Self.text([0x61]), count: 200).joined())
    Self.expectRefused(PNGChunks.image(many), saying: "its texts are too many")
  }
}
