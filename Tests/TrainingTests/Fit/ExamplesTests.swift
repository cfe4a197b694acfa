import Datasets
import Support
import Tensors
import Testing
import Training

/// Which examples make a batch.
@Suite struct ExamplesTests {
  private static func labels(_ targets: Targets) -> [Int]? {
    guard case .classes(let labels) = targets else { return nil }
    return labels
  }

  @Test func `a batch has the rows and targets of its indices in their order`() {
    var generator = SeededGenerator(seed: 0)
    let inputs = Tensor([0, 1, 10, 11, 20, 21], shape: [3, 2])
    let classes = TensorExamples(inputs: inputs, targets: .classes([7, 8, 9]))
    let batch = classes.batch(of: [2, 0, 2], using: &generator)
    #expect(batch.inputs.shape == [3, 2])
    #expect(batch.inputs.values == [20, 21, 0, 1, 20, 21])
    #expect(Self.labels(batch.targets) == [9, 7, 9])

    let wanted = TensorExamples(inputs: inputs, targets: .values(Tensor([5, 6, 7], shape: [3, 1])))
    guard case .values(let values) = wanted.batch(of: [1], using: &generator).targets else {
      Issue.record("targets that are values became classes")
      return
    }
    #expect(values.shape == [1, 1] && values.values == [6])
  }

  @Test func `a batch of images has pixels of 0 to 1 and keeps the classes`() {
    var generator = SeededGenerator(seed: 0)
    let images = LabeledImages(rows: 1, columns: 2, pixels: [0, 255, 51, 102], labels: [3, 4])
    let batch = images.batch(of: [1, 0], using: &generator)
    #expect(batch.inputs.shape == [2, 1, 2, 1])
    #expect(batch.inputs.values == [0.2, 0.4, 0, 1])
    #expect(Self.labels(batch.targets) == [4, 3])
    #expect(generator == SeededGenerator(seed: 0))
  }
}

/// Images that are changed at random.
@Suite struct AugmentedImagesTests {
  private let digits = Digits.generated(count: 10, seed: 1)

  private func batch(_ examples: some Examples) -> [Float] {
    var generator = SeededGenerator(seed: 4)
    let (inputs, targets) = examples.batch(of: [5, 3, 8], using: &generator)
    #expect(inputs.shape == [3, 28, 28, 1] && targets.count == 3)
    return inputs.values
  }

  @Test func `augmented images differ from the originals and repeat with the same seed`() {
    let moved = AugmentedImages(digits, by: Augmentation(shift: 2, rotation: 10))
    #expect(batch(moved) == batch(moved))
    #expect(batch(moved) != batch(digits))
    #expect(batch(AugmentedImages(digits, by: Augmentation())) == batch(digits))
  }
}
