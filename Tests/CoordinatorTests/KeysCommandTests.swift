// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `coordinator keys`, by the real executable.
@Suite("coordinator keys", .timeLimit(.minutes(5)))
struct KeysCommandTests {
    private func keys(_ arguments: String..., in folder: TemporaryFolder) async throws -> Outcome {
        try await Executable.coordinator.run(["keys"] + arguments, environment: ["BITSWEEP_KEYS": folder.path("keys")])
    }

    private func shown(in folder: TemporaryFolder) async throws -> [[String: Any]] {
        let outcome = try await keys("show", "--json", in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let listing = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(listing?["directory"] as? String == folder.path("keys"))
        return try #require(listing?["keys"] as? [[String: Any]])
    }

    /// The value of a line `name = value` in a key file.
    private func value(_ name: String, in file: String) throws -> String {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        return String(try #require(lines.first { $0.hasPrefix("\(name) = ") }).dropFirst(name.count + 3))
    }

    @Test("new makes both keys the first time, tells the next commands, and show tells all but the secrets")
    func newAndShow() async throws {
        let folder = try TemporaryFolder()
        let made = try await keys("new", in: folder)
        #expect(made.code == 0, "\(made.errors)")
        let file = folder.path("keys/worker.key")
        #expect(made.output.contains("Copy \(file) to each machine"))
        #expect(made.output.contains("worker run --connect tcp://") && made.output.contains("--key worker.key"))
        #expect(made.output.contains("coordinator run SWEEP --listen"))

        let rows = try await shown(in: folder)
        #expect(rows.map { $0["role"] as? String } == ["coordinator", "worker"])
        #expect(rows.map { $0["mode"] as? String } == ["0600", "0600"])
        #expect(rows.map { $0["file"] as? String } == [folder.path("keys/coordinator.key"), file])
        #expect(rows[1]["name"] as? String == "worker")
        #expect(rows[1]["public_key"] as? String == (try value("public", in: file)))
        #expect(rows[0]["public_key"] as? String == (try value("coordinator", in: file)))
        #expect(rows[1]["allowed_since"] is String && rows[0]["allowed_since"] == nil)

        let text = try await keys("show", in: folder)
        for outcome in [made, text, try await keys("show", "--json", in: folder)] {
            for file in ["worker", "coordinator"] {
                #expect(!outcome.output.contains(try value("secret", in: folder.path("keys/\(file).key"))))
            }
        }
        #expect(text.output.contains(try value("public", in: file)))
    }

    @Test("one invitation file is all that a worker and a viewer elsewhere need, wherever the coordinator listens")
    func invite() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let port = try #require(fixedEndpoint().split(separator: ":").last)
        let endpoints = ["--endpoint", "tcp://127.0.0.1:1,tcp://127.0.0.1:\(port)"]
        for role in ["worker", "viewer"] {
            let arguments = ["invite", "--role", role, "--output", sweep.folder.path("\(role).join")]
            let made = try await Executable.coordinator.run(
                ["keys"] + arguments + endpoints,
                environment: ["BITSWEEP_KEYS": sweep.folder.path("keys")]
            )
            #expect(made.code == 0, "\(made.errors)")
            let command = role == "worker" ? "worker run" : "coordinator tail"
            #expect(made.output.contains("  \(command) --join \(role).join\n"), "\(made.output)")
        }
        let coordinator = try Executable.coordinator.start(
            ["run", sweep.file, "--store", sweep.store(), "--listen", "tcp://127.0.0.1:\(port)", "--json"],
            environment: ["BITSWEEP_KEYS": sweep.folder.path("keys")]
        )
        _ = try await coordinator.endpoint()
        let viewer = sweep.folder.path("viewer.join")
        let status = try await Executable.coordinator.run(["status", "--json", "--join", viewer])
        #expect(status.code == 0, "\(status.errors)")
        let pause = try await Executable.coordinator.run(["pause", "--join", viewer])
        #expect(pause.code == 1 && pause.errors.contains("operator"), "\(pause.errors)")
        let wrong = try await Executable.worker.run(["run", "--join", viewer])
        #expect(wrong.code == 2 && wrong.errors.contains("invite --role worker --output FILE"), "\(wrong.errors)")
        let worker = try Executable.worker.start(["run", "--join", sweep.folder.path("worker.join"), "--threads", "1"])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
    }

    @Test("without --endpoint an invitation names addresses of this machine, and never a wildcard")
    func ownAddresses() async throws {
        let folder = try TemporaryFolder()
        let made = try await keys("invite", "--output", folder.path("a.join"), in: folder)
        #expect(made.code == 0, "\(made.errors)")
        let endpoints = try value("endpoints", in: folder.path("a.join")).split(separator: ",")
        #expect(!endpoints.isEmpty && endpoints.allSatisfy { $0.hasPrefix("tcp://") && $0.hasSuffix(":7461") })
        #expect(!endpoints.contains { $0.contains("*") || $0.contains("0.0.0.0") })
        let wrong = try await keys("invite", "--output", folder.path("b.join"), "--endpoint", "head", in: folder)
        #expect(wrong.code == 2 && wrong.errorLines.count == 1 && wrong.errors.hasPrefix("--endpoint: 'head' is no"))
        let again = try await keys("invite", "--output", folder.path("a.join"), in: folder)
        #expect(again.code == 2 && again.errors.contains("never overwritten"))
    }

    @Test("a key is revoked by name and allowed again by the key, whatever character that begins with")
    func revokeAndAllow() async throws {
        let folder = try TemporaryFolder()
        _ = try await keys("new", "--name", "gpu-3", in: folder)
        let file = folder.path("keys/gpu-3.key")
        let publicKey = try value("public", in: file)
        let revoked = try await keys("revoke", "gpu-3", in: folder)
        #expect(revoked.code == 0 && revoked.output.contains("sent away"))
        let row = try #require(try await shown(in: folder).last)
        #expect(row["allowed_since"] == nil && row["file"] as? String == file)
        let allowed = try await keys("allow", "--name", "back", "--", publicKey, in: folder)
        #expect(allowed.code == 0, "\(allowed.errors)")
        #expect(try await shown(in: folder).last?["name"] as? String == "back")
        let odd = "-" + String(repeating: "0", count: 39)
        #expect(try await keys("allow", "--name", "odd", "--", odd, in: folder).code == 0)
        #expect(try await keys("revoke", "--", odd, in: folder).code == 0)
    }

    @Test("nothing is overwritten, and what cannot be done is said in one line with code 2")
    func refusals() async throws {
        let folder = try TemporaryFolder()
        _ = try await keys("new", in: folder)
        let before = folder.bytes("keys/worker.key")
        for arguments in [
            ["new"], ["new", "--name", "../x"], ["new", "--name", "coordinator"], ["allow", "--name", "a", "short"],
            ["revoke", "nobody"], ["new", "--name", "a", "--output", folder.path("none/a.key")],
        ] {
            let outcome = try await Executable.coordinator.run(
                ["keys"] + arguments,
                environment: ["BITSWEEP_KEYS": folder.path("keys")]
            )
            #expect(outcome.code == 2, "\(arguments)")
            #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
        }
        #expect(folder.bytes("keys/worker.key") == before)
    }

    @Test("show names a secret that others can read, with the command that helps")
    func exposed() async throws {
        let folder = try TemporaryFolder()
        _ = try await keys("new", in: folder)
        let file = folder.path("keys/worker.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let outcome = try await keys("show", in: folder)
        #expect(outcome.output.contains("chmod 600 \(file)") && outcome.output.contains("0644"))
    }

    @Test("help has examples", arguments: ["invite", "new", "show", "allow", "revoke"])
    func help(_ command: String) async throws {
        let outcome = try await Executable.coordinator.run(["keys", command, "--help"])
        #expect(outcome.code == 0 && outcome.output.contains("Examples:\n  coordinator keys \(command)"))
    }
}
