// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import PeakAVX2
import PeakAVX512

/// The machine's own limit: fused multiply-adds on registers alone.
struct PeakLoop {
    private let run: @Sendable (Int, UnsafeMutablePointer<SIMD16<Float>>) -> Void
    private let operationsPerRound: Int
    private let pool: WorkPool

    /// Rounds of one pass: some milliseconds.
    private static let rounds = 1_000_000

    init(_ instructionSet: InstructionSet, threads: Int) throws {
        pool = WorkPool(threads: threads)
        switch instructionSet {
        case .portable: throw BenchError.noPeakLoop
        case .avx2:
            run = { PeakAVX2.runPeakLoop($0, $1) }
            operationsPerRound = PeakAVX2.operationsPerRound
        case .avx512:
            run = { PeakAVX512.runPeakLoop($0, $1) }
            operationsPerRound = PeakAVX512.operationsPerRound
        }
    }

    /// Times passes in which every thread runs the loop.
    func measure(seconds: Double) throws -> Reply {
        let run = run
        let body: @Sendable (Int, Int) -> Void = { _, _ in
            withUnsafeTemporaryAllocation(of: SIMD16<Float>.self, capacity: 2) { data in
                data.initialize(repeating: SIMD16(repeating: 1e-3))
                if let first = data.baseAddress { run(Self.rounds, first) }
            }
        }
        pool.forEach(pool.threads, body)
        var reply = ProcessMeter.time(atLeast: seconds) { pool.forEach(pool.threads, body) }
        reply.operations = Double(pool.threads * Self.rounds * operationsPerRound)
        return reply
    }
}
