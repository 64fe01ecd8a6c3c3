// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// Workers on machines without data sets and without the web.
@Suite("Data sets that travel", .timeLimit(.minutes(2)))
struct TravellingDataTests {
    @Test(
        "a built-in data set comes from the coordinator, and is downloaded by no worker",
        .enabled(if: Checkout.shared("data/mnist") != nil, "needs MNIST below BITSWEEP_SHARED")
    )
    func builtin() async throws {
        let folder = try TemporaryFolder()
        let data = try #require(Checkout.shared("data/mnist"))
        let sweep = try folder.write(
            """
            version: 1
            name: travels
            images: {split: test, per-class-limit: 1}
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks: [{models: [glow], datasets: [mnist], transforms: [identity], seeds: [0]}]
            """,
            to: "sweep.yaml"
        )
        let arguments = ["run", sweep, "--store", folder.path("s.sqlite"), "--listen", "tcp://127.0.0.1:0", "--json"]
        let coordinator = try Executable.coordinator.start(arguments + ["--data", data, "--max-failures", "1"])
        let nowhere = "http://127.0.0.1:9"
        let worker = try Executable.worker.start(
            ["run", "--connect", await coordinator.endpoint(), "--threads", "1"],
            environment: ["http_proxy": nowhere, "https_proxy": nowhere]
        )
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
        #expect(worker.errors.contains("fetching images of 'mnist' (test), "), "\(worker.errors)")
        #expect(worker.errors.contains("fetched labels of 'mnist' (test), "), "\(worker.errors)")
    }
}
