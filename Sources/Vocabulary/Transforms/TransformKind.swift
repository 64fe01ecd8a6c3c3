// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What kind of transformation it is, one or a chain of several: what sweep files, grids and canonical texts know of it.
///
/// Rows of a grid hold kinds, so that one is a reference to what is known and no more.
package struct TransformKind: Sendable {
    /// The single transformations, in the order in which documentation lists them.
    package static let allCases: [TransformKind] = [
        TransformKind(Identity.self),
        TransformKind(Translation.self),
        TransformKind(Dihedral.self),
        TransformKind(PatchShuffle.self),
        TransformKind(Noise.self),
        TransformKind(LatentZeroing.self),
        TransformKind(Rotation.self),
        TransformKind(Zoom.self),
        TransformKind(Occlusion.self),
        TransformKind(Blur.self),
        TransformKind(Contrast.self),
        TransformKind(Brightness.self),
        TransformKind(Inversion.self),
        TransformKind(Quantisation.self),
        TransformKind(SaltPepper.self),
    ]

    /// The name of all chains.
    package static let chainName = "chain"

    /// The names of single transformations and that of chains, in the order in which documentation lists them.
    package static let names: [String] = allCases.map(\.rawValue) + [chainName]

    private let knowledge: Knowledge

    /// An element of the list.
    private init(_ type: any ParameterisedTransform.Type) { knowledge = Knowledge(type) }

    /// The chain of single kinds, at least two of them.
    package init(chain members: [TransformKind]) { knowledge = Knowledge(chain: members) }

    /// The element of the list whose values are of `type`.
    package static func of(_ type: any ParameterisedTransform.Type) -> TransformKind {
        guard let known = allCases.first(where: { $0.type == type }) else {
            preconditionFailure("\(type) is missing from TransformKind.allCases")
        }
        return known
    }
}

extension TransformKind {
    /// The type of its values; nil of a chain.
    var type: (any ParameterisedTransform.Type)? { knowledge.type }

    /// The parameters in canonical order: of a chain those of its members, one member after the other.
    package var parameters: [TransformParameter] { knowledge.parameters }

    /// What is done, one after the other: the members of a chain, or the kind itself.
    package var members: [TransformKind] { isChain ? knowledge.members : [self] }

    /// Whether it is several transformations, done one after the other.
    package var isChain: Bool { knowledge.type == nil }

    /// The positions in `parameters` of each member's parameters.
    package var memberParameters: [Range<Int>] { knowledge.memberParameters }

    /// What rules and filters call each member: its name, and from the second of one kind on that with its number, as
    /// `noise-2`.
    package var memberNames: [String] { knowledge.memberNames }

    /// The name; of a chain those of its members, `translate then noise`.
    package var title: String { members.map(\.rawValue).joined(separator: " then ") }

    /// What it does to an image, in a sentence; empty of a chain.
    package var summary: String { type?.summary ?? "" }

    /// Parameters of which a sweep file must give at least one, though each has a standard value; none of a chain, whose
    /// members each have their own.
    package var oneNeeded: [String] { type?.oneNeeded ?? [] }

    /// Whether only a model that has latents can do it.
    package var needsLatents: Bool { members.contains { $0.type?.needsLatents == true } }

    /// The positions in `parameters` of those that decide whether the members of a chain can follow each other.
    package var orderParameters: [Int] {
        zip(members, memberParameters).flatMap { member, range in
            range.filter { parameters[$0].keys.contains { member.type?.orderKeys.contains($0) == true } }
        }
    }

    /// The parameter of that name: its position in `parameters`, and which of its spellings the name is.
    ///
    /// A name is a key that one member alone has, or else, and also, `MEMBER.key`. Nil where there is no such parameter,
    /// or where several members have it.
    package func parameter(_ name: String) -> (position: Int, spelling: Int)? { knowledge.places[name] }

    /// All names of a parameter: by its key, where one member alone has that, and by its member.
    package func names(ofParameter position: Int) -> [String] { knowledge.names[position].flatMap(\.self) }

    /// Whether several members have a parameter of this key, so that a name must say which is meant.
    package func isAmbiguous(_ key: String) -> Bool {
        isChain && parameter(key) == nil && parameters.contains { $0.keys.contains(key) }
    }

    /// The parameter that a name is of, in whichever transformation: `scale`, `noise.scale` or `noise-2.scale`.
    ///
    /// All transformations that have a key mean the same by it.
    package static func parameter(named name: String) -> TransformParameter? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let key = parts.last, parts.count <= 2 else { return nil }
        let kinds = parts.count == 1 ? allCases : allCases.filter { $0.isMemberName(parts[0]) }
        return kinds.lazy.flatMap(\.parameters).first { $0.keys.contains(key) }
    }

    /// Whether a chain may call a member of this kind so.
    private func isMemberName(_ name: String) -> Bool {
        guard name.hasPrefix(rawValue) else { return false }
        let rest = name.dropFirst(rawValue.count)
        return rest.isEmpty || (2...TransformSpec.chainLengths.upperBound).contains { rest == "-\($0)" }
    }

    /// What columns call a parameter under one of its spellings: its key, or `MEMBER.key` where several members have it.
    package func columnName(ofParameter position: Int, spelling: Int = 0) -> String {
        knowledge.names[position][spelling][0]
    }
}

extension TransformKind: RawRepresentable, Hashable, CaseIterable {
    /// The name, as sweep files and canonical texts spell it.
    package var rawValue: String { type?.name ?? Self.chainName }

    /// The single transformation called `rawValue`.
    package init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    package static func == (left: TransformKind, right: TransformKind) -> Bool {
        if left.knowledge === right.knowledge { return true }
        return left.type == right.type && left.knowledge.members == right.knowledge.members
    }

    package func hash(into hasher: inout Hasher) {
        guard let type else { return hasher.combine(knowledge.members) }
        hasher.combine(ObjectIdentifier(type))
    }
}

extension TransformKind {
    /// What is known of a kind; made once and shared by all that hold the kind.
    fileprivate final class Knowledge: Sendable {
        /// The type of its values; nil of a chain.
        let type: (any ParameterisedTransform.Type)?
        /// Those of a chain.
        let members: [TransformKind]
        let parameters: [TransformParameter]
        let memberParameters: [Range<Int>]
        let memberNames: [String]
        /// The names of each spelling of each parameter, the one for columns first.
        let names: [[[String]]]
        /// Where each name leads.
        let places: [String: (position: Int, spelling: Int)]

        init(_ type: any ParameterisedTransform.Type) {
            (self.type, members, parameters) = (type, [], type.parameters)
            (memberNames, memberParameters) = ([type.name], [0..<type.parameters.count])
            (names, places) = Self.named(parameters, of: memberNames, memberParameters)
        }

        init(chain members: [TransformKind]) {
            (type, self.members, parameters) = (nil, members, members.flatMap(\.parameters))
            memberNames = members.indices.map { place in
                let name = members[place].rawValue
                let number = members[...place].count { $0.rawValue == name }
                return number == 1 ? name : "\(name)-\(number)"
            }
            var first = 0
            memberParameters = members.map { member in
                defer { first += member.parameters.count }
                return first..<first + member.parameters.count
            }
            (names, places) = Self.named(parameters, of: memberNames, memberParameters)
        }

        private static func named(
            _ parameters: [TransformParameter],
            of memberNames: [String],
            _ ranges: [Range<Int>]
        ) -> (names: [[[String]]], places: [String: (position: Int, spelling: Int)]) {
            let owners = parameters.flatMap(\.keys).reduce(into: [:]) { $0[$1, default: 0] += 1 }
            let names = zip(memberNames, ranges).flatMap { member, range in
                parameters[range].map { parameter in
                    parameter.keys.map { key in (owners[key] == 1 ? [key] : []) + ["\(member).\(key)"] }
                }
            }
            var places: [String: (position: Int, spelling: Int)] = [:]
            for (position, spellings) in names.enumerated() {
                for (spelling, names) in spellings.enumerated() {
                    for name in names { places[name] = (position, spelling) }
                }
            }
            return (names, places)
        }
    }
}
