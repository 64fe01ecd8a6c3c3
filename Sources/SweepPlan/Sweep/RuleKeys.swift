// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The keys of the rules about axes: which advance together, and which combinations stay.
struct RuleKeys: Sendable {
    static let zip = "zip"
    static let exclude = "exclude"
    static let when = "when"

    let zip: DocumentKey<SourceNode?>
    let exclude: DocumentKey<SourceNode?>
    let when: DocumentKey<SourceNode?>

    /// The keys where rules may name any axis: in a block, and about all members of a chain.
    static let anywhere = RuleKeys(of: "a block", TransformKind.allCases, isChain: true)

    /// The keys among the parameters of a transform.
    init(of kind: TransformKind) { self.init(of: kind.rawValue, [kind], isChain: false) }

    /// The keys where rules may name the axes of `kinds`, and where it `isChain` those of repeated members; what they
    /// hold is shared as that of `owner`.
    private init(of owner: String, _ kinds: [TransformKind], isChain: Bool) {
        let names = kinds.flatMap(AxisName.names(of:))
        let plain = AxisName.all.filter { names.contains($0) && !$0.contains(".") }
        let axes = plain.map { name in
            let axis = AxisName(name)
            return KeyFacts(name, axis.form, axis.summary)
        }
        let patterns = plain.compactMap { name -> KeyTable.Pattern? in
            let members = kinds.filter { $0.parameter(name) != nil }.map(\.rawValue)
            guard !members.isEmpty else { return nil }
            let number = isChain ? "(-[2-\(TransformSpec.chainLengths.upperBound)])?" : ""
            return .init(text: "^(\(members.joined(separator: "|")))\(number)[.]\(name)$", form: AxisName(name).form)
        }
        let table = KeyTable(axes, needsOne: true, patterns: patterns)
        let condition = ValueForm.shared("condition of \(owner)", .mapping(table))
        let zipped = ValueForm.anyOf(
            [.value(.choice(plain.filter { $0 != AxisName.transform.text }))] + patterns.map { .word(pattern: $0.text) }
        )
        zip = .node(
            Self.zip,
            .list(.list(.shared("axis of \(owner)", zipped), least: 2), least: 1),
            "Groups of axes that advance together: [[scale, seed]]."
        )
        exclude = .node(Self.exclude, .list(condition, least: 1), "Combinations to leave out, by their values on axes.")
        when = .node(
            Self.when,
            .list(.shared("rule of \(owner)", .anyOf([condition, Self.implication(condition)])), least: 1),
            "What combinations must meet to stay: values on axes, or {if: …, then: …}."
        )
    }

    /// The two conditions of `{if: …, then: …}`.
    static let implicationKeys = ["if", "then"]

    private static func implication(_ condition: ValueForm) -> ValueForm {
        .mapping(
            KeyTable([
                KeyFacts("if", condition, isRequired: true, "Of what meets this …"),
                KeyFacts("then", condition, isRequired: true, "… only what meets this, too, stays."),
            ])
        )
    }
}
