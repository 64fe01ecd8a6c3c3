// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireProtocol

@Suite("What a key may do", .timeLimit(.minutes(2)))
struct KeyRolesTests {
    /// A run that waits for workers, on an endpoint with keys.
    private struct Guarded {
        let sweep: SmallSweep
        let coordinator: RunningProcess
        let endpoint: String

        init() async throws {
            sweep = try SmallSweep(perClass: 2)
            for role in ["worker", "viewer", "operator"] {
                let made = try await Executable.coordinator.run([
                    "keys", "new", "--role", role, "--keys", sweep.folder.path("keys"),
                ])
                #expect(made.code == 0, "\(made.errors)")
            }
            coordinator = try Executable.coordinator.start(
                sweep.run(["--keys", sweep.folder.path("keys"), "--json"])
            )
            endpoint = try await coordinator.endpoint()
        }

        var keys: String { sweep.folder.path("keys") }
        func key(_ name: String) -> String { sweep.folder.path("keys/\(name).key") }

        func client(_ command: String, _ more: String..., key: String) async throws -> Outcome {
            let connection = ["--connect", endpoint, "--key", self.key(key)]
            return try await Executable.coordinator.run([command] + more + connection)
        }
    }

    @Test("a worker's key can neither cancel, pause, resume or drain a run nor see it, and is told which role can")
    func worker() async throws {
        let run = try await Guarded()
        for (command, arguments) in [("cancel", []), ("pause", []), ("resume", []), ("drain", ["elsewhere"])] {
            let peer = try HostilePeer(run.endpoint, key: run.key("worker"))
            let wish: ControlRequest.Command =
                switch command {
                case "cancel": .cancel
                case "pause": .pause
                case "resume": .resume
                default: .drain(worker: arguments.joined())
                }
            peer.say(.control(ControlRequest(wish, number: 7)))
            let refusal = try await peer.first { if case .refuse(let refusal) = $0 { refusal } else { nil } }
            #expect(refusal?.reason == .notAllowed)
            #expect(refusal?.text.contains("that needs the role operator") == true)
            peer.leave()
        }
        let seen = try await run.client("status", key: "worker")
        #expect(seen.code == 1 && seen.errors.contains("that needs the role viewer"))
        #expect(run.coordinator.isRunning)
        #expect(try await run.client("status", key: "operator").output.contains("running"))
    }

    @Test("a viewer sees and steers nothing, an operator steers, and neither computes")
    func viewerAndOperator() async throws {
        let run = try await Guarded()
        #expect(try await run.client("status", key: "viewer").code == 0)
        let pause = try await run.client("pause", key: "viewer")
        #expect(pause.code == 1 && pause.errors.contains("that needs the role operator"))
        for key in ["viewer", "operator"] {
            let worker = try await Executable.worker.run(["run", "--connect", run.endpoint, "--key", run.key(key)])
            #expect(worker.code != 0 && worker.errors.contains("that needs the role worker"))
        }
        #expect(try await run.client("pause", key: "operator").code == 0)
        // On the coordinator's machine its own key serves; nothing has to be named.
        let cancelled = try await Executable.coordinator.run([
            "cancel", "--connect", run.endpoint, "--keys", run.keys,
        ])
        #expect(cancelled.code == 0, "\(cancelled.errors)")
        #expect(try await run.coordinator.outcome().code == 3)
    }

    @Test("revoking a key ends the living connections of its workers within seconds, and what they say is refused")
    func revoked() async throws {
        let run = try await Guarded()
        let peer = try HostilePeer(run.endpoint, key: run.key("worker"))
        try peer.sayHello()
        let attempts = try await peer.first { if case .assign(let list) = $0 { list.map(\.attempt) } else { nil } }
        let honest = try Executable.worker.start([
            "run", "--connect", run.endpoint, "--key", run.key("worker"), "--threads", "1",
        ])
        try await honest.wait("the worker to join") { $0.errors.contains("joined") }
        let revoked = try await Executable.coordinator.run(["keys", "revoke", "worker", "--keys", run.keys])
        #expect(revoked.code == 0)
        let told = try await peer.first(within: 5) { if case .refuse(let refusal) = $0 { refusal } else { nil } }
        #expect(told?.reason == .notAllowed && told?.text.contains("revoked") == true)
        let count = peer.messages.count
        peer.say(.handBack(attempts ?? []))
        let again = try await peer.first(within: 5, skipping: count) {
            if case .refuse(let refusal) = $0 { refusal.reason } else { nil }
        }
        #expect(again == .notAllowed)
        let ended = try await honest.outcome()
        #expect(ended.code != 0 && ended.errors.contains("was revoked"))
        let status = try await run.client("status", "--json", key: "operator")
        #expect(status.output.contains("\"workerCount\":0"))
    }
}
