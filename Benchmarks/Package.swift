// swift-tools-version: 6.2
// BitSweep
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// The settings of the loop that measures the machine, compiled for one instruction set like the engine's kernels.
func peak(_ clang: String...) -> [SwiftSetting] {
    strict + [.unsafeFlags(["-O"] + clang.flatMap { ["-Xcc", $0] })]
}

let package = Package(
    name: "benchmarks",
    products: [
        .executable(name: "engine-bench", targets: ["EngineBench"]),
        .executable(name: "fleet-model", targets: ["FleetModel"]),
        .executable(name: "fuzz", targets: ["Fuzz"]),
        .executable(name: "null-worker", targets: ["NullWorker"]),
        .executable(name: "statistics-bench", targets: ["StatisticsBench"]),
    ],
    dependencies: [.package(name: "bitsweep", path: "..")],
    targets: [
        .target(name: "PeakTemplate", swiftSettings: peak()),
        .target(name: "PeakAVX2", dependencies: ["PeakTemplate"], swiftSettings: peak("-mavx2", "-mfma")),
        .target(
            name: "PeakAVX512",
            dependencies: ["PeakTemplate"],
            swiftSettings: peak("-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mavx2", "-mfma")
        ),
        .executableTarget(
            name: "EngineBench",
            dependencies: [
                "PeakAVX2", "PeakAVX512",
                .product(name: "Kernels", package: "bitsweep"),
                .product(name: "Layers", package: "bitsweep"),
                .product(name: "Networks", package: "bitsweep"),
                .product(name: "SweepPlan", package: "bitsweep"),
                .product(name: "Training", package: "bitsweep"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "NullWorker",
            dependencies: ["Engine", "Kernels", "Vocabulary", "WireProtocol", "ZeroMQ"].map {
                .product(name: $0, package: "bitsweep")
            },
            swiftSettings: strict
        ),
        .executableTarget(
            name: "FleetModel",
            dependencies: ["Scheduling", "Vocabulary"].map { .product(name: $0, package: "bitsweep") },
            swiftSettings: strict
        ),
        .executableTarget(
            name: "StatisticsBench",
            dependencies: [.product(name: "Statistics", package: "bitsweep")],
            swiftSettings: strict
        ),
        // Builds with --sanitize=fuzzer only, which brings its main; see driver/fuzz.py.
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Datasets", "Kernels", "Keyring", "Networks", "SweepPlan", "Vocabulary", "WireProtocol", "ZeroMQ",
            ].map {
                .product(name: $0, package: "bitsweep")
            },
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
