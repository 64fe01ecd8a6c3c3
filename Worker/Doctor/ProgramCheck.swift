// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Engine
import Foundation
import Kernels
import Reporting
import Vocabulary
import WireProtocol

/// Which program this is, and how fast it computes here.
struct ProgramCheck {
    let kernels: KernelSet
    let numerics: NumericsIdentity
    let threads: Int

    /// How long each measurement takes, at least.
    private static let measuredTime: Duration = .milliseconds(700)

    func findings(measuresSpeed: Bool) -> [Finding] {
        [program, instructionSet] + (measuresSpeed ? [speed] : [])
    }

    private var program: Finding {
        let digest = (try? FileHandle(forReadingFrom: URL(filePath: "/proc/self/exe"))).flatMap {
            try? Vocabulary.Digest(contentsOf: $0)
        }
        let file = digest.map { ", SHA-256 \($0)" } ?? ""
        return Finding(
            "program",
            "\(VersionOption.number), commit \(VersionOption.commit), protocol \(ProtocolVersion.current), "
                + "\(numerics)\(file)"
        )
    }

    private var instructionSet: Finding {
        let (chosen, best) = (kernels.instructionSet, InstructionSet.available.last ?? .portable)
        if chosen == .portable, best == .portable {
            return Finding(
                "instructions",
                .warning,
                "portable: the processor has neither AVX2 nor AVX-512",
                advice: "results are the same, and take many times longer; other machines are better used"
            )
        }
        guard chosen != best else { return Finding("instructions", "\(chosen)") }
        return Finding(
            "instructions",
            .warning,
            "\(chosen), as BITSWEEP_ISA says; the processor has \(best), too",
            advice: "results are the same; unset BITSWEEP_ISA for speed"
        )
    }

    private var speed: Finding {
        let alone = imagesPerSecond(threads: 1)
        guard threads > 1 else {
            return Finding("speed", "\(HumanText.rate(alone)) images/s of the reference work with one thread")
        }
        let together = imagesPerSecond(threads: threads)
        let share = together / (alone * Double(threads))
        let text =
            "\(HumanText.rate(together)) images/s of the reference work with \(threads) threads, \(HumanText.rate(alone)) "
            + "with one"
        guard share < 0.5 else { return Finding("speed", text) }
        return Finding(
            "speed",
            .warning,
            "\(text): \(HumanText.fixed(100 * share, decimals: 0)) % of \(threads) times that",
            advice: "others compute here, or the processors are shared out: a smaller --threads may be as fast"
        )
    }

    private func imagesPerSecond(threads: Int) -> Double {
        let work = ReferenceWork(kernels: kernels, threads: threads)
        _ = work.scoreBatch()
        let begun = ContinuousClock.now
        var images = 0
        while begun.duration(to: .now) < Self.measuredTime { images += work.scoreBatch() }
        return Double(images) / (begun.duration(to: .now) / .seconds(1))
    }
}
