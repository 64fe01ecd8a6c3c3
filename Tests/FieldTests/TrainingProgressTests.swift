// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A training that somebody watches", .timeLimit(.minutes(2)))
struct TrainingProgressTests {
    @Test("is shown by tail, of the store and of the coordinator, with steps, loss, speed and ETA")
    func tail() async throws {
        let sweep = try TrainedSweep(steps: 1_000_000)
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"], store: "s"))
        let endpoint = try await coordinator.endpoint()
        try await coordinator.wait("a step is reported") { process in
            let trainings = EventLog(process.output).last("progress")?["trainings"] as? [[String: Any]]
            return trainings?.first?["secondsRemaining"] is Double
        }
        let line = #/training tiny: step [\d,]+ of 1,000,000, loss [\d.−]+, [\d,.]+ img/s, ETA [\d: d]+, at /#
        for place in [["--store", sweep.store("s")], ["--connect", endpoint]] {
            let text = try await Executable.coordinator.run(["tail", "--once"] + place)
            #expect(text.code == 0 && text.output.contains(line), "\(text.output)\(text.errors)")
            let json = try await Executable.coordinator.run(["tail", "--once", "--json"] + place)
            let training = EventLog(json.output).events.first?["training"] as? [String: Any]
            #expect(training?["model"] as? String == "tiny", "\(json.output)")
            #expect(training?["steps"] as? Int == 1_000_000)
        }
        coordinator.signal(SIGINT)
        #expect(try await coordinator.outcome().code == 130)
        let afterwards = try await Executable.coordinator.run(["tail", "--once", "--store", sweep.store("s")])
        #expect(afterwards.code == 0 && !afterwards.output.contains("training tiny:"))
    }

    @Test("by --minutes counts to that end, not to the recipe's")
    func minutes() async throws {
        let sweep = try TrainedSweep(steps: 1_000_000)
        let arguments = ["train", sweep.folder.path("tiny.yaml"), "--output", sweep.folder.path("tiny.safetensors")]
        let worker = try Executable.worker.start(arguments + ["--minutes", "0.5"])
        try await worker.wait("progress is shown") { $0.errors.contains("ETA 0:") }
        let line = try #require(worker.errors.split(separator: "\n").last { $0.contains("ETA") })
        #expect(line.contains(/ETA 0:(2\d|30)/), "\(line)")
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 3)
    }
}
