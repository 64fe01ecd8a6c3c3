// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import TestSupport
import Testing
import Vocabulary

/// Models that a scorer computes, from the sweep file to exports, by the real executables.
@Suite(.timeLimit(.minutes(5)), .enabled(if: ExternalSweep.hasNumPy, "python3 with numpy is not here"))
struct ExternalModelRunTests {
    @Test func `The scorer of the documentation scores beside the shipped Glow, on the one of two workers that has it`()
        async throws
    {
        let sweep = try ExternalSweep(
            perClass: 2,
            others: "  glow: {checkpoint: \(Checkout.model)}",
            names: ", glow"
        )
        let coordinator = try Executable.coordinator.start(sweep.run())
        let endpoint = try await coordinator.endpoint()
        let plain = try sweep.worker(endpoint, scorer: nil)
        try await coordinator.wait("notice") { $0.output.contains("no worker offers gaussian 1") }
        let explained = try await Executable.coordinator.run(["status", "--connect", endpoint])
        #expect(explained.output.contains("no worker offers gaussian 1"), "\(explained.output)")
        let able = try sweep.worker(endpoint, scorer: ExternalSweep.gaussian)
        let outcome = try await coordinator.outcome()
        for worker in [plain, able] { worker.signal(SIGTERM) }
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try await able.outcome().code == 0)

        let rows = try await sweep.csv()
        let own = rows.filter { $0["model"] == "mine" }
        #expect(own.count == 60 && rows.count == 120)
        #expect(rows.allSatisfy { $0["external"] == ($0["model"] == "mine" ? "1" : "0") })
        try checkValues(own)

        let effects = try await Executable.coordinator.run(["effects", "--store", sweep.store])
        #expect(effects.code == 0 && effects.output.contains("mine (external)"), "\(effects.output)\(effects.errors)")
    }

    /// Whether the process runs: one that was killed and that nobody has waited for yet does not.
    private static func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    /// The numbers are those of the formula that the script says, of the pixels shifted by hand.
    private func checkValues(_ rows: [[String: String]]) throws {
        let glyphs = try DatasetLibrary(directories: []).load(.builtin("glyphs"), name: "glyphs", split: "test")
        for row in rows {
            let index = try #require(row["index"].flatMap(Int.init))
            let dx = row["parameters"]?.split(separator: " ").first { $0.hasPrefix("dx=") }
            let shift = row["transform"] == "identity" ? 0 : try #require(dx.flatMap { Int($0.dropFirst(3)) })
            let pixels = glyphs.image(at: index).pixels.map(Double.init)
            let shifted = pixels.indices.map { place in
                let x = place % 28 - shift
                return (0..<28).contains(x) ? pixels[place / 28 * 28 + x] : 0
            }
            let nats = shifted.reduce(0) { sum, v in
                sum + pow((v - 33) / 79, 2) / 2 + log(79 * (2 * Double.pi).squareRoot())
            }
            let bpd = try #require(row["bpd"].flatMap(Double.init))
            #expect(abs(bpd - nats / (784 * log(2))) < 1e-5 * bpd)
            let mean = try #require(row["mean"].flatMap(Double.init))
            #expect(abs(mean - shifted.reduce(0, +) / 784) < 1e-4)
        }
    }

    @Test func `A scorer that dies, or answers too late, is started again, and the run has every image`() async throws {
        let sweep = try ExternalSweep(perClass: 4)
        let command = try sweep.scorer(
            "fragile",
            before: """
                if batches == 2 and not os.path.exists(mark):
                    open(mark, "w").close(); print("out of memory, I think", file=sys.stderr); os._exit(3)
                if batches == 4 and not os.path.exists(mark + "2"):
                    open(mark + "2", "w").close(); time.sleep(60)
                """
        )
        let coordinator = try Executable.coordinator.start(sweep.run())
        let worker = try sweep.worker(try await coordinator.endpoint(), scorer: command, ["--scorer-timeout", "2s"])
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        let log = try await worker.outcome().errors
        #expect(outcome.code == 0, "\(outcome.output)\(log)")
        #expect(log.contains("scorer gaussian: out of memory, I think"))
        #expect(log.contains("scorer 'gaussian' ended with code 3; it is started again"), "\(log)")
        #expect(log.contains("gave no answer within 2 s; it is started again"), "\(log)")
        #expect(try await sweep.csv().count == 120)
    }

    @Test func `An answer of the wrong shape fails the shards with a reason, and no number is recorded`() async throws {
        let sweep = try ExternalSweep(perClass: 1)
        let command = try sweep.scorer("wrong", before: "if n > 2: values = [1.0] * (n + 1)")
        let coordinator = try Executable.coordinator.start(sweep.run())
        let worker = try sweep.worker(try await coordinator.endpoint(), scorer: command)
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        #expect(outcome.code == 1, "\(outcome.output)")
        #expect(outcome.output.contains("gave 'bpd' of shape"), "\(outcome.output)")
    }

    @Test func `A worker whose scorer is sick spends no budget, and another finishes after a restart`() async throws {
        let sweep = try ExternalSweep(perClass: 4)
        let sick = try sweep.scorer(
            "sick",
            before: "if batches > 2 or os.path.exists(mark): open(mark, 'w').close(); os._exit(1)"
        )
        let endpoint = fixedEndpoint()
        let coordinator = try Executable.coordinator.start(sweep.run(listen: endpoint))
        let ill = try sweep.worker(endpoint, scorer: sick)
        try await coordinator.wait("sickness") { $0.output.contains("and started again it ended with code 1") }
        coordinator.signal(SIGKILL)
        _ = try await coordinator.outcome()
        let second = try Executable.coordinator.start(sweep.run(listen: endpoint))
        let well = try sweep.worker(endpoint, scorer: try sweep.scorer("well"))
        let outcome = try await second.outcome()
        for worker in [ill, well] { worker.signal(SIGTERM) }
        #expect(outcome.code == 0, "\(outcome.output)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["failedShards"] as? Int == 0 && ended["mismatches"] as? Int == 0)
        #expect(try await sweep.csv().count == 120)
    }

    @Test func `No process of a scorer outlives its worker, and one that cannot start keeps the worker from starting`()
        async throws
    {
        let sweep = try ExternalSweep(perClass: 1)
        let command = try sweep.scorer(
            "family",
            at: """
                child = subprocess.Popen(["sleep", "600"])
                open(mark, "w").write(f"{os.getpid()} {child.pid}")
                """
        )
        let coordinator = try Executable.coordinator.start(sweep.run())
        let endpoint = try await coordinator.endpoint()
        let worker = try sweep.worker(endpoint, scorer: command)
        #expect(try await coordinator.outcome().code == 0)
        let processes = sweep.folder.text("family.mark").split(separator: " ").compactMap { Int32($0) }
        #expect(processes.count == 2 && processes.allSatisfy(Self.isAlive))
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
        #expect(!processes.contains(where: Self.isAlive))

        let missing = ["run", "--connect", endpoint, "--scorer", "mine=exec no-such-program"]
        let absent = try await Executable.worker.run(missing)
        #expect(absent.code == 1 && absent.errors.contains("scorer 'mine' ended with code 127"), "\(absent.errors)")
        let doctor = try await Executable.worker.run(["doctor", "--quick", "--scorer", try sweep.scorer("well")])
        #expect(doctor.output.contains("gaussian 1, 8 images at a time"), "\(doctor.output)")
        let dying = try sweep.scorer("ill", before: "os._exit(4)")
        let ill = try await Executable.worker.run(["doctor", "--quick", "--scorer", dying])
        #expect(ill.code == 1 && ill.output.contains("ended with code 4"), "\(ill.output)")
    }
}
