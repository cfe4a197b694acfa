import Layers
import Safetensors
import Support
import TestSupport
import Testing
import Training

@testable import Tensors

@Suite struct ConvolutionAlgorithmTests {
  /// A residual block whose convolutions are fused with normalization and ReLU, and not.
  private static func trainer(_ convolutions: ConvolutionAlgorithm) -> Trainer {
    let image = Input([9, 9, 16])
    func convolution(_ x: SymbolicTensor) -> SymbolicTensor {
      Conv2D(filters: 16, kernelSize: 3, padding: .same, useBias: false)(x)
    }
    let first = ReLU()(BatchNormalization()(convolution(image)))
    let sum = Add()([image, BatchNormalization()(convolution(first))])
    let pooled = MaxPooling2D()(Conv2D(filters: 20, kernelSize: 3, activation: .relu)(sum))
    let model = Model(inputs: image, outputs: Dense(units: 3)(Flatten()(pooled)), seed: 4)
    return Trainer(
      model, optimizer: SGD(learningRate: 0.01), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      convolutions: convolutions)
  }

  private static var examples: TensorExamples {
    var generator = SeededGenerator(seed: 5)
    let images = Tensor.uniform(-1, 1, shape: [24, 9, 9, 16], using: &generator)
    return TensorExamples(inputs: images, targets: .classes((0..<24).map { $0 % 3 }))
  }

  private static func trained(_ convolutions: ConvolutionAlgorithm) throws -> [Float] {
    let trainer = trainer(convolutions)
    try trainer.fit(examples, epochs: 2, batchSize: 8)
    return trainer.model.weights.flatMap(\.value.values)
  }

  @Test func `a training in Winograd's form ends near one that is computed directly, and always the same`()
    throws
  {
    let (direct, winograd) = (try Self.trained(.direct), try Self.trained(.winograd))
    let worst = zip(direct, winograd).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(worst < 1e-4)
    let isOther = winograd != direct
    #expect(isOther == (InferenceConvolution.mostLanes > 0), "without fused multiply-adds there is one form")
    let again = try Self.trained(.winograd)
    #expect(again == winograd)
  }

  @Test func `what is made of a step's outputs is computed directly`() {
    let outputs = Self.trainer(.winograd).step(inputs: Self.examples.inputs, targets: Self.examples.targets)
      .outputs
    #expect(outputs.backend == Self.examples.inputs.backend)
  }

  @Test func `a checkpoint of the other algorithm is refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    func fit(_ convolutions: ConvolutionAlgorithm) throws {
      try Self.trainer(convolutions).fit(
        Self.examples, epochs: 1, batchSize: 8, callbacks: [Checkpoint(path)], resumingFrom: path)
    }
    try fit(.winograd)
    try fit(.winograd)
    // A checkpoint from before there was a choice is one of direct convolutions.
    var file = try SafetensorsFile(contentsOf: path)
    file.metadata["convolution algorithm"] = nil
    let earlier = folder.path + "/earlier.safetensors"
    try file.write(to: earlier)
    try Self.trainer(.direct).fit(Self.examples, epochs: 1, batchSize: 8, resumingFrom: earlier)
    let other = #expect(throws: TrainingError.self) { try fit(.direct) }
    #expect(
      other?.description.contains("its convolution algorithm is \"winograd\", and here it is \"direct\"")
        == true)
  }
}
