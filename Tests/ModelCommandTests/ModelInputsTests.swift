import FixedPoint
import Foundation
import IntegerInference
import PNGFiles
import Support
import TestSupport
import Testing

@testable import ModelCommand

/// The inputs that a user gives: what each kind of file means, and what is refused, with which words.
@Suite struct ModelInputsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The bytes of a .npy file, as numpy writes it.
  static func npy(_ type: String, _ shape: [Int], _ data: [UInt8], fortran: Bool = false) -> [UInt8] {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    var header =
      "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(extents)), }"
    header += String(repeating: " ", count: 117 - header.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + data
  }

  static func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  /// The bytes of an IDX file.
  static func idx(_ extents: [Int], _ data: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(extents.count)] + extents.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + data
  }

  static func png(_ rgb: [UInt8], _ width: Int, _ height: Int) throws -> [UInt8] {
    try PNGEncoder.encode(rgb: rgb, width: width, height: height, pixelsPerMeter: 0, texts: [])
  }

  private func codes(
    _ model: IntegerModel, _ files: [[UInt8]], names: [String] = ["a", "b"]
  ) throws -> (inputs: [[Int8]], examples: Int) {
    let paths = try zip(files, names).map { try folder.write($0, as: $1) }
    return try InputArguments.parse(paths.flatMap { ["--input", $0] }).codes(for: model, examples: 1)
  }

  /// The words with which a file is refused, without its path.
  private func refusal(_ shape: [Int], _ bytes: [UInt8]) throws -> String {
    let model = try TinyModels.reading(shape)
    do {
      _ = try codes(model, [bytes])
      return "read"
    } catch {
      let message = "\(error)"
      #expect(message.contains("\(folder.path)/a"), "\(message)")
      return message.replacing("\(folder.path)/a", with: "FILE")
    }
  }

  // The input's grid has scale 0.5 and zero point 3: real 1 is code 5.

  @Test func `real numbers are quantized to the input's grid, codes and bytes are taken as they are`() throws
  {
    let model = try TinyModels.reading([2])
    let reals = try codes(model, [Self.npy("<f4", [3, 2], Self.floats([0, 1, -1, 0.3, 1000, -1000]))])
    #expect(reals.examples == 3 && reals.inputs == [[3, 5, 1, 4, 127, -128]])
    #expect(try codes(model, [Self.npy("|i1", [2], [0x80, 0x7F])]).inputs == [[-128, 127]])
    let bytes = try codes(model, [Self.npy("|u1", [2, 2], [0, 255, 128, 3])])
    #expect(bytes.examples == 2 && bytes.inputs == [[-128, 127, 0, -125]])
  }

  @Test func `one example may stand without its number, several behind one another`() throws {
    let model = try TinyModels.reading([2, 3, 1])
    let data = (0..<12).map { UInt8($0) }
    #expect(try codes(model, [Self.npy("|i1", [2, 3, 1], Array(data[..<6]))]).examples == 1)
    #expect(try codes(model, [Self.npy("|i1", [2, 2, 3, 1], data)]).examples == 2)
    #expect(try codes(model, [Self.idx([2, 2, 3], data)]).inputs == [data.map { Int8(Int($0) - 128) }])
  }

  @Test func `a grey image is read for one channel and a coloured one for three`() throws {
    let rgb: [UInt8] = [0, 0, 0, 255, 255, 255, 200, 100, 50, 0, 255, 0]
    let image = try Self.png(rgb, 2, 2)
    #expect(try codes(TinyModels.reading([2, 2, 3]), [image]).inputs == [rgb.map { Int8(Int($0) - 128) }])
    // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2; 0.587 · 255 = 149.7.
    #expect(try codes(TinyModels.reading([2, 2, 1]), [image]).inputs == [[-128, 127, -4, 22]])
  }

  @Test func `an IDX file of three dimensions has images of one channel, of four those of several`() throws {
    let data = (0..<24).map { UInt8($0 * 10) }
    #expect(try codes(TinyModels.reading([2, 2, 3]), [Self.idx([2, 2, 2, 3], data)]).examples == 2)
    #expect(try codes(TinyModels.reading([12]), [Self.idx([2, 12], data)]).examples == 2)
    // Python's gzip.GzipFile(mtime=0, compresslevel=9) of 0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9.
    let packed: [UInt8] = [
      0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0x63, 0x60, 0xE0, 0x60, 0x62, 0x60, 0x60,
      0x60, 0x04, 0x62, 0x26, 0x76, 0x4E, 0x00, 0x41, 0x47, 0xB5, 0x1C, 0x0E, 0x00, 0x00, 0x00,
    ]
    #expect(try codes(TinyModels.reading([2]), [packed]).inputs == [[-121, -119]])
  }

  @Test(
    arguments: [
      (
        [2, 2, 1], npy("|i1", [2, 3, 1], Array(repeating: 0, count: 6)),
        "FILE: its shape is 2×3×1; the input in reads 2×2×1, or N×2×2×1 for N examples: transpose or reshape the array"
      ),
      ([4], npy("|i1", [], [0]), "FILE: its shape is 1; the input in reads 4, or N×4"),
      ([4], npy("|i1", [0, 4], []), "FILE: it has no example; expected one or more"),
      (
        [2], npy("<i2", [2], [0, 0, 0, 0]),
        "FILE: its elements are of type int16; expected real numbers (float32)"
      ),
      ([2], npy(">f4", [2], floats([0, 0])), "FILE: its elements have type >f4; expected little-endian"),
      (
        [2, 2], npy("|i1", [2, 2], [0, 0, 0, 0], fortran: true),
        "FILE: its first dimension runs fastest; save numpy.ascontiguousarray(array)"
      ),
      ([2], npy("<f4", [2], floats([0, .nan])), "FILE: element 1 is nan; expected finite numbers"),
      ([2], npy("<f4", [2], floats([-.infinity, 0])), "FILE: element 0 is -inf; expected finite numbers"),
      ([2], npy("|i1", [2], [0]), "FILE: int8 of shape [2] takes 2 bytes, and the file has 1; it is"),
      (
        [2, 2, 1], idx([2, 3, 3], Array(repeating: 0, count: 18)),
        "FILE: its shape is 2×3×3; the input in reads 2×2×1"
      ),
      (
        [2, 2, 1], idx([5], [1, 2, 3, 4, 5]),
        "FILE: it has 1 dimension; the input in reads 2×2, and an IDX file"
      ),
      (
        [2], [0, 0, 13, 2, 0, 0, 0, 1, 0, 0, 0, 2],
        "FILE: it is no IDX file of bytes; save an array with numpy.save"
      ),
      ([2], idx([2, 2], [1, 2, 3]), "FILE is cut short: its header announces 16 bytes in all"),
      (
        [2], Array("1,2\n".utf8),
        "FILE: it is no .npy file, PNG image or IDX file; save an array with numpy.save"
      ),
      ([2], [], "FILE: it is no .npy file, PNG image or IDX file"),
    ] as [([Int], [UInt8], String)])
  func `a file that does not fit is refused with file, cause and remedy`(
    shape: [Int], bytes: [UInt8], words: String
  ) throws {
    let message = try refusal(shape, bytes)
    #expect(message.hasPrefix(words), "\(message)")
  }

  @Test func `an image of another size, for another kind of input, or damaged, is refused`() throws {
    let image = try Self.png(Array(repeating: 9, count: 18), 3, 2)
    #expect(
      try refusal([3, 2, 1], image)
        == "FILE: the image is 2×3 (height × width); the input in reads 3×2×1: scale or crop it")
    #expect(try refusal([6], image) == "FILE: it is an image, and the input in reads 6; give a .npy file")
    #expect(try refusal([2, 3, 2], image).hasPrefix("FILE: it is an image, and the input in reads 2×3×2"))
    #expect(try refusal([2, 3, 1], Array(image.prefix(40))) != "read")
  }

  @Test func `two inputs take a file each, in their order, with as many examples`() throws {
    let model = try TinyModels.model([
      TinyModels.input([1], named: "left"), TinyModels.input([1], named: "right"),
      IntegerOperation(
        name: "sum", kind: .add(activationRange: -128...127), inputs: [0, 1], shape: [1],
        grid: TinyModels.grid(1)),
    ])
    let (one, two) = (Self.npy("|i1", [1, 1], [1]), Self.npy("|i1", [2, 1], [2, 3]))
    #expect(try codes(model, [two, two]).inputs == [[2, 3], [2, 3]])
    let counts = #expect(throws: ModelInputError.self) { try codes(model, [one, two]) }
    #expect(counts?.description.hasSuffix("they have 1 and 2 examples; expected as many in each") == true)
    do {
      _ = try codes(model, [one])
      Issue.record("one file was enough")
    } catch {
      #expect("\(error)".contains("2 inputs (left, right); give --input once for each"), "\(error)")
    }
  }

  @Test func `random codes depend on the seed, and too many of them are refused`() throws {
    let model = try TinyModels.reading([100])
    let first = try InputArguments.parse(["--examples", "3"]).codes(for: model, examples: 1)
    let again = try InputArguments.parse(["--examples", "3", "--seed", "1"]).codes(for: model, examples: 1)
    let other = try InputArguments.parse(["--examples", "3", "--seed", "2"]).codes(for: model, examples: 1)
    #expect(first.inputs == again.inputs && first.inputs != other.inputs && first.inputs[0].count == 300)
    #expect(try InputArguments.parse([]).codes(for: model, examples: 7).examples == 7)
    for arguments in [["--examples", "0"], ["--examples", "1000001"], ["--examples", "1", "--input", "x"]] {
      #expect(throws: (any Error).self) { try InputArguments.parse(arguments) }
    }
    let large = try TinyModels.model([TinyModels.input([1 << 20])])
    #expect(throws: (any Error).self) {
      try InputArguments.parse(["--examples", "2000"]).codes(for: large, examples: 1)
    }
  }
}
