// swift-tools-version: 6.2
// BitSweep
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Settings shared by every target.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .treatAllWarnings(as: .error),
]

/// Settings of a module whose numeric code must be fast in debug builds too.
///
/// `clang` flags choose the instruction set: they reach Swift's code generation through the embedded Clang. Where
/// `scripts/test --sanitize thread` builds, the plain memory accesses of these modules are left alone: looking at each
/// would make an image take minutes.
func kernels(_ clang: String...) -> [SwiftSetting] {
    let unwatched = Context.environment["BITSWEEP_SANITIZE"] == "thread"
    return strict + [
        .unsafeFlags(["-O"] + clang.flatMap { ["-Xcc", $0] }),
        .unsafeFlags(unwatched ? ["-Xllvm", "-tsan-instrument-memory-accesses=0"] : []),
        .unsafeFlags(unwatched ? ["-Xllvm", "-tsan-instrument-func-entry-exit=0"] : []),
    ]
}

/// The commit that `--version` shows, as `scripts/build` and `scripts/test` tell it.
///
/// Not `Context.gitInformation`: SwiftPM evaluates a manifest again when its text or the environment changed, not when
/// the commit did. A build plugin's commands are kept in the same way.
let commit = Context.environment["BITSWEEP_BUILD_COMMIT"] ?? "unknown"

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let swiftProtobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let flyingSocks = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

/// A room of `Sources/` together with its tests in `Tests/<name>Tests`.
func room(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = [],
    settings: [SwiftSetting] = strict,
    linkedLibraries: [String] = [],
    tests: [Target.Dependency]? = []
) -> [Target] {
    let module = Target.target(
        name: name,
        dependencies: dependencies,
        path: "Sources/\(name)",
        exclude: exclude,
        swiftSettings: settings,
        linkerSettings: linkedLibraries.map { .linkedLibrary($0) }
    )
    guard let tests else { return [module] }
    return [
        module,
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name)] + tests,
            path: "Tests/\(name)Tests",
            swiftSettings: strict
        ),
    ]
}

// Floor by floor: a room imports only rooms above it in this list.
let floor0: [Target] =
    [
        .systemLibrary(name: "CZeroMQ", path: "Sources/CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPNG", path: "Sources/CPNG", providers: [.apt(["libpng-dev"])]),
        .target(
            name: "CBuildCommit",
            path: "Sources/CBuildCommit",
            cSettings: [.define("BITSWEEP_BUILD_COMMIT", to: "\"\(commit)\"")]
        ),
        // What the tests of several rooms share.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    ]
    + room("KernelTemplates", settings: kernels(), tests: nil)
    + room("Vocabulary", [crypto], tests: ["TestSupport"])
    + room("RandomNumbers", settings: kernels())
    + room("Files", tests: ["TestSupport"])
    + room("Logs", [logging], tests: [logging])

let floor1: [Target] =
    room("SweepPlan", ["Vocabulary", yams], tests: ["Vocabulary", "TestSupport"])
    + room("Statistics", ["RandomNumbers", "Vocabulary"], settings: kernels(), tests: ["TestSupport"])
    + room("KernelsPortable", ["KernelTemplates"], settings: kernels(), linkedLibraries: ["m"], tests: nil)
    + room("KernelsAVX2", ["KernelTemplates"], settings: kernels("-mavx2", "-mfma"), tests: nil)
    + room(
        "KernelsAVX512",
        ["KernelTemplates"],
        settings: kernels("-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mavx2", "-mfma"),
        tests: nil
    )
    + room("ZeroMQ", ["CZeroMQ"], settings: strict + [.strictMemorySafety()])
    + room(
        "Datasets",
        ["CZlib", "Files", "Vocabulary"],
        settings: kernels(),
        tests: ["Files", "Vocabulary", "TestSupport"]
    )
    + room("Scheduling", ["Vocabulary"], tests: ["Vocabulary", "TestSupport"])

let floor2: [Target] =
    room(
        "Kernels",
        ["RandomNumbers", "KernelTemplates", "KernelsPortable", "KernelsAVX2", "KernelsAVX512"],
        settings: kernels(),
        tests: ["TestSupport"]
    )
    + room("Keyring", ["Files", "ZeroMQ", crypto], tests: ["ZeroMQ", "TestSupport"])
    + room(
        "WireProtocol",
        ["Vocabulary", "Statistics", swiftProtobuf],
        exclude: ["Protocol/bitsweep.proto"],
        tests: ["Vocabulary", "Statistics", "TestSupport"]
    )
    + room("Reporting", ["Vocabulary", "Statistics"], tests: ["Vocabulary", "Statistics"])
    + room(
        "ResultStore",
        ["CZlib", "Files", "Vocabulary", "Statistics", grdb, sqlite],
        tests: ["Files", "Vocabulary", "Statistics", "TestSupport", grdb]
    )
    + room("Certificates", ["Vocabulary", "Statistics", crypto], tests: ["Vocabulary", "TestSupport"])

let floor3: [Target] =
    room(
        "Transforms",
        ["Vocabulary", "Datasets", "Kernels"],
        settings: kernels(),
        tests: ["Vocabulary", "Datasets", "Kernels"]
    )
    + room("Layers", ["Kernels"], settings: kernels(), tests: ["Kernels"])
    + room("Figures", ["CPNG", "Files", "Reporting"], tests: ["CPNG", "TestSupport"])
    + room(
        "Screens",
        ["Vocabulary", "Statistics", "WireProtocol", "Reporting"],
        tests: ["Vocabulary", "Statistics", "WireProtocol", "Reporting", "TestSupport"]
    )
    + room(
        "Launching",
        ["Vocabulary", "Reporting", "ResultStore"],
        tests: ["Vocabulary", "ResultStore", "TestSupport"]
    )

let floor4: [Target] =
    room(
        "Networks",
        ["Files", "Vocabulary", "Kernels", "Layers"],
        tests: ["Vocabulary", "Kernels", "Layers", "TestSupport"]
    )
    + room(
        "Answers",
        [
            "CZlib", "Datasets", "Transforms", "Kernels", "Vocabulary", "Statistics", "ResultStore", "Reporting",
            "SweepPlan", "Figures",
        ],
        tests: ["Vocabulary", "Statistics", "ResultStore", "TestSupport"]
    )

let floor5: [Target] =
    room(
        "Engine",
        ["Vocabulary", "Datasets", "Transforms", "Kernels", "Layers", "Networks"],
        tests: ["Vocabulary", "Datasets", "Kernels", "Layers", "Networks", "TestSupport"]
    )
    + room(
        "Training",
        ["Files", "Vocabulary", "SweepPlan", "Datasets", "Transforms", "Kernels", "Layers", "Networks"],
        settings: kernels(),
        tests: ["Vocabulary", "SweepPlan", "Datasets", "Transforms", "Kernels", "Layers", "Networks", "TestSupport"]
    )
    + room(
        "Report",
        ["Files", "Vocabulary", "Reporting", "Figures", "Answers"],
        tests: ["Vocabulary", "TestSupport"]
    )
    + room(
        "Dashboard",
        [
            "Vocabulary", "Statistics", "Scheduling", "ResultStore", "WireProtocol", "Reporting", "Answers", crypto,
            flyingSocks,
        ],
        tests: ["Reporting", "Scheduling", "WireProtocol", "Vocabulary", "ResultStore", "TestSupport"]
    )

// Apart from the executables, the only room that knows of ArgumentParser.
let floor6: [Target] = room(
    "CommandLine",
    [
        "CBuildCommit", "Files", "Vocabulary", "WireProtocol", "ZeroMQ", "Keyring", "Kernels", "Engine",
        argumentParser, unixSignals,
    ],
    tests: ["TestSupport", "Keyring", "Vocabulary", "ZeroMQ", argumentParser]
)

let floor7: [Target] = [
    .executableTarget(
        name: "Worker",
        dependencies: [
            "Files", "Vocabulary", "CommandLine", "SweepPlan", "Logs", "ZeroMQ", "Keyring", "Datasets", "WireProtocol",
            "Kernels", "Transforms", "Layers", "Networks", "Engine", "Training", "Statistics", "Reporting", "Figures",
            argumentParser, unixSignals, logging, crypto,
        ],
        path: "Worker",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "Coordinator",
        dependencies: [
            "Files", "Vocabulary", "CommandLine", "SweepPlan", "Statistics", "Logs", "ZeroMQ", "Keyring", "Datasets",
            "WireProtocol", "Scheduling", "ResultStore", "Reporting", "Screens", "Kernels", "Networks", "Engine",
            "Training", "Answers", "Figures", "Certificates", "Report", "Dashboard", "Launching", argumentParser,
            serviceLifecycle, unixSignals, logging,
        ],
        path: "Coordinator",
        swiftSettings: strict
    ),
    // Both executables, and nothing that they do not need, in one `swift build --target Executables`.
    .target(name: "Executables", dependencies: ["Worker", "Coordinator"], swiftSettings: strict),
    .testTarget(
        name: "WorkerTests",
        dependencies: [
            "Worker", "TestSupport", "Vocabulary", "Logs", "Datasets", "Engine", "Layers", "Networks", "WireProtocol",
            "ZeroMQ",
            logging,
        ],
        path: "Tests/WorkerTests",
        swiftSettings: strict
    ),
    // What went wrong on other people's machines, replayed with the real executables; `scripts/field` runs these alone.
    .testTarget(
        name: "FieldTests",
        dependencies: [
            "Coordinator", "Worker", "TestSupport", "Vocabulary", "ZeroMQ", "Keyring", "WireProtocol", "Kernels",
            "Engine", "Layers", "Networks",
        ],
        path: "Tests/FieldTests",
        swiftSettings: strict
    ),
    .testTarget(
        name: "CoordinatorTests",
        dependencies: [
            "Coordinator", "Worker", "TestSupport", "CommandLine", "Vocabulary", "SweepPlan", "Datasets", "Kernels",
            "Statistics", "WireProtocol", "Engine", "Figures", "Scheduling", "ResultStore", "Launching", "ZeroMQ",
        ],
        path: "Tests/CoordinatorTests",
        swiftSettings: strict
    ),
]

let package = Package(
    name: "bitsweep",
    products: [
        .executable(name: "worker", targets: ["Worker"]),
        .executable(name: "coordinator", targets: ["Coordinator"]),
        // What Benchmarks/ times and fuzzes.
        .library(name: "Datasets", targets: ["Datasets"]),
        .library(name: "Engine", targets: ["Engine"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .library(name: "Keyring", targets: ["Keyring"]),
        .library(name: "Layers", targets: ["Layers"]),
        .library(name: "Networks", targets: ["Networks"]),
        .library(name: "Scheduling", targets: ["Scheduling"]),
        .library(name: "Statistics", targets: ["Statistics"]),
        .library(name: "SweepPlan", targets: ["SweepPlan"]),
        .library(name: "Training", targets: ["Training"]),
        .library(name: "Vocabulary", targets: ["Vocabulary"]),
        .library(name: "WireProtocol", targets: ["WireProtocol"]),
        .library(name: "ZeroMQ", targets: ["ZeroMQ"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", .upToNextMinor(from: "0.27.1")),
    ],
    targets: floor0 + floor1 + floor2 + floor3 + floor4 + floor5 + floor6 + floor7,
    swiftLanguageModes: [.v6]
)
