import Datasets
import Support
import TestSupport
import Testing

@Suite struct BatchesTests {
  let digits = Digits.generated(count: 23)

  @Test(arguments: [1, 5, 22, 23, 24])
  func `every image occurs in exactly one batch of an epoch`(_ size: Int) {
    var generator = SeededGenerator(seed: 4)
    let batches = Batches(of: digits, size: size, shuffledBy: &generator)
    let all = Array(batches)
    #expect(all.count == batches.count)
    #expect(all.flatMap(\.indices).sorted() == Array(0..<23))
    #expect(all.dropLast().allSatisfy { $0.count == size })
    for batch in all {
      #expect(batch.pixels == digits.floats(of: batch.indices))
      #expect(batch.labels == digits.labels(of: batch.indices))
    }
  }

  @Test func `unshuffled batches keep the order of the set`() {
    let batches = Batches(of: digits, size: 10)
    #expect(batches.map(\.indices) == [Array(0..<10), Array(10..<20), Array(20..<23)])
    #expect(batches[2].indices == [20, 21, 22])
  }

  @Test func `a seed gives the same order of batches again, and the next epoch another`() {
    var first = SeededGenerator(seed: 5)
    var second = SeededGenerator(seed: 5)
    let epoch = Batches(of: digits, size: 8, shuffledBy: &first)
    #expect(Batches(of: digits, size: 8, shuffledBy: &second).map(\.indices) == epoch.map(\.indices))
    #expect(Batches(of: digits, size: 8, shuffledBy: &first).map(\.indices) != epoch.map(\.indices))
    // Going through the same epoch again changes nothing.
    #expect(epoch.map(\.indices) == epoch.map(\.indices))
  }

  private let augmentation = Augmentation(shift: 2, rotation: 10)

  private func augmented(seed: UInt64) -> Batches {
    var generator = SeededGenerator(seed: seed)
    return Batches(of: digits, size: 5, shuffledBy: &generator, augmentedBy: augmentation)
  }

  @Test func `an augmented batch is the same however it is reached`() {
    let batches = augmented(seed: 5)
    let all = Array(batches)
    for index in [4, 0, 3, 1, 2, 4] { #expect(batches[index] == all[index]) }
    // As when training goes on in the middle of an epoch whose generator was kept.
    #expect(augmented(seed: 5)[3] == all[3])
    #expect(augmented(seed: 6)[3] != all[3])
  }

  @Test func `each image is transformed differently from others and in each epoch`() {
    let copies = LabeledImages(
      rows: digits.rows, columns: digits.columns,
      pixels: ContiguousArray((0..<6).flatMap { _ in digits.bytes(of: 0) }),
      labels: [UInt8](repeating: digits.labels[0], count: 6))
    var generator = SeededGenerator(seed: 1)
    let epochs = (0..<2).map { _ in
      Batches(of: copies, size: 1, shuffledBy: &generator, augmentedBy: augmentation).map(\.pixels)
    }
    #expect(Set(epochs.joined()).count == 12)
  }

  @Test func `the order of batches is the same with and without augmentation`() {
    var generator = SeededGenerator(seed: 5)
    let plain = Batches(of: digits, size: 5, shuffledBy: &generator)
    #expect(augmented(seed: 5).map(\.indices) == plain.map(\.indices))
    #expect(augmented(seed: 5).map(\.labels) == plain.map(\.labels))
    #expect(augmented(seed: 5).map(\.pixels) != plain.map(\.pixels))
  }

  @Test func `an augmentation with limits of 0 changes nothing`() {
    var (first, second) = (SeededGenerator(seed: 5), SeededGenerator(seed: 5))
    let plain = Batches(of: digits, size: 5, shuffledBy: &first)
    let augmented = Batches(of: digits, size: 5, shuffledBy: &second, augmentedBy: Augmentation())
    #expect(Array(plain) == Array(augmented))
    #expect(first == second, "the next epoch is shuffled alike")
  }

  @Test func `an empty set has no batches`() {
    let batches = Batches(of: Digits.generated(count: 0), size: 8)
    #expect(batches.count == 0)
    #expect(Array(batches).isEmpty)
  }

  @Test func `a batch size of 0 is refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Batches(of: Digits.generated(count: 1), size: 0)
    }
    #expect(standardError(of: result).contains("a batch needs at least one image; got a batch size of 0"))
  }
}
