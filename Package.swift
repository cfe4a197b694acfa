// swift-tools-version: 6.2
import Foundation
import PackageDescription

// ── The machine ─────────────────────────────────────────────────────────────────────────────────
// oneDNN is optional. Debian ships no dnnl.pc, so we look for its header. QAT_PORTABLE=1 leaves it
// out; QAT_ONEDNN_PREFIX names a folder with include/ and lib/ to use another version.

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

let oneDNNPrefix = Context.environment["QAT_ONEDNN_PREFIX"]
let hasOneDNN =
  Context.environment["QAT_PORTABLE"] != "1"
  && (oneDNNPrefix.map { [$0] } ?? ["/usr", "/usr/local"]).contains {
    exists("\($0)/include/oneapi/dnnl/dnnl.h")
  }

// Keras files need HDF5 and libzip, which are optional too. Debian's HDF5 has a folder and a name of its own.
// SwiftPM keeps what this manifest found: after libraries were installed, `swift package purge-cache`.
let hdf5Header = ["/usr/include/hdf5/serial", "/usr/include", "/usr/local/include", "/opt/homebrew/include"]
  .first {
    exists("\($0)/hdf5.h")
  }
let zipHeader = ["/usr/include", "/usr/local/include", "/opt/homebrew/include"].first {
  exists("\($0)/zip.h")
}
let hasKerasLibraries =
  Context.environment["QAT_PORTABLE"] != "1" && hdf5Header != nil && zipHeader != nil

// ── Settings ────────────────────────────────────────────────────────────────────────────────────
// Hot loops run at release speed in a debug build too: `swift run lesson-07` is a debug build.

let optimized: [SwiftSetting] = [
  .unsafeFlags(
    ["-O", "-disable-batch-mode", "-whole-module-optimization", "-num-threads", "2"],
    .when(configuration: .debug))
]
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

var kerasSettings: [CSetting] = []
var kerasLinks: [LinkerSetting] = []
if hasKerasLibraries, let hdf5Header, let zipHeader {
  kerasSettings.append(.define("QAT_KERAS_FILES"))
  kerasLinks += [
    .linkedLibrary(hdf5Header.hasSuffix("serial") ? "hdf5_serial" : "hdf5"), .linkedLibrary("zip"),
  ]
  for folder in Set([hdf5Header, zipHeader]).sorted() where !folder.hasPrefix("/usr/include") {
    let libraries = folder.dropLast("include".count) + "lib"
    kerasSettings.append(.unsafeFlags(["-I\(folder)"]))
    kerasLinks.append(.unsafeFlags(["-L\(libraries)"]))
  }
}

// ── The floors: a target may import what stands above it ────────────────────────────────────────
// A target's dependencies are one string: names, separated by spaces.

func targets(_ names: String) -> [Target.Dependency] {
  names.split(separator: " ").map { .target(name: String($0)) }
}
let argumentParser: [Target.Dependency] = [.product(name: "ArgumentParser", package: "swift-argument-parser")]

func library(_ name: String, _ package: String, apt: String, brew: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/System/\(name)", pkgConfig: package, providers: [.apt([apt]), .brew([brew])])
}

let system: [Target] = [
  library("CPNG", "libpng", apt: "libpng-dev", brew: "libpng"),
  library("CCairo", "cairo", apt: "libcairo2-dev", brew: "cairo"),
  library("CZlib", "zlib", apt: "zlib1g-dev", brew: "zlib"),
  .target(name: "Platform", path: "Sources/System/Platform"),
  .target(name: "CPNGShim", dependencies: ["CPNG"], path: "Sources/System/CPNGShim"),
  .target(name: "CProcess", path: "Sources/System/CProcess"),
  .target(
    name: "CKerasFiles", path: "Sources/System/CKerasFiles", cSettings: kerasSettings,
    linkerSettings: kerasLinks),
  .target(
    name: "CKernels", path: "Sources/System/CKernels", cSettings: kernelSettings, linkerSettings: kernelLinks),
]

let engine: [Target] = [
  ("Support", "Platform"),
  ("Safetensors", "Support"),
  ("PNGFiles", "CPNGShim Platform Support"),
  ("Datasets", "CZlib PNGFiles Platform Support"),
  ("Tensors", "CKernels Support"),
  ("FixedPoint", "Support"),
  ("Quantizers", "CKernels FixedPoint Support Tensors"),
  ("Layers", "Support Tensors"),
  ("Training", "CProcess Datasets Layers Platform Safetensors Support Tensors"),
  ("IntegerInference", "CKernels FixedPoint Platform Safetensors Support"),
  ("Quantization", "FixedPoint IntegerInference Layers Quantizers Support Tensors Training"),
  ("Conversion", "FixedPoint IntegerInference Layers Quantization Quantizers Support Tensors Training"),
  (
    "QAT",
    """
    Conversion Datasets FixedPoint IntegerInference Layers PNGFiles Quantization Quantizers Safetensors Support \
    Tensors Training
    """
  ),
].map {
  .target(
    name: $0, dependencies: targets($1), path: "Sources/Engine/\($0)", swiftSettings: optimized,
    linkerSettings: math)
}

// What ONNX files need is generated from onnx.proto, which stays beside it.
let protobuf: [Target.Dependency] = [.product(name: "SwiftProtobuf", package: "swift-protobuf")]

let formats: [Target] = [
  ("TFLiteFiles", "FixedPoint IntegerInference Support", [], []),
  ("ONNXFiles", "FixedPoint IntegerInference Support", protobuf, ["Protobuf/onnx.proto"]),
  ("KerasFiles", "CKerasFiles CProcess Layers Platform Safetensors Support Tensors", [], []),
  ("PyTorchFiles", "Layers Safetensors Support Tensors", [], []),
].map {
  .target(
    name: $0, dependencies: targets($1) + $2, path: "Sources/Formats/\($0)", exclude: $3,
    swiftSettings: optimized, linkerSettings: math)
}

let charts: [Target] = [
  ("Charting", "CCairo PNGFiles Support"),
  ("ModelCharts", "Charting FixedPoint Layers Quantization Quantizers Support Tensors"),
].map { .target(name: $0, dependencies: targets($1), path: "Sources/Charts/\($0)", linkerSettings: math) }

let courseware: [Target] =
  [
    ("Downloads", "Platform Support", []),
    ("LessonKit", "CProcess Charting Datasets Platform Support", argumentParser),
    ("Weaver", "Charting LessonKit Support", []),
    ("ExerciseKit", "CProcess Layers Platform Support Tensors", []),
    ("ExerciseChecks", "Charting ExerciseKit Platform", []),
    ("Classroom", "CProcess Charting ExerciseChecks ExerciseKit Platform Support", []),
    ("EnvironmentCheck", "", []),
  ].map { .target(name: $0, dependencies: targets($1) + $2, path: "Sources/Course/\($0)") }
  + [
    // Its loops over pages are as fast in a debug build.
    .target(
      name: "Site", dependencies: targets("Classroom ExerciseKit LessonKit Platform Support Weaver"),
      path: "Sources/Course/Site", resources: [.copy("Resources")], swiftSettings: optimized),
    .target(
      name: "SiteData", dependencies: targets("FixedPoint IntegerInference QAT Safetensors Support Tensors"),
      path: "Sources/Course/SiteData", swiftSettings: optimized),
    .target(
      name: "Exercises", dependencies: targets("ExerciseKit Layers Tensors"), path: "Lessons/Exercises",
      exclude: ["Stubs"]),
  ]

// The first lessons name the few modules they need, and start sooner; later ones import the whole engine.
let lessons: [Target] = [
  ("lesson-01", "Datasets FixedPoint Support Tensors"),
  ("lesson-02", "FixedPoint Support Tensors"),
  ("lesson-03", "FixedPoint Quantizers Tensors"),
  ("lesson-04", "QAT"), ("lesson-05", "QAT"), ("lesson-06", "ModelCharts QAT"),
  ("lesson-07", "ModelCharts QAT"), ("lesson-08", "ModelCharts QAT"),
  ("lesson-09", "QAT TFLiteFiles"), ("lesson-10", "KerasFiles ONNXFiles QAT TFLiteFiles"),
  ("lesson-11", "QAT"), ("the-end", "QAT"),
].map {
  .executableTarget(
    name: $0, dependencies: targets("Charting LessonKit \($1)"), path: "Lessons/\($0)", linkerSettings: math)
}
let lessonNames = lessons.map(\.name).joined(separator: " ")

// The target behind `qat` has a name of its own: on a disk that takes capitals and small letters for one,
// its module would be QAT's.
let tools: [Target] = [
  ("doctor", "doctor", "EnvironmentCheck Platform", []),
  ("examiner", "examiner", "ExerciseKit Exercises", []),
  (
    "QATCommand", "qat", "Classroom Datasets Downloads EnvironmentCheck ExerciseKit Platform Support",
    argumentParser
  ),
  (
    "ModelCommand", "qat-model",
    """
    Charting Conversion Datasets Downloads FixedPoint IntegerInference KerasFiles Layers ONNXFiles PNGFiles \
    Quantization Quantizers Support TFLiteFiles Tensors Training
    """,
    argumentParser
  ),
  ("book", "book", "Charting LessonKit PNGFiles Site SiteData Support Weaver \(lessonNames)", argumentParser),
].map {
  .executableTarget(
    name: $0, dependencies: targets($2) + $3, path: "Sources/Tools/\($1)",
    swiftSettings: $0 == "ModelCommand" ? optimized : [])
}

// ── Tests ───────────────────────────────────────────────────────────────────────────────────────

func test(_ name: String, _ names: String, copy: String = "", exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: targets(names), exclude: exclude,
    resources: copy.split(separator: " ").map { .copy(String($0)) })
}

var tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: targets("Charting PNGFiles Support Tensors Weaver"),
    path: "Tests/TestSupport"),
  .target(
    name: "NetworkZoo",
    dependencies: targets("Conversion IntegerInference Layers Quantization Support Tensors Training"),
    path: "Tests/NetworkZoo"),
  .target(name: "CountedMemory", path: "Tests/CountedMemory"),
  test("PackageStructureTests", "TestSupport"),
  test("SupportTests", "Support"),
  test("SafetensorsTests", "Safetensors Support TestSupport", copy: "Fixtures"),
  test("DownloadsTests", "Downloads ModelCommand Platform QATCommand Support TestSupport Weaver"),
  test("DatasetsTests", "Datasets PNGFiles Support TestSupport", copy: "Fixtures ImageFixtures"),
  test("PNGFilesTests", "Charting PNGFiles Support TestSupport"),
  test("TensorsTests", "Platform Support Tensors"),
  test("FixedPointTests", "FixedPoint Support"),
  test("QuantizersTests", "FixedPoint Quantizers Support Tensors TestSupport", copy: "Fixtures"),
  test("LayersTests", "Layers Support Tensors TestSupport", copy: "Fixtures"),
  test(
    "TrainingTests", "CProcess Datasets Layers Safetensors Support Tensors TestSupport Training",
    copy: "Fixtures"),
  test(
    "QuantizationTests",
    "Datasets FixedPoint Layers Quantization Quantizers Safetensors Support Tensors TestSupport Training",
    copy: "Fixtures"),
  test(
    "IntegerInferenceTests",
    "CKernels CountedMemory FixedPoint IntegerInference Platform Safetensors Support TestSupport",
    copy: "Fixtures"),
  test(
    "TFLiteFilesTests", "FixedPoint IntegerInference Safetensors Support TFLiteFiles TestSupport",
    copy: "Fixtures"),
  .testTarget(
    name: "ONNXFilesTests",
    dependencies: targets("FixedPoint IntegerInference ONNXFiles Safetensors Support TestSupport") + protobuf,
    resources: [.copy("Fixtures")]),
  test(
    "KerasFilesTests",
    """
    Conversion CProcess FixedPoint IntegerInference KerasFiles Layers Platform Quantization Safetensors Support \
    Tensors TestSupport
    """, copy: "Fixtures"),
  test(
    "PyTorchFilesTests",
    "Conversion Layers PyTorchFiles Quantization Safetensors Support Tensors TestSupport", copy: "Fixtures"),
  test(
    "ModelCommandTests",
    """
    Charting Datasets FixedPoint IntegerInference KerasFiles ModelCommand ONNXFiles PNGFiles QAT Quantization Support \
    TFLiteFiles Tensors TestSupport Training Weaver
    """),
  test(
    "ConversionTests",
    """
    Conversion Datasets FixedPoint IntegerInference Layers NetworkZoo Quantization Quantizers Support Tensors \
    TestSupport Training
    """),
  test("QATTests", "QAT TestSupport"),
  test("ChartingTests", "Charting PNGFiles Support TestSupport", exclude: ["Images"]),
  test("ModelChartsTests", "Charting Layers ModelCharts Quantization Quantizers Tensors"),
  test("LessonKitTests", "Charting LessonKit Support"),
  test("WeaverTests", "Charting LessonKit Support Weaver"),
  test("SiteTests", "Charting Site Support TestSupport Weaver"),
  test(
    "BrowserTests",
    """
    Datasets FixedPoint IntegerInference Layers Platform Safetensors Site SiteData Support Tensors TestSupport Training \
    Weaver book
    """
  ),
  test("SiteDataTests", "Datasets IntegerInference QAT Safetensors SiteData Support TestSupport"),
  test("LessonTests", "Charting LessonKit Support TestSupport Weaver book \(lessonNames)"),
  test("ExerciseTests", "Charting ExerciseChecks ExerciseKit TestSupport Weaver examiner"),
]

// A handout has no solutions, and none of the tests that need them.
if exists(Context.packageDirectory + "/Tests/Solutions") {
  tests += [
    .target(
      name: "Solutions", dependencies: targets("ExerciseChecks ExerciseKit Layers Tensors"),
      path: "Tests/Solutions"),
    test(
      "SolutionTests",
      "ExerciseChecks ExerciseKit FixedPoint Layers Platform Quantization Quantizers Solutions Support Tensors TestSupport"
    ),
    test(
      "ClassroomTests",
      "Classroom EnvironmentCheck ExerciseChecks ExerciseKit QATCommand Support TestSupport Weaver doctor examiner"
    ),
  ]
}

// ── The package ─────────────────────────────────────────────────────────────────────────────────
// QAT_DOCUMENTATION=1 is for API pages: the engine alone, and DocC's plugin, which nobody else has to fetch.
// The plugin plans the build of the package anew for every module: with all targets, that takes minutes.

let isForDocumentation = Context.environment["QAT_DOCUMENTATION"] == "1"
let libraries = isForDocumentation ? engine : engine + formats + charts

let package = Package(
  name: "swift-qat",
  platforms: [.macOS(.v14)],
  products: libraries.map { .library(name: $0.name, targets: [$0.name]) }
    + (isForDocumentation
      ? []
      : [
        .executable(name: "qat", targets: ["QATCommand"]),
        .executable(name: "qat-model", targets: ["ModelCommand"]),
      ]),
  dependencies: isForDocumentation
    ? [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]
    : [
      .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
      // Without its traits: their order differs from plan to plan, and another order rebuilds all that depends on it.
      .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    ],
  targets: system + libraries + (isForDocumentation ? [] : courseware + lessons + tools + tests)
)

// The compiler puts the system's modules into an index for each module that imports them, which takes longer than to
// compile a small module.
let lean: [SwiftSetting] = [.unsafeFlags(["-index-ignore-system-modules"], .when(configuration: .debug))]
for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + lean
}

/// Those of some targets that the ones of these names need, with themselves; the manifests of copies of the package
/// call it.
func needed(for names: String, of all: [Target]) -> [Target] {
  var needed = Set(names.split(separator: " ").map(String.init))
  for target in all.reversed() where needed.contains(target.name) {
    for case .targetItem(let name, _) in target.dependencies { needed.insert(name) }
    for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
  }
  return all.filter { needed.contains($0.name) }
}
