// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Vocabulary
import WireProtocol

extension HostilePeer {
    /// Waits for shards.
    func assignments() async throws -> [Assignment] {
        let found: [Assignment]? = try await first { if case .assign(let list) = $0 { list } else { nil } }
        guard let found else { throw EarlyEnd(errors: "no shards were handed out: \(messages)") }
        return found
    }

    /// Waits for a training.
    func training() async throws -> TrainingAttempt {
        let found: TrainingAttempt? = try await first {
            if case .train(let assignment) = $0 { assignment.attempt } else { nil }
        }
        guard let found else { throw EarlyEnd(errors: "no training was handed out: \(messages)") }
        return found
    }

    /// Waits until the coordinator has read everything that was said before: it answers in order.
    func settle() async throws {
        let number = UInt64.random(in: 1...(.max))
        say(.control(ControlRequest(.explain(cell: "ffff"), number: number)))
        let answer: Bool? = try await first(within: 20) {
            if case .controlReply(let reply) = $0 { reply.number == number ? true : nil } else { nil }
        }
        if answer == nil { throw EarlyEnd(errors: "the coordinator does not answer") }
    }
}

extension Assignment {
    /// A table of the right form, whose numbers are made up.
    func table(columns: [String] = ["bpd"], seconds: Double = 0.1) -> ShardResult {
        let columns = columns.map { ResultTable.Column(name: $0, values: spec.indices.map { _ in 1 }) }
        return ShardResult(
            attempt: attempt,
            table: ResultTable(indices: spec.indices, columns: columns),
            computeSeconds: seconds
        )
    }
}

extension RunningProcess {
    /// Bytes of memory that the process holds.
    var memory: Int {
        let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}
