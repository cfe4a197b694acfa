// swift-tools-version: 6.2
import PackageDescription

// ── Settings ────────────────────────────────────────────────────────────────────────────────────
// Hot loops run at release speed in a debug build too: `swift run lesson-07` is a debug build.

let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
let math: [LinkerSetting] = [.linkedLibrary("m", .when(platforms: [.linux]))]

// ── The house: a target may import what stands above it ─────────────────────────────────────────

let targets: [Target] = [
  .target(name: "Support", swiftSettings: optimized, linkerSettings: math),
  .testTarget(name: "SupportTests", dependencies: ["Support"]),
]

let package = Package(
  name: "swift-qat",
  platforms: [.macOS(.v14)],
  targets: targets
)
