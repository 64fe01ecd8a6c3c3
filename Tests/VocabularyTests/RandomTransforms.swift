// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Vocabulary

extension TransformSpec {
    /// Any transformation of the list with any values in range, real ones over all magnitudes.
    static func random(using random: inout SplitMix64) -> TransformSpec {
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
