import Support
import Testing

@Suite struct SHA256Tests {
  // The vectors of FIPS 180-4's examples, and lengths around a block's end.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
  ])
  func `the digests of the standard test vectors are right`(_ text: String, _ digest: String) {
    #expect(SHA256.hex(text.utf8) == digest)
  }

  @Test func `the digests of messages of 0 to 200 bytes are those of hashlib`() {
    // A block's end at 64, 128 and 192 and the padding's at 56, 120 and 184 are among them.
    for length in 0...200 {
      let message = (0..<length).map { UInt8(truncatingIfNeeded: 7 * $0 + length) }
      let digest = SHA256.hex(message)
      #expect(digest.count == 64)
      let expected = Self.beginnings.dropFirst(8 * length).prefix(8)
      #expect(digest.prefix(8) == expected, "a message of \(length) bytes")
    }
  }

  @Test func `the digest of a million bytes is that of hashlib`() {
    let message = (0..<1_000_000).map { UInt8($0 * $0 % 251) }
    #expect(SHA256.hex(message) == "f371fcf53dea0e03adc724f74322721a7e25f14b90f0d3a0a912e30eae603a76")
  }

  @Test func `a message in two pieces has the digest of the whole`() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let whole = SHA256.hex(message)
    for cut in 0...300 {
      var digest = SHA256()
      digest.update(message[..<cut])
      digest.update(message[cut...])
      #expect(digest.finalizedHex() == whole, "cut at \(cut)")
    }
    // A sequence that is not stored in one piece.
    #expect(SHA256.hex(AnySequence(message)) == whole)
  }

  @Test func `bytes can be appended after a digest was read`() {
    var digest = SHA256()
    digest.update("a".utf8)
    _ = digest.finalizedHex()
    digest.update("bc".utf8)
    #expect(digest.finalizedHex() == SHA256.hex("abc".utf8))
  }

  /// The first 8 digits of the digest of each length n, by Python's hashlib; byte i is (7 · i + n) mod 256.
  private static let beginnings =
    """
    e3b0c4424bf5122f4b2871da6ab0dba1cc91969e548f1ba2d9bebe62ea329d80f8d2f3f0ebf38f05ebed051bee18d80d
    274224d6c4b39344f7844170d31c84cc91fa54b4cf197c7482b26c63676dcbeef35ba4463256422bb570f8ff480bb272
    6aa2009746f22d0c564930899e27fdce6a05fba9b3c98cf7546f9cdd6c56c9f070b25e7891b1f04ca77a82dd0def435a
    76f26884604830b3e9484af3f2ce036a12700850d52c927189e9f1b1b1dc586188a0cbfcadfdb4e45d7fb8c3c05eafab
    1b9bb784f2fbae7412e6b65d45c4681f7307c900b960bcf71ad616be81afe5b72aba54f0903284ef49298f161b70d65e
    a7395392eb75a7c8c2c02d57733d3d4e79322907d85c007c4bd07799bfa53da1d7b50207175cb3b4b6091ec98798aff4
    220945129562f4750bb0cef26a0ef9908a33581f98a670470acb3e85ad6a07a7a6e52afb377a44034c3e7a41fc9fb042
    144cf6dd266b94dbf0284cadcd1ae968f95c65d15716a97fb93c6d70a9da5f6401ec3620bc7eeb52b8b392cf9e1c7c73
    4a0a381302bb4113e026184f2ac66f342f52d6c6a5b81b49d69dce1d900ad1181e23a81258ac756ba35cd04655bf424a
    ba0990121495e6b787f22f4db41ae5230949563b797b13887da54c63ef795a2d618b0c285755466e718ab2756c87eedf
    42500cf6bfee8850e7b3de518dd1b5fc5b97543ae531b9895ae48c4d68f6ff71489d55fe4e1556b2bfeaa0cf5f1937be
    60b4ca2429b483464a2614e20eea3025b72d3b9138290bf1b28d7f68988a989bac670bdf70e38e22b15447bd96c2d4ee
    c64a92aa338b43ec2e4bf427d95be7748c55847298e91f6958b2638c8831025e07246a1046fa41e2f27239de89ecf084
    292e3866157cf607a913a782338bc069c7cb16bc3a4fd480338b2e5f8c18ce0550d2acd9a5c8719ca8fd879d2d25974c
    45583d732f094e0e753c905a7592e5b58fad802ba4c1389843c856f7bbaec7293ac47e7bbc8eadf7308b4e67a345db88
    ac7182581c4d8cad9a601119d55692238beeb42f82908f69638f1a9421a04a07018c8d9d5b1d3e4a6e85f442335b3bf2
    8670a48b895db6b17a92cee235080237770b184471fa2c2391c4aa47a61a55468e3f3819
    """.filter { $0 != "\n" }
}
