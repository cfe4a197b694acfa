import Downloads

/// A public model whose address, size and content are known.
struct KnownModel: Hashable, Sendable {
  /// A repository at a commit, so that its files never change.
  struct Repository: Hashable, Sendable {
    let name: String
    let commit: String
  }

  let name: String
  let repository: Repository
  /// The folder in the repository.
  let folder: String
  let byteCount: Int
  let sha256: String
  let licence: String
  /// The file in the repository that has the licence.
  let licenceFile: String
  let summary: String

  /// The file, which has the same name in the repository; a .tflite file goes by its name without the ending.
  var file: RemoteFile {
    RemoteFile(name: name.hasSuffix(".h5") ? name : "\(name).tflite", byteCount: byteCount, sha256: sha256)
  }

  /// The address of the folder.
  var address: String {
    "https://raw.githubusercontent.com/\(repository.name)/\(repository.commit)/\(folder)/"
  }

  /// Where the model and its licence are from, in words.
  var origin: String {
    "\(name): from github.com/\(repository.name) at \(repository.commit.prefix(7)); licence \(licence), in"
      + " \(licenceFile) there"
  }

  static let all: [KnownModel] =
    [
      tiny(
        "kws_ref_model", "keyword_spotting", 53_936,
        "aeea436800704fce17b17292e4412630ad856e9d777c044c64ef748a880bd0ae", "12 keywords, int8"),
      tiny(
        "kws_ref_model_float32", "keyword_spotting", 43_392,
        "e5004c6f1012246e33fa068d8488325538e0444073cd361f5a7edb40c73f12d2", "the same, float32"),
      tiny(
        "pretrainedResnet_quant", "image_classification", 98_496,
        "3c002613d1b2475eb51dd78dfb85a546c8ae658dee71cf6ade43b022fe205415", "CIFAR-10, ResNet-8, int8"),
      tiny(
        "pretrainedResnet.h5", "image_classification", 1_116_712,
        "5f938a8eea605438cc7360aa13c987bc6d7bd0c8d931b2917361ae7ae4eeda2f", "the same, Keras"),
      tiny(
        "pretrainedResnet", "image_classification", 318_144,
        "b5c0046d6e0328b4956afd6baa29555a29b1f1c65bdd45aaed75b7cd484d9f79", "the same, float32"),
      tiny(
        "vww_96_int8", "visual_wake_words", 333_288,
        "597a384c8c2c8a1276f04702f25013b7838f2f814f1ca7c174d295b73e3d6b7b", "a person? MobileNetV1, int8"),
      tiny(
        "vww_96_float", "visual_wake_words", 866_284,
        "115bbc094d2119561320a21f01b6500a18bea8cc8589282ab007097bec8af38c", "the same, float32"),
      tiny(
        "ad01_int8", "anomaly_detection", 276_976,
        "87cf24194ef93d1d9b11a591d805526b98008e351655d29883c825c9c106ba24", "noises, autoencoder, int8"),
      tiny(
        "ad01.h5", "anomaly_detection", 3_411_016,
        "651a62de1b7facd68d1269373992a2d09ffd28e6a816935d4834fcc558bde512", "the same, Keras"),
      tiny(
        "ad01_fp32", "anomaly_detection", 1_067_648,
        "c66636f4d7f8af8b10518e7be750a22c9d8d46ec97326b40b0d94c097e0aad9b", "the same, float32"),
      tiny(
        "str_ww_ref_model", "streaming_wakeword", 74_520,
        "3af8550895ba7d5c584277102b5075c52dcfa63ba9d2b2240f37c4e6abd5dd2b", "a wake word in a stream, int8"),
    ] + [
      micro(
        "hello_world_int8", "examples/hello_world/models", 2_704,
        "505ee4fae7fa46ab67bea4c08b4969eb3eb8b9114c50595ec4a29d9a27993202", "a sine, three layers, int8"),
      micro(
        "hello_world_float", "examples/hello_world/models", 3_164,
        "ee939863195ca37ce063b18e14fb82aa0d98db6596ba41095757f6b560da1070", "the same, float32"),
      micro(
        "micro_speech_quantized", "examples/micro_speech/models", 18_800,
        "09e5e2a9dfb2d8ed78802bf18ce297bff54281a66ca18e0c23d69ca14f822a83", "yes or no, int8"),
      micro(
        "person_detect", "models", 300_568,
        "808cfdfc0cf3a6fa6f6fa26bfa379ea97c16d5db7334637766e39c3408502e9d", "a person? MobileNetV1, int8"),
    ]

  /// A reference model of MLPerf Tiny.
  private static func tiny(
    _ name: String, _ task: String, _ byteCount: Int, _ sha256: String, _ summary: String
  ) -> KnownModel {
    let folder = "benchmark/training/\(task)"
    let isHitachis = task == "anomaly_detection"
    return KnownModel(
      name: name,
      repository: Repository(name: "mlcommons/tiny", commit: "1afd2c9820f795965a6134facd0b4dfae41ef23f"),
      folder: "\(folder)/trained_models", byteCount: byteCount, sha256: sha256,
      licence: isHitachis ? "MIT" : "Apache-2.0",
      licenceFile: isHitachis ? "\(folder)/LICENSE" : "LICENSE.md", summary: summary)
  }

  /// A model of TFLite Micro's examples.
  private static func micro(
    _ name: String, _ folder: String, _ byteCount: Int, _ sha256: String, _ summary: String
  ) -> KnownModel {
    KnownModel(
      name: name,
      repository: Repository(
        name: "tensorflow/tflite-micro", commit: "90b983c2b3f1480642e040bbd2ddb37b998f3424"),
      folder: "tensorflow/lite/micro/\(folder)", byteCount: byteCount, sha256: sha256, licence: "Apache-2.0",
      licenceFile: "LICENSE", summary: summary)
  }
}
