import Datasets
import Support
import Testing

@Suite struct BatchesTests {
  let digits = Digits.generated(count: 23)

  @Test(arguments: [1, 5, 22, 23, 24])
  func everyImageComesExactlyOnce(_ size: Int) {
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

  @Test func unshuffledBatchesKeepTheOrder() {
    let batches = Batches(of: digits, size: 10)
    #expect(batches.map(\.indices) == [Array(0..<10), Array(10..<20), Array(20..<23)])
    #expect(batches[2].indices == [20, 21, 22])
  }

  @Test func aGeneratorGivesTheSameOrderAgainAndAnotherNext() {
    var first = SeededGenerator(seed: 5)
    var second = SeededGenerator(seed: 5)
    let epoch = Batches(of: digits, size: 8, shuffledBy: &first)
    #expect(Batches(of: digits, size: 8, shuffledBy: &second).map(\.indices) == epoch.map(\.indices))
    #expect(Batches(of: digits, size: 8, shuffledBy: &first).map(\.indices) != epoch.map(\.indices))
    // Going through the same epoch again changes nothing.
    #expect(epoch.map(\.indices) == epoch.map(\.indices))
  }

  @Test func anEmptySetHasNoBatches() {
    let batches = Batches(of: Digits.generated(count: 0), size: 8)
    #expect(batches.count == 0)
    #expect(Array(batches).isEmpty)
  }

  @Test func aBatchSizeOfZeroIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Batches(of: Digits.generated(count: 1), size: 0)
    }
    #expect(result.said("a batch needs at least one image; got a batch size of 0"))
  }
}
