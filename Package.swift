// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A layer: a library target together with the layers that it may import.
func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies,
    swiftSettings: busiest.contains(name) ? strict + optimized : strict)
}

/// The layers that the tests keep busiest, optimized in debug builds too.
///
/// With all layers optimized the exhaustive tests of the core took 1.3 s in place of 6.5, and the
/// histories of the simulator 11 s of processor in place of 29, on a busy machine; but the build took
/// twice as long, so these are it.
let busiest: Set = [
  "Crypto", "Engine", "HubProtocol", "HubStore", "IgnoreRules", "JSON", "LocalReplica", "Platform",
  "ProjectState", "SQLite", "Simulation", "SyncCore", "SyncModel",
]
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func library(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

// Arrows point downwards only: a target may name those above it in this list, never those below.
let package = Package(
  name: "syncline",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "syncline", targets: ["syncline"])],
  targets: [
    // C libraries: module maps and shims, nothing else.
    .target(name: "CSystem"),
    library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev", brew: "curl"),
    library(
      "CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev", brew: "libmicrohttpd"),
    library("CGit2", pkgConfig: "libgit2", apt: "libgit2-dev", brew: "libgit2"),
    library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev", brew: "libyaml"),
    library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),
    library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),

    // Values and pure functions.
    layer("SyncModel"),
    layer("SyncCore", ["SyncModel"]),
    layer("IgnoreRules"),
    layer("JSON"),
    layer("TOML"),
    layer("CommandLineKit"),

    // Thin Swift faces on the system and on C libraries.
    layer("Platform", ["CSystem"]),
    layer("Crypto", ["CCrypto", "SyncModel"]),
    layer("Zstd", ["CZstd"]),
    layer("SQLite", ["CSQLite", "Platform"]),
    layer("YAML", ["CYAML"]),
    layer("Git", ["CGit2"]),
    layer("HTTPClient", ["CCurl", "Platform"]),
    layer("HTTPServing", ["CMicroHTTPD", "Platform"]),

    // Replicas and the hub's store.
    layer("Replica", ["SyncModel"]),
    layer(
      "LocalReplica", ["Replica", "SyncModel", "SyncCore", "Platform", "Crypto", "IgnoreRules"]),
    layer("HubProtocol", ["SyncModel", "JSON", "Crypto", "Zstd"]),
    layer(
      "HubReplica",
      [
        "Replica", "HubProtocol", "HTTPClient", "SyncModel", "Platform", "Crypto", "Zstd",
      ]),
    layer(
      "MageReplica",
      ["Replica", "HTTPClient", "SyncModel", "Platform", "JSON", "YAML", "Crypto"]),
    layer(
      "HubStore", ["HubProtocol", "SQLite", "SyncModel", "SyncCore", "Platform", "Crypto", "Zstd"]),

    // The engine and what people meet.
    layer(
      "ProjectState",
      ["SyncModel", "SQLite", "Platform", "Crypto", "Zstd", "LocalReplica", "Replica"]),
    layer(
      "Engine",
      [
        "SyncCore", "SyncModel", "Replica", "LocalReplica", "ProjectState", "Git", "Platform",
        "Crypto", "JSON", "YAML", "TOML", "SQLite", "Zstd",
      ]),
    layer(
      "Hub",
      [
        "HubStore", "HubProtocol", "HTTPServing", "JSON", "SyncModel", "Platform", "Git",
      ]),
    layer("MCPServer", ["HTTPServing", "JSON", "Platform"]),
    layer("ProjectConfig", ["YAML", "SyncModel", "SyncCore", "IgnoreRules"]),
    layer(
      "Commands",
      [
        "CommandLineKit", "Engine", "HubReplica", "MageReplica", "Hub", "HubStore", "HubProtocol",
        "HTTPClient", "HTTPServing", "LocalReplica", "MCPServer", "ProjectConfig", "ProjectState",
        "Replica", "SyncCore", "SyncModel", "Git",
        "IgnoreRules", "JSON", "Platform", "Crypto", "SQLite",
      ]),
    .executableTarget(name: "syncline", dependencies: ["Commands"], swiftSettings: strict),

    // Tests: one target a layer; TestSupport holds generators, fakes and the contract suites.
    layer(
      "TestSupport",
      ["SyncModel", "Replica", "Platform", "Crypto", "CSystem", "HTTPServing", "JSON"]),
    // What every parser promises about any bytes; `scripts/fuzz` drives it with libFuzzer.
    layer(
      "Fuzzing",
      [
        "Commands", "Crypto", "Engine", "Git", "Hub", "HubProtocol", "HubStore", "HTTPClient",
        "HTTPServing", "IgnoreRules", "JSON", "LocalReplica", "MCPServer", "MageReplica",
        "Platform", "ProjectConfig", "ProjectState", "Replica", "SyncCore", "SyncModel", "TOML",
        "TestSupport", "YAML", "Zstd",
      ]),
    tests("FuzzingTests", ["Fuzzing", "Platform", "TestSupport"], exclude: ["Corpus"]),
    layer(
      "Simulation",
      [
        "TestSupport", "Engine", "ProjectState", "LocalReplica", "HubReplica", "MageReplica", "Hub",
        "HubStore", "HubProtocol", "HTTPClient", "HTTPServing", "IgnoreRules", "JSON",
        "ProjectConfig", "Replica", "SyncCore", "SyncModel", "Platform", "Crypto",
      ]),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], swiftSettings: strict),
    tests("SimulationTests", ["Simulation", "Engine", "Platform", "SyncCore", "TestSupport"]),
    tests("SyncModelTests", ["SyncModel", "TestSupport"]),
    tests("SyncCoreTests", ["SyncCore", "SyncModel", "TestSupport"]),
    tests("IgnoreRulesTests", ["IgnoreRules", "TestSupport"]),
    tests("JSONTests", ["JSON"]),
    tests("TOMLTests", ["TOML"]),
    tests("CommandLineKitTests", ["CommandLineKit"], exclude: ["Snapshots"]),
    tests("PlatformTests", ["Platform", "TestSupport"]),
    tests(
      "FacesTests",
      ["Crypto", "SyncModel", "Zstd", "SQLite", "YAML", "Git"]),
    tests("HTTPTests", ["HTTPClient", "HTTPServing", "Platform"]),
    tests(
      "LocalReplicaTests",
      ["LocalReplica", "Replica", "SyncModel", "Platform", "Crypto", "IgnoreRules", "TestSupport"]),
    tests(
      "HubTests",
      [
        "Hub", "HubStore", "HubProtocol", "HubReplica", "HTTPClient", "HTTPServing", "JSON",
        "Replica", "Simulation", "SyncModel", "Crypto", "Zstd", "Platform", "TestSupport",
      ]),
    tests(
      "MageTests",
      [
        "MageReplica", "HTTPClient", "HTTPServing", "JSON", "Replica", "SyncModel", "Crypto",
        "Platform", "TestSupport",
      ]),
    tests(
      "MCPServerTests",
      ["MCPServer", "HTTPClient", "HTTPServing", "JSON", "Platform", "TestSupport"]),
    tests(
      "ProjectConfigTests",
      ["ProjectConfig", "IgnoreRules", "SyncModel", "SyncCore"]),
    tests(
      "ProjectStateTests", ["ProjectState", "LocalReplica", "SyncModel", "SQLite", "TestSupport"]),
    tests(
      "EngineTests",
      [
        "Engine", "ProjectState", "LocalReplica", "Replica", "SyncCore", "SyncModel", "Platform",
        "Crypto", "IgnoreRules", "TestSupport",
      ]),
    tests(
      "CommandsTests",
      [
        "Commands", "CommandLineKit", "Engine", "HTTPClient", "Hub", "HubProtocol", "HubStore",
        "JSON",
        "MCPServer", "Platform", "ProjectConfig", "Replica", "SQLite", "SyncCore", "SyncModel",
        "Crypto", "TestSupport",
      ]),
    tests(
      "AcceptanceTests",
      [
        "JSON", "Platform", "SyncModel", "SQLite", "Crypto", "HTTPClient", "HTTPServing", "Zstd",
        "TestSupport",
      ]),
  ]
)

// The program around libFuzzer, which only `scripts/fuzz` asks for: its library has to be there.
if Context.environment["SYNCLINE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzzing"], swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
