import NetworkZoo
import Testing

/// What is evaluated is what runs, in networks that were trained: no code differs.
@Suite struct ZooAgreementTests {
  @Test(arguments: ZooNetwork.allCases)
  func `a trained network has the codes of its integers in every scheme`(
    _ network: ZooNetwork
  ) throws {
    let float = network.trained()
    for scheme in ZooScheme.allCases {
      let found = try ZooAgreement(of: network, network.quantized(float, scheme.scheme), examples: 40)
      #expect(found.codes >= 40 * ZooNetwork.classes, "\(scheme)")
      #expect(
        found.different == 0,
        "\(scheme): \(found.different) of \(found.codes), at most \(found.largest) apart")
    }
  }
}
