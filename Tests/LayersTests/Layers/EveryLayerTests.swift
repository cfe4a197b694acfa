import Layers
import TestSupport
import Testing

@Suite struct EveryLayerTests {
  @Test(arguments: LayerCase.all) func passesTheLayerTest(_ subject: LayerCase) throws {
    try runLayerTest(subject)
  }

  @Test(arguments: LayerCase.all.indices) func refusesAnotherShape(_ number: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [number] in
      let subject = LayerCase.all[number]
      let layer = subject.make()
      _ = layer(examples(subject.inputs, batch: 2))
      _ = layer(examples(subject.inputs.map { $0.dropLast() + [9] }, batch: 2))
    }
    let subject = LayerCase.all[number]
    let built = subject.inputs.map { "\($0)" }.joined(separator: " and ")
    let other = subject.inputs.map { "\($0.dropLast() + [9])" }.joined(separator: " and ")
    let message = "was built for examples of shape \(built) and is now called with \(other)"
    #expect(standardError(of: result).contains("\(subject.name) ("))
    #expect(standardError(of: result).contains(message), "\(standardError(of: result).prefix(300))")
  }
}
