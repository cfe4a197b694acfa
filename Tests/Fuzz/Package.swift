// swift-tools-version: 6.2
import PackageDescription

// Programs that give our readers damaged files, for hours if asked. They are no part of `swift test`.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "swift-qat", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz-tflite",
      dependencies: ["TFLiteFiles", "IntegerInference", "Support"].map {
        .product(name: $0, package: "swift-qat")
      }),
    .executableTarget(
      name: "fuzz-onnx",
      dependencies: ["ONNXFiles", "IntegerInference", "Support"].map {
        .product(name: $0, package: "swift-qat")
      }),
  ]
)
