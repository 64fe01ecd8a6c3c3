// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// Times what `coordinator effects` computes of one cell: `statistics-bench VALUES LABELS PASSES`.
///
/// Both files hold little-endian numbers of 8 bytes: differences, and the class of each. Answers with one JSON object.
@main
enum StatisticsBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let passes = Int(arguments[3]), passes > 0 else {
            throw CocoaError(.featureUnsupported)
        }
        let values: [Double] = try numbers(in: arguments[1])
        let labels: [Int] = try numbers(in: arguments[2])
        var seconds: [String: [Double]] = [:]
        var (effect, interval): (PairedEffect?, Interval?)
        for _ in 0..<passes {
            effect = timed("effect", &seconds) { PairedEffect(differences: values) }
            let bootstrap = timed("draw", &seconds) { StratifiedBootstrap(labels: labels, seed: 0) }
            interval = timed("interval", &seconds) { bootstrap.meanInterval(of: values) }
        }
        let answer = Answer(
            seconds: seconds,
            hodgesLehmann: effect?.hodgesLehmann,
            log10P: effect?.wilcoxon.log10P,
            low: interval?.low,
            high: interval?.high
        )
        try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(answer))
    }

    private struct Answer: Encodable {
        var seconds: [String: [Double]]
        var hodgesLehmann, log10P, low, high: Double?
    }

    private static func numbers<Number: BitwiseCopyable>(in path: String) throws -> [Number] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Number.self) }
        }
    }

    private static func timed<Result>(
        _ name: String,
        _ seconds: inout [String: [Double]],
        _ body: () -> Result
    ) -> Result {
        let start = ContinuousClock.now
        let result = body()
        seconds[name, default: []].append((ContinuousClock.now - start) / .seconds(1))
        return result
    }
}
