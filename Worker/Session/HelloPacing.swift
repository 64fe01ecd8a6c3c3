// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// When to say hello while nobody answers: after pauses that double from 1 to 4 seconds, each shortened by a random part
/// of up to a half, so that a thousand workers do not come back at the same instant.
struct HelloPacing {
    private static let longest: Duration = .seconds(4)

    private var pause: Duration = .seconds(1)
    private var due: Duration = .zero
    private var random: UInt64

    /// A pacing whose random parts follow from `seed`.
    init(seed: UInt64) {
        random = seed
    }

    /// Whether it is time; if so, the next time is later.
    mutating func isDue(at now: Duration) -> Bool {
        guard now >= due else { return false }
        due = now + pause * (1 - nextFraction() / 2)
        pause = min(pause * 2, Self.longest)
        return true
    }

    /// Somebody has answered, or a connection stands: the next hello may be said at once.
    mutating func reset() {
        pause = .seconds(1)
        due = .zero
    }

    /// In 0 ..< 1: Marsaglia's xorshift64*, which is random enough for a pause.
    private mutating func nextFraction() -> Double {
        random = random == 0 ? 0x9E37_79B9_7F4A_7C15 : random
        random ^= random >> 12
        random ^= random << 25
        random ^= random >> 27
        return Double((random &* 0x2545_F491_4F6C_DD1D) >> 11) / Double(1 << 53)
    }
}
