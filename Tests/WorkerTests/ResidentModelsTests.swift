// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@Suite("resident models", .timeLimit(.minutes(3)))
struct ResidentModelsTests {
    @Test("a worker that goes back and forth between a Glow and a PixelCNN++ stays below 400 MB")
    func memory() async throws {
        let work = try WorkOfARun()
        let coordinator = try ScriptedCoordinator()
        let worker = try work.worker(coordinator)
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        let pixelcnn = try Checkpoint.initialised(.pixelcnn)
        let assignments = try (UInt32(1)...6).map { number in
            var assignment = try work.assignment(number, images: 40)
            if number % 2 == 0 {
                assignment.spec.model.location = ModelLocation(text: "family:pixelcnn")
                assignment.spec.model.digest = pixelcnn.digest
            }
            return assignment
        }
        coordinator.send(.assign(assignments))
        #expect(try await coordinator.wait(.seconds(120)) { $0.results.count + $0.failures.count == 6 })
        #expect(coordinator.failures.map(\.message) == [])
        let status = try String(contentsOfFile: "/proc/\(worker.id)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        let peak = try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
        print("peak memory of a worker with two models: \(peak / 1000) MB")
        #expect(peak < 400_000, "\(line)")
        worker.signal(SIGKILL)
        coordinator.stop()
    }
}
