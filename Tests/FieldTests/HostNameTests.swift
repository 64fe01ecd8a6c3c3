// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Machines have names; endpoints may, too.
@Suite("Endpoints with host names", .timeLimit(.minutes(2)))
struct HostNameTests {
    @Test("a coordinator listens at localhost, and a worker finds it there, whichever address that has first")
    func localhost() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let arguments = ["run", sweep.file, "--store", sweep.store(), "--listen", "tcp://localhost:0", "--json"]
        let coordinator = try Executable.coordinator.start(arguments)
        let endpoint = try await coordinator.endpoint()
        #expect(endpoint.hasPrefix("tcp://127.0.0.1:") || endpoint.hasPrefix("tcp://[::1]:"))
        let port = endpoint.split(separator: ":").last ?? ""
        let status = try await Executable.coordinator.run(["status", "--connect", "tcp://localhost:\(port)"])
        #expect(status.code == 0, "\(status.errors)")
        let worker = try Executable.worker.start(["run", "--connect", "tcp://localhost:\(port)", "--threads", "1"])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
    }

    @Test(
        "a worker tries every address of a name",
        .enabled(if: MountNamespace.isPossible, "needs the right to mount a file over /etc/hosts for one process")
    )
    func severalAddresses() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let port = try await coordinator.endpoint().split(separator: ":").last ?? ""
        let hosts = try sweep.folder.write("::1 head\n127.0.0.9 head\n127.0.0.1 head\n", to: "hosts")
        let worker = try Executable.shell(
            MountNamespace.line(
                "mount --bind \(hosts) /etc/hosts",
                then: "\"$WORKER\" run --connect tcp://head:\(port)"
            )
        )
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
    }

    @Test(
        "a name of this machine that others can reach is protected as its address is",
        .enabled(if: MountNamespace.isPossible, "needs the right to mount a file over /etc/hosts for one process")
    )
    func disguised() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let hosts = try sweep.folder.write("0.0.0.0 localhost\n192.0.2.1 far\n127.0.0.1 near\n", to: "hosts")
        func listen(_ host: String, _ more: String = "") async throws -> Outcome {
            let run = "\"$COORDINATOR\" run \(sweep.file) --store \(sweep.store()) --listen tcp://\(host):0 \(more)"
            return try await Executable.shell(MountNamespace.line("mount --bind \(hosts) /etc/hosts", then: run))
                .outcome()
        }
        let disguised = try await listen("localhost")
        #expect(
            disguised.code == 2 && disguised.errors.contains("other machines could reach this port"),
            "\(disguised)"
        )
        let far = try await listen("far")
        #expect(
            far.code == 2 && far.errors.contains("'far' is 192.0.2.1, which is no address of this machine"),
            "\(far)"
        )
        let unknown = try await listen("nobody.invalid")
        #expect(
            unknown.code == 2 && unknown.errorLines.count == 1 && unknown.errors.contains("no known host"),
            "\(unknown)"
        )
        let near = try await listen("near", "--local-workers 1")
        #expect(near.code == 0 && near.errors.contains("'near' is 127.0.0.1 here"), "\(near)")
    }

    @Test("any address and interfaces go on as before")
    func others() async throws {
        let sweep = try SmallSweep(perClass: 1)
        for host in ["*", "lo"] {
            let arguments = ["run", sweep.file, "--store", sweep.store(host), "--listen", "tcp://\(host):0"]
            let outcome = try await Executable.coordinator.run(arguments + ["--insecure", "--local-workers", "1"])
            #expect(outcome.code == 0, "\(host): \(outcome.errors)")
        }
    }
}
