// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "swift-qat", path: "../..")],
  targets: [
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        .product(name: "Quantizers", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
        .product(name: "Tensors", package: "swift-qat"),
      ],
      path: "Sources/Benchmarks"),
    .target(
      name: "Subjects",
      dependencies: [
        .product(name: "FixedPoint", package: "swift-qat"),
        .product(name: "IntegerInference", package: "swift-qat"),
        .product(name: "Layers", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
      ],
      path: "Sources/Subjects"),
    .target(name: "CPeak", path: "Sources/CPeak"),
    .executableTarget(
      name: "integer-speed",
      dependencies: [
        "CPeak", "Subjects",
        .product(name: "Charting", package: "swift-qat"),
        .product(name: "IntegerInference", package: "swift-qat"),
        .product(name: "Layers", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
        .product(name: "Tensors", package: "swift-qat"),
      ],
      path: "Sources/IntegerSpeed"),
    .executableTarget(
      name: "mnist-accuracy",
      dependencies: [
        "Subjects",
        .product(name: "Datasets", package: "swift-qat"),
        .product(name: "Layers", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
        .product(name: "Training", package: "swift-qat"),
      ],
      path: "Sources/MNISTAccuracy"),
    .executableTarget(
      name: "mnist-results",
      dependencies: [
        "Subjects",
        .product(name: "Conversion", package: "swift-qat"),
        .product(name: "Datasets", package: "swift-qat"),
        .product(name: "IntegerInference", package: "swift-qat"),
        .product(name: "Layers", package: "swift-qat"),
        .product(name: "Quantization", package: "swift-qat"),
        .product(name: "Quantizers", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
        .product(name: "Tensors", package: "swift-qat"),
        .product(name: "Training", package: "swift-qat"),
      ],
      path: "Sources/MNISTResults"),
    .executableTarget(
      name: "training-speed",
      dependencies: [
        "Subjects",
        .product(name: "Layers", package: "swift-qat"),
        .product(name: "Quantization", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
        .product(name: "Tensors", package: "swift-qat"),
        .product(name: "Training", package: "swift-qat"),
      ],
      path: "Sources/TrainingSpeed"),
  ]
)
