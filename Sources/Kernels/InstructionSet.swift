// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The instruction sets that the kernels are compiled for, slowest first.
public enum InstructionSet: String, Sendable, CaseIterable {
    /// Any x86-64: correct everywhere, many times slower than the others.
    case portable
    /// AVX2 with fused multiply-add.
    case avx2
    /// AVX-512 F, VL, DQ and BW.
    case avx512

    /// Processor flags, in the spelling of `/proc/cpuinfo`, without which the kernels must not run.
    var requiredFlags: Set<Substring> {
        switch self {
        case .portable: []
        case .avx2: ["avx2", "fma"]
        case .avx512: ["avx2", "fma", "avx512f", "avx512vl", "avx512dq", "avx512bw"]
        }
    }

    /// The instruction sets of the processor that `cpuinfo`, the text of `/proc/cpuinfo`, describes; slowest first.
    ///
    /// The kernel lists a flag only if it also saves the registers, so the flags of the first processor are the answer.
    /// Text without a line of flags names the portable set alone.
    public static func supported(cpuinfo: String) -> [InstructionSet] {
        let line = cpuinfo.split(separator: "\n").first { $0.hasPrefix("flags") }
        let flags = Set((line ?? "").drop { $0 != ":" }.split(whereSeparator: \.isWhitespace))
        return allCases.filter { $0.requiredFlags.isSubset(of: flags) }
    }

    /// The instruction sets of this machine, slowest first.
    public static let available: [InstructionSet] = supported(
        cpuinfo: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    )

    /// The fastest instruction set of this machine, or the one named by `override`.
    ///
    /// - Parameter override: A raw value, such as the content of an environment variable; nil or empty means none.
    /// - Returns: An instruction set that this machine has.
    /// - Throws: `InstructionSetError` if the name is unknown or the machine lacks that instruction set.
    public static func choose(override: String?) throws(InstructionSetError) -> InstructionSet {
        try choose(override: override, from: available)
    }

    static func choose(
        override: String?,
        from available: [InstructionSet]
    ) throws(InstructionSetError) -> InstructionSet {
        guard let name = override, !name.isEmpty else { return available.last ?? .portable }
        guard let chosen = InstructionSet(rawValue: name.lowercased()) else {
            throw .unknown(name: name, available: available)
        }
        guard available.contains(chosen) else { throw .unsupported(chosen, available: available) }
        return chosen
    }
}

/// Why an instruction set asked for by name cannot be used.
public enum InstructionSetError: Error, CustomStringConvertible, Equatable {
    /// No instruction set has that name.
    case unknown(name: String, available: [InstructionSet])
    /// The processor lacks it.
    case unsupported(InstructionSet, available: [InstructionSet])

    /// One line that names the choices.
    public var description: String {
        switch self {
        case .unknown(let name, let available):
            "unknown instruction set '\(name)'; this machine has \(Self.list(available))"
        case .unsupported(let set, let available):
            "this machine's processor has no \(set.rawValue); choose one of \(Self.list(available))"
        }
    }

    private static func list(_ sets: [InstructionSet]) -> String {
        sets.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
