// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension AnswerColumn {
    /// What is not standard of the likelihood's estimate, as sweep files have it; tables show it beside the model's name.
    static func estimate(_ estimate: @escaping @Sendable (Row) -> LikelihoodEstimate) -> [AnswerColumn<Row>] {
        [
            .init(LikelihoodEstimate.kindKey, isOptional: true) {
                let kind = estimate($0).kind
                return kind == .density ? .absent : .text(kind.rawValue)
            },
            .init(LikelihoodEstimate.drawsKey, isOptional: true) {
                let draws = estimate($0).draws
                return draws == 1 ? .absent : .integer(draws)
            },
            .init(LikelihoodEstimate.dequantisationKey, isOptional: true) {
                let dequantisation = estimate($0).dequantisation
                return dequantisation == .uniform ? .absent : .text(dequantisation.rawValue)
            },
        ]
    }
}
