// swift-tools-version: 6.2
import PackageDescription

/// Products of the package that is measured.
func products(_ names: String...) -> [Target.Dependency] {
  names.map { .product(name: $0, package: "swift-qat") }
}

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "swift-qat", path: "../..")],
  targets: [
    .executableTarget(
      name: "benchmarks", dependencies: products("FixedPoint", "Quantizers", "Support", "Tensors"),
      path: "Sources/Benchmarks"),
    .target(name: "Subjects", dependencies: products("FixedPoint", "IntegerInference", "Layers", "Support")),
    .target(name: "CPeak"),
    .executableTarget(
      name: "integer-speed",
      dependencies: ["CPeak", "Subjects"]
        + products(
          "Charting", "FixedPoint", "IntegerInference", "Layers", "Quantization", "Support", "Tensors",
          "Training"),
      path: "Sources/IntegerSpeed"),
    .executableTarget(
      name: "growth",
      dependencies: ["Subjects"] + products("Charting", "Layers", "Support", "Tensors", "Training"),
      path: "Sources/Growth"),
    .executableTarget(
      name: "network-speed",
      dependencies: ["CPeak", "Subjects"]
        + products(
          "FixedPoint", "IntegerInference", "KerasFiles", "Layers", "Support", "TFLiteFiles", "Tensors",
          "Training"),
      path: "Sources/NetworkSpeed"),
    .executableTarget(
      name: "mnist-results",
      dependencies: ["Subjects"]
        + products(
          "Conversion", "Datasets", "IntegerInference", "Layers", "Quantization", "Quantizers", "Support",
          "Tensors", "Training"),
      path: "Sources/MNISTResults"),
    .target(
      name: "NetworkZoo",
      dependencies: products(
        "Conversion", "IntegerInference", "Layers", "Quantization", "Support", "Tensors", "Training")),
    .executableTarget(
      name: "zoo-results", dependencies: ["NetworkZoo"] + products("Conversion", "Quantization", "Support"),
      path: "Sources/ZooResults"),
    .executableTarget(
      name: "tflite-results",
      dependencies: ["Subjects"]
        + products(
          "Conversion", "Datasets", "FixedPoint", "IntegerInference", "Layers", "Quantization", "Support",
          "TFLiteFiles", "Tensors", "Training"),
      path: "Sources/TFLiteResults"),
    .executableTarget(
      name: "onnx-results",
      dependencies: ["NetworkZoo", "Subjects"]
        + products(
          "Conversion", "Datasets", "FixedPoint", "IntegerInference", "Layers", "ONNXFiles", "Quantization",
          "Support", "Tensors", "Training"),
      path: "Sources/ONNXResults"),
    .executableTarget(
      name: "zoo-defaults",
      dependencies: ["NetworkZoo"]
        + products("Datasets", "Layers", "Quantization", "Quantizers", "Support", "Tensors", "Training"),
      path: "Sources/ZooDefaults"),
    .executableTarget(
      name: "training-speed",
      dependencies: ["Subjects"] + products("Layers", "Quantization", "Support", "Tensors", "Training"),
      path: "Sources/TrainingSpeed"),
  ]
)
