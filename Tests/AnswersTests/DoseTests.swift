// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Foundation
import ResultStore
import Statistics
import Testing
import Vocabulary

/// How bits per dimension follow a parameter.
@Suite struct DoseTests {
    private let labels: [UInt8] = [0, 1, 0, 1]
    private let clean: [Float] = [1, 2, 3, 4]

    /// A run whose mean changes under noise of those scales are those, with a little spread over images.
    private func run(_ means: [Double: Float], mask: Noise.Mask = .none) throws -> StoredRun {
        try StoredRun(
            [.init(labels: labels, columns: ["bpd": clean])]
                + means.sorted { $0.key < $1.key }.map { scale, mean in
                    let spread: [Float] = [-0.0625, -0.03125, 0.03125, 0.0625]
                    return .init(
                        transform: .noise(Noise(scale: scale, mask: mask)),
                        labels: labels,
                        columns: ["bpd": zip(clean, spread).map { $0 + mean + $1 }]
                    )
                }
        )
    }

    @Test("the effective dose is where the isotonic fit reaches the rise, on the logarithm of the dose")
    func effectiveDose() throws {
        // The fixture of log-linear interpolation: 10^(−3 + 1/3).
        let run = try run([1e-5: 0, 1e-4: 0.02, 1e-3: 0.30, 1e-2: 0.90, 1e-1: 2.10])
        let rows = try run.answers().doses().rows
        #expect(rows.count == 1)
        let row = try #require(rows.first)
        #expect(row.points.map(\.dose) == [1e-5, 1e-4, 1e-3, 1e-2, 1e-1])
        let dose = try #require(row.effectiveDose.dose)
        #expect(abs(dose - 0.0021544346900318843) < 1e-8)
        let (low, high) = (try #require(row.effectiveDoseLow.dose), try #require(row.effectiveDoseHigh.dose))
        #expect(low <= dose && dose <= high)
        #expect(row.departure < 1e-12)
        #expect(row.parameter == "scale" && row.others.isEmpty)
    }

    @Test("a rise that no dose reaches lies above the range")
    func outside() throws {
        let stored = try run([1e-3: 0.1, 1e-2: 0.2])
        let row = try #require(try stored.answers().doses().rows.first)
        #expect(row.effectiveDose == .aboveRange)
        #expect(row.effectiveDoseHigh == .aboveRange)
    }

    @Test("other parameters, seeds and signs make curves of their own")
    func curves() throws {
        func cell(_ transform: TransformSpec, seed: UInt64 = 0) -> StoredRun.Cell {
            .init(transform: transform, seed: seed, labels: labels, columns: ["bpd": [2, 3, 4, 6]])
        }
        let shifts = [-2, -1, 0, 1, 2].map { cell(.translate(Translation(dx: $0))) }
        let noises = [1e-3, 1e-2].flatMap { scale in
            [
                cell(.noise(Noise(scale: scale))), cell(.noise(Noise(scale: scale, mask: .background))),
                cell(.noise(Noise(scale: scale)), seed: 1),
            ]
        }
        let run = try StoredRun([cell(.identity), cell(.identity, seed: 1)] + shifts + noises)
        let scales = try run.answers().doses().rows
        #expect(scales.map(\.others) == ["", "mask=background", ""])
        #expect(scales.map(\.cell.seed) == [0, 0, 1])
        let shifted = try run.answers().doses(over: "dx").rows
        #expect(shifted.map(\.parameter) == ["-dx", "dx"])
        #expect(shifted.allSatisfy { $0.points.map(\.dose) == [1, 2] })
    }

    @Test("a fall is found by a rise below 0")
    func fall() throws {
        let run = try run([1e-3: -0.1, 1e-2: -0.4])
        var settings = AnswerSettings()
        settings.rise = -0.2
        let row = try #require(try run.answers("", settings).doses().rows.first)
        // −0.2 lies a third of the way from −0.1 to −0.4.
        #expect(abs((row.effectiveDose.dose ?? 0) - pow(10, -3 + 1.0 / 3)) < 1e-8)
        #expect(row.points.map { ($0.mean * 100).rounded() } == [-10, -40])
    }

    @Test("what is no numeric parameter is refused with a suggestion", arguments: ["mask", "scal", "colour"])
    func refusal(_ name: String) throws {
        let run = try run([1e-3: 0.1, 1e-2: 0.2])
        #expect {
            try run.answers().doses(over: name)
        } throws: {
            "\($0)".contains("'\(name)'")
        }
    }
}
