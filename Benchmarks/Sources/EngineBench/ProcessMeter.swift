// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Wall-clock time, processor time and memory of this process.
struct ProcessMeter {
    private let start = ContinuousClock.now
    private let cpuStart = Self.cpuSeconds()

    /// Seconds since the meter was made.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Processor seconds of all threads since the meter was made.
    var cpu: Double { Self.cpuSeconds() - cpuStart }

    /// Repeats `body` for at least `seconds` and at least once.
    static func time(atLeast seconds: Double, _ body: () throws -> Void) rethrows -> Reply {
        resetPeakMemory()
        let whole = ProcessMeter()
        var passes: [Double] = []
        while passes.isEmpty || whole.seconds < seconds {
            let one = ProcessMeter()
            try body()
            passes.append(one.seconds)
        }
        return Reply(passes: passes, cpu: whole.cpu, peakBytes: peakMemory())
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// Lets the peak begin again from what is resident; Linux only.
    private static func resetPeakMemory() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
    }

    private static func peakMemory() -> Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) }
            .map { $0 * 1024 }
    }
}
