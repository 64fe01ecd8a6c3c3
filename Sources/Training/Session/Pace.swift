// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The time of a step, the latest ones counting most.
struct Pace {
    private static let memory = 0.9
    private(set) var timePerStep: Duration?

    mutating func add(_ time: Duration) {
        timePerStep = timePerStep.map { $0 * Self.memory + time * (1 - Self.memory) } ?? time
    }
}
