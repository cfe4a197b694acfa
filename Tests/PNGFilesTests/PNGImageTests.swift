import Charting
import PNGFiles
import Support
import Testing

@Suite struct PNGImageTests {
  private static let provenance = Provenance(
    title: "Staircase, Δ = ¼", description: "Eine Treppe — ≤ 8 bits\nzweite Zeile",
    source: "Lessons/lesson-01/main.swift:42", inputs: "ab12", seed: "1", data: "generated digits",
    software: "swift-qat, Swift 6")

  private static func small() throws -> [UInt8] {
    try Chart(size: Size(width: 200, height: 120), marks: [.line(x: [0, 1], y: [0, 1])])
      .png(provenance: provenance, scale: 1)
  }

  @Test func `the provenance of a figure is read back from its PNG`() throws {
    let image = try PNGImage(bytes: Self.small())
    #expect(image.provenance == Self.provenance)
    #expect(
      image.texts.map(\.key) == ["Title", "Description", "Source", "Inputs", "Seed", "Data", "Software"])
    #expect((image.width, image.height) == (200, 120))
    // 72 points an inch of 0.0254 m at one pixel a point: 2834.6.
    #expect(image.pixelsPerMeter == 2835)
  }

  @Test func `an image is printed as its size, resolution and keywords`() throws {
    #expect(
      try "\(PNGImage(bytes: Self.small()))"
        == "200×120 pixels, 2,835 a metre; texts: Title, Description, Source, Inputs, Seed, Data, Software")
    let plain = try PNGEncoder.encode(rgb: [1, 2, 3], width: 1, height: 1, pixelsPerMeter: 0, texts: [])
    #expect(try "\(PNGImage(bytes: plain))" == "1×1 pixels")
  }

  @Test func `a palette image keeps every pixel`() throws {
    // 200 colours, one a row; none may change.
    let rgb = (0..<200 * 100).flatMap { pixel -> [UInt8] in
      let shade = UInt8(pixel / 100)
      return [shade, 255 - shade, 7]
    }
    let bytes = try PNGEncoder.encode(rgb: rgb, width: 100, height: 200, pixelsPerMeter: 1, texts: [])
    let image = try PNGImage(bytes: bytes)
    #expect(Self.rgb(image) == rgb)
    #expect(bytes[25] == 3, "colour type palette")
  }

  @Test func `an image of many colours is written as RGB and keeps every pixel`() throws {
    var generator = SeededGenerator(seed: 4)
    let rgb = (0..<3 * 64 * 64).map { _ in UInt8(generator.below(256)) }
    let bytes = try PNGEncoder.encode(rgb: rgb, width: 64, height: 64, pixelsPerMeter: 1, texts: [])
    #expect(Self.rgb(try PNGImage(bytes: bytes)) == rgb)
    #expect(bytes[25] == 2, "colour type RGB")
  }

  @Test func `a reduced palette changes a shade by at most 12`() throws {
    // A ramp of 512 shades, each once or twice, like the edges of antialiased lines.
    let rgb = (0..<768).flatMap { pixel -> [UInt8] in
      let shade = UInt8(pixel / 3)
      return [shade, UInt8(pixel % 256), 255 - shade]
    }
    let image = try PNGImage(
      bytes: PNGEncoder.encode(rgb: rgb, width: 768, height: 1, pixelsPerMeter: 1, texts: []))
    let largest = zip(rgb, Self.rgb(image)).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(largest <= 12)
  }

  @Test func `files that are no PNG are refused`() {
    #expect(throws: PNGError.notPNG(count: 0)) { try PNGImage(bytes: []) }
    #expect(throws: PNGError.notPNG(count: 3)) { try PNGImage(bytes: [0xFF, 0xD8, 0xFF]) }
  }

  @Test func `a PNG truncated at any byte is an error`() throws {
    let bytes = try Self.small()
    for length in 0..<bytes.count - 12 {
      #expect(throws: PNGError.self) { try PNGImage(bytes: Array(bytes[..<length])) }
    }
  }

  @Test func `a damaged PNG gives an error or a picture, and no crash`() throws {
    let bytes = try Self.small()
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<800 {
      var damaged = bytes
      for _ in 0...generator.below(4) { damaged[generator.below(bytes.count)] = UInt8(generator.below(256)) }
      if let image = try? PNGImage(bytes: damaged) {
        #expect(image.pixels.count == 4 * image.width * image.height)
      }
    }
  }

  @Test func `a PNG with huge dimensions is refused before memory is allocated`() throws {
    for (width, height): (UInt32, UInt32) in [(0x7FFF_FFFF, 1), (60_000, 60_000), (1, 0x7FFF_FFFF), (0, 5)] {
      let bytes = Self.header(width: width, height: height)
      #expect(throws: PNGError.self) { try PNGImage(bytes: bytes) }
    }
    do throws(PNGError) {
      _ = try PNGImage(bytes: Self.header(width: 60_000, height: 60_000))
    } catch { #expect(error.description.contains("too many pixels")) }
  }

  @Test func `an error of reading names the missing file`() {
    do throws(PNGError) {
      _ = try PNGImage(path: "no/such/figure.png")
      Issue.record("no error")
    } catch { #expect(error.description == "cannot open no/such/figure.png: No such file or directory") }
  }

  private static func rgb(_ image: PNGImage) -> [UInt8] {
    image.pixels.enumerated().filter { $0.offset % 4 != 3 }.map(\.element)
  }

  /// A PNG that ends where its pixels should begin, with a valid checksum of its header.
  private static func header(width: UInt32, height: UInt32) -> [UInt8] {
    let header = PNGChunks.chunk("IHDR", PNGChunks.big(width) + PNGChunks.big(height) + [8, 2, 0, 0, 0])
    return PNGChunks.signature + header + PNGChunks.big(9) + Array("IDAT".utf8)
  }
}
