// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// How fast the run was, and with how many workers, while it was watched.
struct SpeedHistory: Hashable, Sendable {
    /// Seconds that one sample stands for.
    private static let step = 5.0
    private static let limit = 60

    private struct Sample: Hashable {
        let time: Double
        let speed: Double
        let workers: Int
    }

    private var samples: [Sample] = []

    /// Notes how the run stands now; more often than every few seconds is once.
    mutating func note(_ facts: RunStanding, at now: Double) {
        guard facts.workers != nil, facts.isGoingOn, now - (samples.last?.time ?? -.infinity) >= Self.step else {
            return
        }
        samples.append(Sample(time: now, speed: facts.progress.imagesPerSecond ?? 0, workers: facts.workerCount))
        if samples.count > Self.limit { samples.removeFirst() }
    }

    /// Two lines, the latest at the right end; none before there is a course to be seen.
    func lines(width: Int, _ signs: ScreenSigns) -> [ScreenLine] {
        guard samples.count > 1, let first = samples.first, let last = samples.last else { return [] }
        let shown = samples.suffix(max(8, width - 48))
        let span = HumanText.span(seconds: last.time - (shown.first ?? first).time)
        func line(_ name: String, _ values: [Double], _ end: String) -> ScreenLine {
            ScreenLine("  \(name.padding(to: 8))") + ScreenLine(Sparkline.text(values, signs), .init(colour: .cyan))
                + ScreenLine("  \(end)", .faint)
        }
        let most = shown.map(\.speed).max() ?? 0
        return [
            line(
                "speed",
                shown.map(\.speed),
                "\(HumanText.rate(last.speed)) img/s, most \(HumanText.rate(most)), last \(span)"
            ),
            line(
                "workers",
                shown.map { Double($0.workers) },
                "\(HumanText.count(last.workers)), most \(HumanText.count(shown.map(\.workers).max() ?? 0))"
            ),
            .empty,
        ]
    }
}
