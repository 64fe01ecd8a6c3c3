// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Vocabulary

extension TransformSpec {
    /// Any transformation of the list, or any chain of them, with any values in range, real ones over all magnitudes.
    static func random(using random: inout SplitMix64) -> TransformSpec {
        guard Int.random(in: 0..<4, using: &random) > 0 else { return chain(using: &random) }
        return single(using: &random)
    }

    /// Any chain whose members can follow each other.
    private static func chain(using random: inout SplitMix64) -> TransformSpec {
        while true {
            let count = Int.random(in: TransformSpec.chainLengths, using: &random)
            let members = (0..<count).map { _ in single(using: &random) }
            if let chain = try? TransformSpec.chain(members) { return chain }
        }
    }

    private static func single(using random: inout SplitMix64) -> TransformSpec {
        let kind = TransformKind.allCases.pick(using: &random)
        return TransformSpec(
            kind,
            codes: kind.parameters.map { parameter in
                let spelling = Int.random(in: parameter.keys.indices, using: &random)
                return parameter.domain.random(using: &random) | TransformParameter.bits(ofSpelling: spelling)
            }
        )
    }
}

extension ParameterDomain {
    /// The code of any of its values.
    fileprivate func random(using random: inout SplitMix64) -> UInt64 {
        switch self {
        case .integer(let range): return ParameterDomain.code(Int.random(in: range, using: &random))
        case .real(let range):
            let any = Double(bitPattern: random.next())
            return ParameterDomain.code(range.contains(any) ? any : Double.random(in: range, using: &random))
        case .choice(let words), .numbered(let words):
            return UInt64(Int.random(in: words.indices, using: &random))
        case .flag: return ParameterDomain.code(Bool.random(using: &random))
        }
    }
}
