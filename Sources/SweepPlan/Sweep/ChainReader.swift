// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `chain`: a list of transforms that are done one after the other, or such `members` with rules about all of them.
struct ChainReader {
    static let membersKey = "members"
    private static let members = ValueForm.list(
        .shared("member of a chain", TransformReader.memberForm),
        least: TransformSpec.chainLengths.lowerBound,
        most: TransformSpec.chainLengths.upperBound
    )
    private static let keys = KeyTable([
        KeyFacts(membersKey, members, isRequired: true, "The transforms, in the order in which they are done."),
        RuleKeys.anywhere.zip.facts, RuleKeys.anywhere.when.facts, TransformReader.seeds,
    ])
    /// What is known of a chain as the key of an entry.
    static let facts = KeyFacts(
        TransformKind.chainName,
        .anyOf([members, .mapping(keys)]),
        "Transforms that are done one after the other: a list, or 'members' with rules about them."
    )

    private let document: DocumentReader
    private let axes: AxisReader
    private let transforms: TransformReader

    init(_ axes: AxisReader, transforms: TransformReader) {
        document = axes.document
        self.axes = axes
        self.transforms = transforms
    }

    func read(_ node: SourceNode, at position: Diagnostic.Position) -> TransformEntry? {
        guard case .mapping(let entries) = node.content else { return chain(node, nil, at: position) }
        if let name = entries.first(where: { TransformKind.names.contains($0.key) }) {
            let right = "[\(name.key): {…}, …]; rules about it stand beside 'members: […]'"
            document.report("a chain is a list of transforms, as in \(right)", at: name.position)
            return nil
        }
        guard let fields = document.fields(node, of: TransformKind.chainName, known: Self.keys) else { return nil }
        return fields.required(Self.membersKey).flatMap { chain($0, fields, at: position) }
    }

    private func chain(_ node: SourceNode, _ fields: Fields?, at position: Diagnostic.Position) -> TransformEntry? {
        guard case .sequence(let elements) = node.content else {
            let right = "[translate: {dx: -1}, noise: {scale: 0.1}]"
            document.report("a chain is a list of transforms, as in \(right)", at: position)
            return nil
        }
        let read = elements.map(transforms.read)
        let members = read.compactMap(\.self)
        guard members.count == read.count, areChained(members, at: position) else { return nil }
        let kind = TransformKind(chain: members.map(\.kind))
        let rules = RuleReader(axes, known: AxisName.names(of: kind))
        let own = zip(kind.memberNames, members)
        return TransformEntry(
            kind: kind,
            position: position,
            values: members.flatMap(\.values),
            zips: own.flatMap { name, member in member.zips.map { $0.qualified(by: name) } }
                + rules.zips(fields?[RuleKeys.zip]),
            whens: own.flatMap { name, member in member.whens.map { $0.qualified(by: name) } }
                + rules.whens(fields?[RuleKeys.when]),
            seeds: fields?[TransformReader.seedsKey].flatMap { axes.values($0, of: .seed) }
        )
    }

    /// Whether the members can make a chain at all, whatever their parameters.
    private func areChained(_ members: [TransformEntry], at position: Diagnostic.Position) -> Bool {
        if let member = members.first(where: { $0.seeds != nil }) {
            document.report("a chain has one seed for all members: write 'seeds' beside 'members'", at: member.position)
            return false
        }
        for member in members {
            guard let problem = TransformSpec.problem(ofMember: member.kind) else { continue }
            document.report("\(problem)", at: member.position)
            return false
        }
        do throws(ChainError) {
            try TransformSpec.checkChain(members.map(\.kind))
            return true
        } catch {
            document.report("\(error)", at: position)
            return false
        }
    }
}

// The rules of a member name its own parameters; as rules of the chain they say whose.
extension AxisName {
    fileprivate func qualified(by member: String) -> AxisName {
        guard case .parameter(let name) = self else { return self }
        return .parameter("\(member).\(name.split(separator: ".").last ?? "")")
    }
}

extension AxisZip {
    fileprivate func qualified(by member: String) -> AxisZip {
        AxisZip(names: names.map { $0.qualified(by: member) }, position: position)
    }
}

extension WhenRule {
    fileprivate func qualified(by member: String) -> WhenRule {
        func qualified(_ clause: AxisClause) -> AxisClause {
            AxisClause(axis: clause.axis.qualified(by: member), values: clause.values)
        }
        return WhenRule(premise: premise.map(qualified), conclusion: conclusion.map(qualified))
    }
}
