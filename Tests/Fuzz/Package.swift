// swift-tools-version: 6.2
import PackageDescription

func products(_ names: String...) -> [Target.Dependency] {
  names.map { .product(name: $0, package: "swift-qat") }
}

// Programs that give our readers damaged files, for hours if asked. They are no part of `swift test`.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "swift-qat", path: "../..")],
  targets: [
    .target(name: "FuzzKit", dependencies: products("IntegerInference", "Support")),
    .executableTarget(
      name: "fuzz-tflite",
      dependencies: ["FuzzKit"] + products("IntegerInference", "Support", "TFLiteFiles")),
    .executableTarget(
      name: "fuzz-onnx", dependencies: ["FuzzKit"] + products("IntegerInference", "ONNXFiles", "Support")),
  ]
)
