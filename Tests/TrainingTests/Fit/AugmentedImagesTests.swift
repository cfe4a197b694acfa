import Datasets
import Support
import Tensors
import Testing
import Training

@Suite struct AugmentedImagesTests {
  private let digits = Digits.generated(count: 10, seed: 1)

  private func batch(_ examples: some Examples) -> [Float] {
    var generator = SeededGenerator(seed: 4)
    let (inputs, targets) = examples.batch(of: [5, 3, 8], using: &generator)
    #expect(inputs.shape == [3, 28, 28, 1] && targets.count == 3)
    return inputs.values
  }

  @Test func imagesMoveAndRepeatThemselves() {
    let moved = AugmentedImages(digits, by: Augmentation(shift: 2, rotation: 10))
    #expect(batch(moved) == batch(moved))
    #expect(batch(moved) != batch(digits))
    #expect(batch(AugmentedImages(digits, by: Augmentation())) == batch(digits))
  }
}
