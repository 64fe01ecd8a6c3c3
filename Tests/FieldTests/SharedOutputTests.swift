// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Several writers of one file, and writers that are ended", .timeLimit(.minutes(2)))
struct SharedOutputTests {
    @Test("of exports to one path at once the last one stays, whole, and nothing beside it")
    func exports() async throws {
        let sweep = try SmallSweep(perClass: 2)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let whole = try await sweep.csv()
        let arguments = ["export", "--store", sweep.store(), "--output", sweep.folder.path("shared.csv")]
        for _ in 0..<2 {
            let exports = try (0..<4).map { _ in try Executable.coordinator.start(arguments) }
            for export in exports { #expect(try await export.outcome().code == 0) }
            #expect(sweep.folder.bytes("shared.csv") == whole)
        }
        #expect(!sweep.folder.names().contains { $0.hasSuffix(".partial") })
    }

    /// Needs a C compiler for a disk that is slow.
    @Test(
        "a writer that is ended leaves what was there, and nothing beside it",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "no C compiler at /usr/bin/cc"),
        arguments: [SIGTERM, SIGINT, SIGHUP]
    )
    func endedWriter(signal: Int32) async throws {
        let folder = try TemporaryFolder()
        let source = try folder.write("#include <unistd.h>\nint fsync(int file) { return sleep(60); }\n", to: "slow.c")
        let shim = folder.path("slow.so")
        #expect(try await Executable.shell("cc -shared -fPIC -o '\(shim)' '\(source)'").outcome().code == 0)
        try folder.write("before", to: "out/sheet.png")
        let sample = try Executable.worker.start(
            ["sample", Checkout.model, "--rows", "1", "--columns", "1", "--output", folder.path("out/sheet.png")],
            environment: ["LD_PRELOAD": shim]
        )
        try await sample.wait("the file's bytes are written") { _ in folder.names(in: "out").count == 2 }
        sample.signal(signal)
        #expect(try await sample.outcome().code == -signal)
        #expect(folder.names(in: "out") == ["sheet.png"])
        #expect(folder.text("out/sheet.png") == "before")
    }
}
