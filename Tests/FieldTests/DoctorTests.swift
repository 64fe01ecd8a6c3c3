// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `worker doctor`, by the real executable.
@Suite("worker doctor", .timeLimit(.minutes(2)))
struct DoctorTests {
    /// What it found, by what was looked at; of several findings the last.
    private func findings(_ outcome: Outcome) throws -> [String: (verdict: String, found: String)] {
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let list = try #require(object?["findings"] as? [[String: Any]], "\(outcome.output)\(outcome.errors)")
        #expect(object?["well"] as? Bool == (outcome.code == 0))
        let pairs = list.compactMap { entry -> (String, (String, String))? in
            guard let check = entry["check"] as? String, let verdict = entry["verdict"] as? String,
                let found = entry["found"] as? String
            else { return nil }
            return (check, (verdict, found))
        }
        return Dictionary(pairs) { $1 }
    }

    private func examine(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> (code: Int32, found: [String: (verdict: String, found: String)]) {
        let outcome = try await Executable.worker.run(
            ["doctor", "--json", "--quick"] + arguments,
            environment: environment
        )
        return (outcome.code, try findings(outcome))
    }

    @Test("a machine that is well is told so, with its speed, and in words")
    func well() async throws {
        let outcome = try await Executable.worker.run(["doctor", "--json", "--threads", "1"])
        let found = try findings(outcome)
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(found["speed"]?.found.contains("images/s of the reference work with one thread") == true)
        #expect(found["program"]?.found.contains("protocol 1.") == true)
        for check in ["instructions", "processors", "memory", "threads", "open files", "cache"] {
            #expect(found[check] != nil && found[check]?.verdict != "wrong", "\(check): \(found)")
        }
        let words = try await Executable.worker.run(["doctor", "--quick"])
        #expect(words.code == 0 && words.output.contains("A worker can work here"), "\(words.output)")
    }

    @Test("the way to a coordinator that is there is good, for each role, and nobody joins its run")
    func reachable() async throws {
        let run = try await KeyedRun(["w"])
        for role in ["worker", "viewer"] {
            let file = run.sweep.folder.path("\(role).join")
            let made = try await Executable.coordinator.run(
                ["keys", "invite", "--role", role, "--output", file, "--keys", run.sweep.keys]
                    + ["--endpoint", "tcp://127.0.0.1:1,\(run.endpoint)"]
            )
            #expect(made.code == 0, "\(made.errors)")
            let (code, found) = try await examine(["--join", file])
            #expect(code == 0, "\(found)")
            #expect(found["coordinator"]?.found.contains("encrypted with the key '\(role)'") == true, "\(found)")
            #expect(found["coordinator"]?.found.contains("protocol and numerics fit") == true)
            #expect(found["route"]?.found.contains("127.0.0.1 by lo") == true)
        }
        let metrics = try await run.metrics { _ in true }
        #expect(metrics["workers"] ?? 0 == 0, "\(metrics)")
        let status = try await Executable.coordinator.run(
            ["status", "--json", "--connect", run.endpoint, "--keys", run.sweep.keys]
        )
        let object = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
        #expect(object?["workerCount"] as? Int == 0)
    }

    @Test("each thing in the way is named, and the code is 1")
    func obstacles() async throws {
        let run = try await KeyedRun(["w"])
        let stranger = run.sweep.folder.path("stranger")
        let made = try await Executable.coordinator.run(["keys", "new", "--keys", stranger])
        #expect(made.code == 0)
        let cases: [(arguments: [String], check: String, words: String)] = [
            (["--connect", "tcp://nobody.invalid:7461", "--insecure"], "name", "nobody.invalid"),
            (["--connect", "tcp://127.0.0.1:1", "--insecure"], "connect", "refuses connections"),
            (["--connect", run.endpoint, "--insecure"], "handshake", "no key"),
            (["--connect", run.endpoint, "--key", "\(stranger)/worker.key"], "handshake", "hung up on the key"),
        ]
        for (arguments, check, words) in cases {
            let (code, found) = try await examine(arguments)
            #expect(code == 1)
            #expect(found[check]?.verdict == "wrong" && found[check]?.found.contains(words) == true, "\(found)")
        }
        let revoked = try await Executable.coordinator.run(["keys", "revoke", "w", "--keys", run.sweep.keys])
        #expect(revoked.code == 0)
        let (code, found) = try await examine(["--connect", run.endpoint, "--key", run.key("w")])
        #expect(code == 1 && found["handshake"]?.found.contains("does not allow the key 'w'") == true, "\(found)")
        let missing = try await Executable.worker.run(["doctor", "--join", "/nowhere/x.join"])
        #expect(missing.code == 2 && missing.errorLines.count == 1)
    }

    @Test("a cache that cannot be written to and is wrong, a low limit is said")
    func machine() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: "file")
        let (code, found) = try await examine(["--cache", "\(file)/cache"])
        #expect(code == 1 && found["cache"]?.verdict == "wrong", "\(found)")
        let few = try await Executable.shell("ulimit -n 100; \"$WORKER\" doctor --json --quick").outcome()
        let limits = try findings(few)
        #expect(few.code == 0 && limits["open files"]?.verdict == "warning", "\(limits)")
        let none = try await examine([], environment: ["HOME": "", "XDG_CACHE_HOME": ""])
        #expect(none.code == 1 && none.found["cache"]?.verdict == "wrong", "\(none.found)")
    }
}
