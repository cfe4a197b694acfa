import Datasets
import Support
import Testing

@Suite struct LabeledImagesTests {
  let images = LabeledImages(
    rows: 4, columns: 5, pixels: ContiguousArray(Fixture.pixels), labels: Fixture.labels)

  @Test func floatsAreBytesOver255() {
    let levels = LabeledImages(
      rows: 16, columns: 16, pixels: ContiguousArray(0...255), labels: [3])
    #expect(levels.floats() == (0...255).map { Float($0) / 255 })
    #expect(levels.floats().first == 0)
    #expect(levels.floats().last == 1)
  }

  @Test func indicesAreKeptInTheirOrder() {
    #expect(images.floats(of: [2, 0]) == images.floats(of: 2..<3) + images.floats(of: 0..<1))
    #expect(images.labels(of: [2, 0, 2]) == [9, 7, 9])
    let chosen = images.selecting([2, 0])
    #expect(chosen.labels == [9, 7])
    #expect(chosen.bytes(of: 1) == images.bytes(of: 0))
    #expect(images.bytes(of: 1) == Array(Fixture.pixels[20..<40]))
  }

  @Test func augmentedFloatsDependOnTheGeneratorAlone() {
    let digits = Digits.generated(count: 4)
    let augmentation = Augmentation(shift: 2, rotation: 10)
    var (first, second) = (SeededGenerator(seed: 3), SeededGenerator(seed: 3))
    let once = digits.floats(of: [3, 1, 3], augmentedBy: augmentation, using: &first)
    #expect(digits.floats(of: [3, 1, 3], augmentedBy: augmentation, using: &second) == once)
    #expect(digits.floats(of: [3, 1, 3], augmentedBy: augmentation, using: &second) != once)
    #expect(once[..<784] != once[1568...], "an image that comes twice is moved in two ways")
    #expect(
      digits.floats(of: [3, 1], augmentedBy: Augmentation(), using: &first) == digits.floats(of: [3, 1]))
  }

  @Test func pixelsMustMatchLabels() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabeledImages(rows: 2, columns: 2, pixels: [1, 2, 3], labels: [0])
    }
    #expect(result.said("1 images of 2×2 need 4 pixels; got 3"))
  }

  @Test func indicesOutsideAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabeledImages(rows: 1, columns: 1, pixels: [1, 2], labels: [0, 1]).floats(of: [0, 2])
    }
    #expect(result.said("there is no image 2: a set of 2 has images 0..<2"))
  }
}

extension ExitTest.Result? {
  /// Whether a child process said something on its way out.
  func said(_ message: String) -> Bool {
    String(decoding: self?.standardErrorContent ?? [], as: UTF8.self).contains(message)
  }
}
