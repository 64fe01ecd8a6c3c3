// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import TestSupport
import Testing

/// Workers whose coordinator is not there, not there any more, or somewhere else.
@Suite("A coordinator that is away", .timeLimit(.minutes(2)))
struct AbsentCoordinatorTests {
    @Test("a worker that gets no connection says why at once and again, and a client in its error")
    func reasons() async throws {
        let silent = try SilentListener()
        let expected = [
            ("tcp://nobody.invalid:7461", "no address of 'nobody.invalid' is known ("),
            ("tcp://127.0.0.1:1", "127.0.0.1:1 refuses connections: nothing listens there"),
            ("tcp://localhost:1", "127.0.0.1:1 refuses connections: nothing listens there"),
            ("tcp://127.0.0.1:\(silent.port)", "127.0.0.1:\(silent.port) takes connections and says nothing"),
        ]
        let workers = try expected.map {
            try Executable.worker.start(["run", "--connect", $0.0, "--threads", "1", "--insecure"])
        }
        let client = try Executable.coordinator.start(["status", "--connect", "tcp://nobody.invalid:1", "--insecure"])
        for (worker, (endpoint, reason)) in zip(workers, expected) {
            // A port that takes connections may belong to a coordinator that is slow to say hello.
            let isCertain = !endpoint.hasSuffix(":\(silent.port)")
            try await worker.wait("the reason at \(endpoint)", seconds: 20) {
                $0.errors.contains(reason)
            }
            #expect(worker.errors.contains("not connected: ") == isCertain)
            try await worker.wait("the reason again", seconds: 20) { $0.errors.contains("not connected for ") }
        }
        let outcome = try await client.outcome()
        #expect(outcome.code == 1 && outcome.errors.contains("no address of 'nobody.invalid' is known"), "\(outcome)")
    }

    @Test("the line for workers can be pasted, with the key of an encrypted run")
    func line() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let home = ["HOME": sweep.folder.path("home")]
        let keys = sweep.folder.path("my keys")
        let made = try await Executable.coordinator.run(["keys", "new", "--keys", keys], environment: home)
        #expect(made.code == 0, "\(made.errors)")
        let arguments = ["run", sweep.file, "--store", sweep.store(), "--listen", "tcp://*:0", "--keys", keys]
        let coordinator = try Executable.coordinator.start(arguments, environment: home)
        try await coordinator.wait("the line") { $0.errors.contains("worker run --connect") }
        let line = try #require(coordinator.errors.split(separator: "\n").first { $0.contains("worker run") })
        let command = try #require(line.firstRange(of: "worker run")).lowerBound
        let pasted = line[command...].replacing("worker run", with: "\"$WORKER\" run", maxReplacements: 1)
        let worker = try Executable.shell("\(pasted) --threads 1", environment: home)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(line): \(outcome.errors)\(worker.errors)")
    }

    @Test("a worker is back within five seconds after a killed coordinator is started again")
    func comeback() async throws {
        let sweep = try SmallSweep(perClass: 400)
        let arguments = ["run", sweep.file, "--store", sweep.store(), "--listen", fixedEndpoint(), "--json"]
        let first = try Executable.coordinator.start(arguments)
        let endpoint = try await first.endpoint()
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        func joins() -> Int { worker.errors.split(separator: "\n").count { $0.contains("joined run") } }
        try await worker.wait("joined") { _ in joins() == 1 }
        first.signal(SIGKILL)
        _ = try await first.outcome()
        // As long as pauses that double every time take to become longer than five seconds.
        try await Task.sleep(for: .milliseconds(6_800))
        let second = try Executable.coordinator.start(arguments)
        _ = try await second.endpoint()
        try await worker.wait("joined again", seconds: 5) { _ in joins() == 2 }
    }
}

/// A port of 127.0.0.1 that takes connections and says nothing.
private final class SilentListener {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { [descriptor] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) | listen(descriptor, 16) | getsockname(descriptor, $0, &size)
            }
        }
        try #require(status == 0)
        port = address.sin_port.bigEndian
    }

    deinit { close(descriptor) }
}
