// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Testing

@Suite("a training's line")
struct TrainingLineTests {
    @Test("all that is known is said, in an order that shortening respects")
    func everything() {
        let line = TrainingLine(
            fraction: 0.429,
            step: 1234,
            totalSteps: 2900,
            loss: 1.23449,
            validation: 1.2505,
            unit: "bits/dim",
            imagesPerSecond: 312.2,
            remaining: .seconds(750)
        )
        #expect(
            line.text() == "42 %  step 1,234/2,900  1.234 bits/dim  validation 1.250  312 img/s  ETA 12:30"
                || line.text() == "42 %  step 1,234/2,900  1.234 bits/dim  validation 1.251  312 img/s  ETA 12:30"
        )
        #expect(line.text(width: 40).count == 40)
    }

    @Test("what is not known yet is a dash")
    func nothing() {
        #expect(TrainingLine(fraction: 0, step: 0, unit: "nats").text() == "0 %  step 0  – nats  – img/s  ETA –")
    }
}
