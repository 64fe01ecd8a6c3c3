// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SweepPlan
import TestSupport
import Testing
import Vocabulary

@Suite
struct CorpusTests {
    @Test("every input of the fuzzer's corpus is refused with a reason, or its cells are found from what they are")
    func replay() throws {
        let facts = SweepFacts(
            model: { .success(.glow(digestOf: "\($0)")) },
            dataset: { _, _ in .success(.mnist) }
        )
        var (sweeps, refused) = (0, 0)
        for input in try Checkout.fuzzCorpus("sweep") {
            let text = try String(decoding: Data(contentsOf: input), as: UTF8.self)
            do throws(SweepFileError) {
                let sweep = try Sweep(parsing: text, file: "input.yaml", facts: facts)
                sweeps += 1
                let step = max(1, sweep.grid.pointCount / 16)
                for point in stride(from: 0, to: sweep.grid.pointCount, by: step) {
                    guard let cell = sweep.grid[point] else { continue }
                    #expect(sweep.grid.point(of: cell) == point)
                }
            } catch {
                refused += 1
                #expect(!error.diagnostics.isEmpty)
            }
        }
        #expect(sweeps > 0 && refused > 20)
    }
}
