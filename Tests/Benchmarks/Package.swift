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
    .executableTarget(
      name: "training-speed",
      dependencies: [
        .product(name: "Layers", package: "swift-qat"),
        .product(name: "Support", package: "swift-qat"),
        .product(name: "Tensors", package: "swift-qat"),
        .product(name: "Training", package: "swift-qat"),
      ],
      path: "Sources/TrainingSpeed"),
  ]
)
