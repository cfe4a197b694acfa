import Foundation

/// Reports missing prerequisites of the course, with the command that installs them.
///
/// It depends on none of the libraries that it looks for: `swift run doctor` builds where nothing else does.
public struct EnvironmentCheck: Sendable {
  private let environment: Environment

  /// Creates a check of an environment.
  public init(_ environment: Environment = .this) { self.environment = environment }

  /// Everything that is looked for, in the order in which one would install it.
  public var requirements: [Requirement] {
    [
      swift,
      library(
        "libpng", "libpng", ["png.h", "libpng16/png.h"], apt: "libpng-dev", brew: "libpng",
        "it writes every chart"),
      library(
        "Cairo", "cairo", ["cairo/cairo.h"], apt: "libcairo2-dev", brew: "cairo", "it draws every chart"),
      library("zlib", "zlib", ["zlib.h"], apt: "zlib1g-dev", brew: "zlib", "it unpacks MNIST"),
      library(
        "oneDNN", "dnnl", ["oneapi/dnnl/dnnl.h"], apt: "libdnnl-dev", brew: nil, isNeeded: false,
        "networks train several times faster with it"),
      library(
        "HDF5", "hdf5", ["hdf5/serial/hdf5.h", "hdf5.h"], apt: "libhdf5-dev", brew: "hdf5", isNeeded: false,
        "with libzip it reads Keras models (.keras, .h5)"),
      library(
        "libzip", "libzip", ["zip.h"], apt: "libzip-dev", brew: "libzip", isNeeded: false,
        "with HDF5 it reads Keras models (.keras, .h5)"),
      fonts, pandoc, disk, mnist,
    ].compactMap { $0 }
  }

  // MARK: - Programs

  private var swift: Requirement {
    let output = environment.output(["swift", "--version"]) ?? ""
    let version = output.firstMatch(of: /Swift version (\d+)\.(\d+)(?:\.\d+)?/)
    let isEnough = version.map { (Int($0.1) ?? 0, Int($0.2) ?? 0) >= (6, 2) } ?? false
    let actual = version.map { " (here is \($0.1).\($0.2))" } ?? ""
    return Requirement(
      "Swift", for: "the course needs version 6.2 or later\(actual)",
      found: isEnough ? version.map { String($0.0.dropFirst("Swift version ".count)) } : nil,
      remedy: "https://www.swift.org/install, or: swiftly install latest")
  }

  private var pandoc: Requirement {
    let version = environment.output(["pandoc", "--version"])?.split(separator: "\n").first?.split(
      separator: " "
    )
    .last
    return installable(
      "pandoc", for: "it turns chapters into HTML, EPUB or PDF", isNeeded: false,
      found: version.map(String.init), apt: "pandoc", brew: "pandoc")
  }

  // MARK: - Libraries

  private static let includes = ["/usr/include", "/usr/local/include", "/opt/homebrew/include"]

  private func library(
    _ name: String, _ package: String, _ headers: [String], apt: String, brew: String?, isNeeded: Bool = true,
    _ purpose: String
  ) -> Requirement? {
    if isMac, brew == nil { return nil }
    let prefix = package == "dnnl" ? environment.variable("QAT_ONEDNN_PREFIX").map { [$0 + "/include"] } : nil
    let isThere = (prefix ?? Self.includes).contains { folder in
      headers.contains { environment.exists("\(folder)/\($0)") }
    }
    let version = environment.output(["pkg-config", "--modversion", package])?.split(separator: "\n").first
    return installable(
      name, for: purpose, isNeeded: isNeeded, found: isThere ? version.map(String.init) ?? "" : nil,
      apt: apt, brew: brew ?? apt, isLookedForOnce: !isNeeded)
  }

  private var fonts: Requirement {
    let font = isMac ? "" : environment.output(["fc-match", "--format", "%{family}", "sans"])
    let isThere = font != nil || environment.exists("/usr/share/fonts/truetype")
    return installable(
      "a font", for: "without one, the text in charts is boxes",
      found: isThere ? font.map { "(\($0))" } ?? "" : nil,
      apt: "fonts-dejavu-core fontconfig", brew: "font-dejavu")
  }

  // MARK: - Space and data

  /// The bytes that a debug build with all tests takes, about.
  private static let space = 4_000_000_000

  private var disk: Requirement {
    let free = environment.freeBytes(".") ?? 0
    let gigabytes = "\(free / 1_000_000_000) GB free"
    return Requirement(
      "disk space", for: "a build with all tests takes up to 4 GB; there are \(gigabytes)",
      found: free >= Self.space ? "(\(gigabytes))" : nil,
      remedy: "free some, or build elsewhere: swift run --scratch-path FOLDER lesson-01")
  }

  private var mnist: Requirement {
    let folders = [environment.variable("QAT_DATA"), "mnist", "data"].compactMap { $0 }.filter { !$0.isEmpty }
    let name = "train-images-idx3-ubyte"
    let folder = folders.first {
      environment.exists("\($0)/\(name)") || environment.exists("\($0)/\(name).gz")
    }
    return Requirement(
      "MNIST", for: "lessons use built-in digits without it", isNeeded: false,
      found: folder.map { "(in \($0))" },
      remedy: "swift run qat data --to mnist")
  }

  // MARK: - Remedies

  private var isMac: Bool { environment.exists("/System/Library/CoreServices") }

  /// A requirement whose remedy is to install packages, by the command for this system and this user.
  ///
  /// What is optional and linked is looked for by `Package.swift`, whose result SwiftPM keeps until it is told to forget.
  private func installable(
    _ name: String, for purpose: String, isNeeded: Bool = true, found: String?, apt: String, brew: String,
    isLookedForOnce: Bool = false
  ) -> Requirement {
    let hasApt = !isMac && environment.exists("/usr/bin/apt-get")
    let remedy =
      isMac
      ? "brew install \(brew)"
      : hasApt ? aptCommand(apt) : "install what Debian calls \(apt), with this system's package manager"
    return Requirement(
      name, for: purpose, isNeeded: isNeeded, found: found,
      remedy: remedy + (isLookedForOnce ? " && swift package purge-cache" : ""),
      aptPackages: hasApt ? apt : nil)
  }

  /// The command that installs packages; it fetches the lists of packages first where a container image has none.
  private func aptCommand(_ packages: String) -> String {
    let lists = environment.output(["ls", "/var/lib/apt/lists"]) ?? ""
    return environment.asRoot(
      (lists.contains("_") ? [] : ["apt-get update"]) + ["apt-get install -y \(packages)"])
  }

  // MARK: - Report

  /// The lines of a report on requirements, and whether nothing that is needed is missing.
  public func report(on requirements: [Requirement]) -> (lines: [String], isComplete: Bool) {
    let missing = requirements.filter { $0.found == nil && $0.isNeeded }
    let packages = missing.compactMap(\.aptPackages)
    var lines = requirements.map(\.description) + [""]
    if missing.isEmpty {
      lines.append("Nothing that is needed is missing: swift run lesson-01")
    } else {
      lines.append("Missing: \(missing.map(\.name).joined(separator: ", "))")
      if packages.count > 1 { lines.append("At once: \(aptCommand(packages.joined(separator: " ")))") }
    }
    return (lines, missing.isEmpty)
  }
}
