// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels

/// Measures the engine on request: one JSON object a line on standard input, one answer a line on standard output.
///
/// It speaks the protocol of `pytorch/measure.py`, and besides it `peak`, `kernels` and `kernel`.
@main
struct EngineBench {
    static func main() throws {
        var bench = Bench(kernels: KernelSet(instructionSet()))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        while let line = readLine() {
            var answer = try encoder.encode(bench.answer(line))
            answer.append(UInt8(ascii: "\n"))
            try FileHandle.standardOutput.write(contentsOf: answer)
        }
    }

    /// The machine's fastest, or the one that `BITSWEEP_ISA` names.
    private static func instructionSet() -> InstructionSet {
        do {
            return try InstructionSet.choose(override: ProcessInfo.processInfo.environment["BITSWEEP_ISA"])
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("engine-bench: \(error)\n".utf8))
            exit(2)
        }
    }
}
