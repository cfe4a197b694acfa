import Datasets
import Foundation
import Support
import Tensors
import TestSupport
import Testing
import Training

@testable import ModelCommand

/// The examples that `quantize` and `train` take: what each kind of data means, and what is refused, with which words.
@Suite struct ExampleReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func reader(
    _ shape: [Int], pixels: PixelRange = .unit, resizes: Bool = false, seed: UInt64 = 1
  ) -> ExampleReader {
    ExampleReader(
      input: InputPlace(name: "image", shape: shape), pixels: pixels, resizes: resizes, seed: seed)
  }

  private func batch(_ set: ExampleSet) -> (shape: [Int], values: [Float], labels: [Int]) {
    var generator = SeededGenerator(seed: 0)
    let (inputs, targets) = set.examples.batch(
      of: Array(0..<set.examples.count), using: &generator)
    guard case .classes(let labels) = targets else { return (inputs.shape, inputs.values, []) }
    return (inputs.shape, inputs.values, labels)
  }

  /// The words with which data are refused, without the folder.
  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "read"
    } catch { return "\(error)".replacing(folder.path + "/", with: "") }
  }

  @Test func `a byte of a pixel is the number that the range gives it, rounded once`() throws {
    let bytes = (0...255).map { Float($0) }
    #expect(PixelRange.unit.numbers == bytes.map { $0 / 255 })
    #expect(try #require(PixelRange(argument: "0:255")).numbers == bytes)
    let signed = try #require(PixelRange(argument: "-1:1")).numbers
    let expected: [Float] = bytes.map { Float(Double($0) / 127.5 - 1) }
    #expect(signed == expected)
    for text in ["", "1", "1:", ":1", "2:1", "1:1", "0:inf", "0:1:2", "a:b"] {
      #expect(PixelRange(argument: text) == nil, "\(text)")
    }
  }

  @Test func `real numbers and pixels of a .npy file and an IDX file become examples`() throws {
    let floats = try folder.write(
      ModelInputsTests.npy("<f4", [2, 2], ModelInputsTests.floats([0.5, -1, 2, 3])), as: "a.npy")
    let read = try reader([2]).read(floats)
    #expect(batch(read) == ([2, 2], [0.5, -1, 2, 3], [0, 0]) && !read.isLabeled)
    let bytes = try folder.write(ModelInputsTests.npy("|u1", [1, 2], [0, 255]), as: "b.npy")
    #expect(batch(try reader([2], pixels: PixelRange(low: -1, high: 1)).read(bytes)).values == [-1, 1])
    let idx = try folder.write(ModelInputsTests.idx([2, 1, 2], [0, 51, 255, 0]), as: "images")
    #expect(batch(try reader([1, 2, 1]).read(idx)) == ([2, 1, 2, 1], [0, 0.2, 1, 0], [0, 0]))
  }

  @Test func `labels are bytes, integers or real numbers, one for each example`() throws {
    let images = try folder.write(ModelInputsTests.npy("|u1", [3, 1], [1, 2, 3]), as: "images.npy")
    func targets(_ bytes: [UInt8]) throws -> Targets {
      let path = try folder.write(bytes, as: "labels")
      let set = try reader([1]).read(images, labels: path)
      #expect(set.isLabeled)
      var generator = SeededGenerator(seed: 0)
      return set.examples.batch(of: [0, 1, 2], using: &generator).targets
    }
    for bytes in [
      ModelInputsTests.idx([3], [4, 0, 7]), ModelInputsTests.npy("|u1", [3], [4, 0, 7]),
      ModelInputsTests.npy("<i2", [3, 1], [4, 0, 0, 0, 7, 0]),
    ] {
      guard case .classes([4, 0, 7]) = try targets(bytes) else {
        Issue.record("no classes")
        continue
      }
    }
    let values = ModelInputsTests.npy(
      "<f4", [3, 2], ModelInputsTests.floats([1, 2, 3, 4, 5, 6]))
    guard case .values(let tensor) = try targets(values) else {
      Issue.record("no values")
      return
    }
    #expect(tensor.shape == [3, 2] && tensor.values == [1, 2, 3, 4, 5, 6])
    #expect(
      refusal { _ = try targets(ModelInputsTests.idx([2], [1, 2])) }
        == "labels: it has 2 targets; expected one for each of the 3 examples")
    #expect(
      refusal { _ = try targets(ModelInputsTests.npy("|i1", [3], [0, 255, 0])) }
        == "labels: a class is below 0 or above a million; number the classes from 0")
    #expect(
      refusal { _ = try targets(ModelInputsTests.npy("|u1", [3, 2], [0, 1, 2, 3, 4, 5])) }
        .hasPrefix("labels: its shape is 3×2; expected one class for each example, 3, or real numbers"))
  }

  @Test func `a folder of PNGs has its folders as classes, or none`() throws {
    let grey = try ModelInputsTests.png([9, 9, 9, 200, 200, 200], 2, 1)
    for name in ["cats", "dogs"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/pets/\(name)", withIntermediateDirectories: true)
      _ = try folder.write(grey, as: "pets/\(name)/1.png")
    }
    let pets = try reader([1, 2, 3], pixels: PixelRange(low: 0, high: 255)).read("\(folder.path)/pets")
    let (shape, values, labels) = batch(pets)
    let image: [Float] = [9, 9, 9, 200, 200, 200]
    #expect(shape == [2, 1, 2, 3] && values == image + image && labels == [0, 1])
    #expect(pets.classNames == ["cats", "dogs"] && pets.isLabeled)
    let cats = try reader([1, 2, 1]).read("\(folder.path)/pets/cats")
    #expect(batch(cats).shape == [1, 1, 2, 1] && !cats.isLabeled)
    #expect(
      refusal { _ = try reader([4, 4, 1]).read("\(folder.path)/pets") }
        == "pets: its images are 1×2×1 (height × width × channels); the input image reads 4×4×1: give --resize"
    )
    #expect(batch(try reader([4, 4, 1], resizes: true).read("\(folder.path)/pets")).shape == [2, 4, 4, 1])
    #expect(
      refusal { _ = try reader([6]).read("\(folder.path)/pets") }
        == "pets: it is a folder of images, and the input image reads 6; give a .npy file")
  }

  @Test func `a folder of MNIST's files has two sets`() throws {
    let files = [
      ("train-images-idx3-ubyte", [2, 28, 28]), ("train-labels-idx1-ubyte", [2]),
      ("t10k-images-idx3-ubyte", [1, 28, 28]), ("t10k-labels-idx1-ubyte", [1]),
    ]
    for (name, extents) in files {
      let data = [UInt8](repeating: 3, count: extents.reduce(1, *))
      _ = try folder.write(ModelInputsTests.idx(extents, data), as: name)
    }
    #expect(batch(try reader([28, 28, 1]).read(folder.path)).labels == [3, 3])
    #expect(batch(try reader([784]).read(folder.path, part: .test)).shape == [1, 784])
  }

  @Test func `generated digits are those of the lessons, and another seed gives others`() throws {
    let set = try reader([28, 28, 1]).read("digits:20")
    let expected = Digits.generated(count: 20, seed: 1)
    #expect(batch(set).values == expected.floats() && batch(set).labels == expected.labels.map { Int($0) })
    #expect(batch(try reader([28, 28], seed: 2).read("digits:20")).values != batch(set).values)
    for text in ["digits:", "digits:0", "digits:x", "digits:2000000"] {
      #expect(refusal { _ = try reader([28, 28, 1]).read(text) }.contains("names no number"), "\(text)")
    }
    #expect(
      refusal { _ = try reader([32, 32, 3]).read("digits:2") }.contains("its images are 28×28×1"))
    #expect(
      refusal { _ = try reader([28, 28, 1]).read("digits:2", labels: "x") }
        == "x: it is not needed; generated digits have labels: leave it out")
  }

  @Test func `codes and numbers beyond 32 bits are refused`() throws {
    let codes = try folder.write(ModelInputsTests.npy("|i1", [1], [3]), as: "codes.npy")
    #expect(
      refusal { _ = try reader([1]).read(codes) }
        == "codes.npy: its elements are codes (int8), and the model reads real numbers; save array.astype(\"float32\")"
    )
    let huge = (0..<8).map { UInt8(truncatingIfNeeded: (1e300).bitPattern >> (8 * $0)) }
    let path = try folder.write(ModelInputsTests.npy("<f8", [1], huge), as: "huge.npy")
    #expect(
      refusal { _ = try reader([1]).read(path) }
        == "huge.npy: a number is too large for 32 bits; scale the numbers down")
  }
}
