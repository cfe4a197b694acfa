// swift-tools-version: 6.2
import Foundation
import PackageDescription

// ── The machine ─────────────────────────────────────────────────────────────────────────────────
// oneDNN is optional. Debian ships no dnnl.pc, so we look for its header. QAT_PORTABLE=1 leaves it
// out; QAT_ONEDNN_PREFIX names a folder with include/ and lib/ to use another version.

let environment = Context.environment
let oneDNNPrefix = environment["QAT_ONEDNN_PREFIX"]
let oneDNNPlaces = oneDNNPrefix.map { [$0] } ?? ["/usr", "/usr/local"]
let hasOneDNN =
  environment["QAT_PORTABLE"] != "1"
  && oneDNNPlaces.contains { FileManager.default.fileExists(atPath: $0 + "/include/oneapi/dnnl/dnnl.h") }

// ── Settings ────────────────────────────────────────────────────────────────────────────────────
// Hot loops run at release speed in a debug build too: `swift run lesson-07` is a debug build.

let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
let math: [LinkerSetting] = [.linkedLibrary("m", .when(platforms: [.linux]))]

// Without errno, a loop over square roots is a vector loop; no bit changes.
var kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]
var kernelLinks = math
if hasOneDNN {
  kernelSettings.append(.define("QAT_ONEDNN"))
  if let prefix = oneDNNPrefix {
    // The library by its path: with -ldnnl the linker would find the system's version first.
    kernelSettings.append(.unsafeFlags(["-I\(prefix)/include"]))
    kernelLinks.append(
      .unsafeFlags(["\(prefix)/lib/libdnnl.so", "-Xlinker", "-rpath", "-Xlinker", "\(prefix)/lib"]))
  } else {
    kernelLinks.append(.linkedLibrary("dnnl"))
  }
}

// ── The house: a target may import what stands above it ─────────────────────────────────────────

let lessons = ["lesson-01", "lesson-02", "lesson-03", "lesson-04", "lesson-05", "lesson-06", "lesson-07"]
let lessonTargets: [Target.Dependency] = lessons.map { .init(stringLiteral: $0) }
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

var targets: [Target] = [
  .systemLibrary(
    name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
  .systemLibrary(
    name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
  .systemLibrary(
    name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
  .target(name: "CKernels", cSettings: kernelSettings, linkerSettings: kernelLinks),
  .target(name: "Support", swiftSettings: optimized, linkerSettings: math),
  .target(name: "Downloads", dependencies: ["Support"]),
  .target(name: "Safetensors", dependencies: ["Support"], swiftSettings: optimized),
  .target(
    name: "Datasets", dependencies: ["CZlib", "Support"], swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Tensors", dependencies: ["CKernels", "Support"], swiftSettings: optimized, linkerSettings: math),
  .target(name: "FixedPoint", dependencies: ["Support"], swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Quantizers", dependencies: ["CKernels", "FixedPoint", "Support", "Tensors"],
    swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Layers", dependencies: ["Support", "Tensors"], swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Training", dependencies: ["CKernels", "Datasets", "Layers", "Safetensors", "Support", "Tensors"],
    swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Quantization", dependencies: ["FixedPoint", "Layers", "Quantizers", "Support", "Tensors"],
    swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "IntegerInference", dependencies: ["CKernels", "FixedPoint", "Safetensors", "Support"],
    swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Conversion",
    dependencies: [
      "FixedPoint", "IntegerInference", "Layers", "Quantization", "Quantizers", "Support", "Tensors",
    ],
    swiftSettings: optimized, linkerSettings: math),
  .target(
    name: "Charting", dependencies: ["CCairo", "CPNG", "Support"], swiftSettings: optimized,
    linkerSettings: math),
  .target(
    name: "ModelCharts",
    dependencies: [
      "Charting", "FixedPoint", "Layers", "Quantization", "Quantizers", "Support", "Tensors",
    ],
    swiftSettings: optimized, linkerSettings: math),
  .target(name: "LessonKit", dependencies: [argumentParser, "CKernels", "Charting", "Datasets", "Support"]),
  .target(name: "Weaver", dependencies: ["Charting", "LessonKit", "Support"]),
  .target(name: "ExerciseKit", dependencies: ["Charting", "Layers", "Support", "Tensors"]),
  .target(
    name: "Exercises", dependencies: ["ExerciseKit", "Layers", "Tensors"], path: "Lessons/Exercises",
    exclude: ["Stubs"]),
  .target(name: "Attempts", dependencies: ["ExerciseKit", "Exercises"]),
  .executableTarget(name: "examiner", dependencies: ["Attempts", "ExerciseKit"]),
  .target(name: "CConfinement"),
  .target(name: "Classroom", dependencies: ["CConfinement", "Charting", "ExerciseKit", "Support"]),
  .target(name: "Checkup"),
  .executableTarget(name: "doctor", dependencies: ["Checkup"]),
  .executableTarget(
    name: "qat",
    dependencies: [
      argumentParser, "Checkup", "Classroom", "Datasets", "Downloads", "ExerciseKit", "Support",
    ]),
  .executableTarget(
    name: "book",
    dependencies: [argumentParser, "Charting", "LessonKit", "Support", "Weaver"] + lessonTargets),
  .target(
    name: "TestSupport", dependencies: ["Charting", "Support", "Tensors", "Weaver"], path: "Tests/TestSupport"
  ),
  .target(name: "CountedMemory", path: "Tests/CountedMemory"),
  .testTarget(name: "HouseTests", dependencies: ["TestSupport"]),
  .testTarget(name: "SupportTests", dependencies: ["Support"]),
  .testTarget(
    name: "SafetensorsTests", dependencies: ["Safetensors", "Support", "TestSupport"],
    resources: [.copy("Fixtures")]),
  .testTarget(
    name: "DownloadsTests", dependencies: ["Downloads", "Support", "TestSupport", "Weaver", "qat"]),
  .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Support", "TestSupport"]),
  .testTarget(name: "TensorsTests", dependencies: ["Support", "Tensors"]),
  .testTarget(name: "FixedPointTests", dependencies: ["FixedPoint", "Support"]),
  .testTarget(
    name: "QuantizersTests",
    dependencies: ["FixedPoint", "Quantizers", "Support", "Tensors", "TestSupport"],
    resources: [.copy("Fixtures")]),
  .testTarget(
    name: "LayersTests", dependencies: ["Layers", "Support", "Tensors", "TestSupport"],
    resources: [.copy("Fixtures")]),
  .testTarget(
    name: "TrainingTests",
    dependencies: [
      "CKernels", "Datasets", "Layers", "Safetensors", "Support", "Tensors", "TestSupport", "Training",
    ],
    resources: [.copy("Fixtures")]),
  .testTarget(
    name: "QuantizationTests",
    dependencies: [
      "Datasets", "FixedPoint", "Layers", "Quantization", "Quantizers", "Safetensors", "Support", "Tensors",
      "TestSupport", "Training",
    ],
    resources: [.copy("Fixtures")]),
  .testTarget(
    name: "IntegerInferenceTests",
    dependencies: [
      "CKernels", "CountedMemory", "FixedPoint", "IntegerInference", "Safetensors", "Support", "TestSupport",
    ], resources: [.copy("Fixtures")]),
  .testTarget(
    name: "ConversionTests",
    dependencies: [
      "Conversion", "Datasets", "FixedPoint", "IntegerInference", "Layers", "Quantization", "Quantizers",
      "Support", "Tensors", "TestSupport", "Training",
    ]),
  .testTarget(
    name: "ChartingTests", dependencies: ["Charting", "Support", "TestSupport"], exclude: ["Images"]),
  .testTarget(
    name: "ModelChartsTests",
    dependencies: ["Charting", "Layers", "ModelCharts", "Quantization", "Quantizers", "Tensors"]),
  .testTarget(name: "LessonKitTests", dependencies: ["Charting", "LessonKit", "Support"]),
  .testTarget(name: "WeaverTests", dependencies: ["Charting", "LessonKit", "Support", "Weaver"]),
  .testTarget(
    name: "LessonTests",
    dependencies: ["Charting", "LessonKit", "Support", "TestSupport", "Weaver", "book"] + lessonTargets),
  .testTarget(
    name: "ExerciseTests",
    dependencies: ["Attempts", "Charting", "ExerciseKit", "TestSupport", "Weaver", "examiner"]),
]

// A handout has no solutions, and none of the tests that need them.
if FileManager.default.fileExists(atPath: Context.packageDirectory + "/Tests/Solutions") {
  targets += [
    .target(
      name: "Solutions", dependencies: ["ExerciseKit", "Layers", "Tensors"], path: "Tests/Solutions"),
    .testTarget(
      name: "SolutionTests",
      dependencies: [
        "ExerciseKit", "Exercises", "FixedPoint", "Layers", "Quantization", "Quantizers", "Solutions",
        "Support", "Tensors", "TestSupport",
      ]),
    .testTarget(
      name: "ClassroomTests",
      dependencies: [
        "Checkup", "Classroom", "ExerciseKit", "Support", "TestSupport", "Weaver", "doctor", "examiner",
        "qat",
      ]),
  ]
}

// The first lessons need no networks: they start sooner without.
let networks: [Target.Dependency] = ["Layers", "Training"]
let transforms: [Target.Dependency] = ["ModelCharts", "Quantization"]
let integers: [Target.Dependency] = ["Conversion", "IntegerInference"]
targets += lessons.map { name in
  .executableTarget(
    name: name,
    dependencies: ["Charting", "Datasets", "FixedPoint", "LessonKit", "Quantizers", "Support", "Tensors"]
      + (name < "lesson-04" ? [] : networks) + (name < "lesson-06" ? [] : transforms)
      + (name < "lesson-07" ? [] : integers),
    path: "Lessons/\(name)", linkerSettings: math)
}

let package = Package(
  name: "swift-qat",
  platforms: [.macOS(.v14)],
  products: [
    "Support", "Safetensors", "Datasets", "Tensors", "FixedPoint", "Quantizers", "Layers", "Training",
    "Quantization", "IntegerInference", "Conversion", "Charting", "ModelCharts",
  ].map {
    .library(name: $0, targets: [$0])
  },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: targets
)
