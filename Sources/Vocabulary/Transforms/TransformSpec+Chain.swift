// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension TransformSpec {
    /// Members that a chain may have.
    package static let chainLengths = 2...8

    /// The transformations done one after the other.
    ///
    /// - Throws: `ChainError` where they are too few or too many, or cannot follow each other.
    public static func chain(_ members: [TransformSpec]) throws(ChainError) -> TransformSpec {
        try checkChain(members.map(\.kind))
        let chain = joined(members)
        if let problem = chain.orderProblem { throw problem }
        return chain
    }

    /// What is wrong with a chain of these kinds, whatever their parameters.
    package static func checkChain(_ members: [TransformKind]) throws(ChainError) {
        guard chainLengths.contains(members.count) else { throw .wrongCount(members.count) }
        for problem in members.compactMap(problem(ofMember:)) { throw problem }
    }

    /// Why no chain can have a member of this kind; nil where it can.
    package static func problem(ofMember kind: TransformKind) -> ChainError? {
        kind.isChain || kind == identity.kind ? .noMember(kind.rawValue) : nil
    }

    /// Why a member cannot follow those before it; nil where all can.
    ///
    /// An image passes the points at which members act in one direction. Only pixels that are all on the 256 levels again
    /// are an 8-bit image once more, of the model's size.
    package var orderProblem: ChainError? {
        guard isChain else { return nil }
        var (isResized, isLevels) = (false, true)
        /// The last members that ended what the next one may need.
        var (resizing, blurring) = ("", "")
        for (name, member) in zip(kind.memberNames, members.compactMap(\.value)) {
            if member.point == .dataset, isResized { return .tooLateForDataset(name, after: resizing) }
            if member.point != .pixels, !isLevels { return .needsLevels(name, after: blurring) }
            if member.point != .dataset, !isResized { (isResized, resizing) = (true, name) }
            let wereLevels = isLevels
            isLevels = member.leavesLevels(wereLevels)
            if wereLevels, !isLevels { blurring = name }
        }
        return nil
    }

    /// Some members of a chain, one after the other: `identity` where there are none, and of one that alone.
    package static func joined(_ members: some Collection<TransformSpec>) -> TransformSpec {
        guard members.count > 1 else { return members.first ?? .identity }
        return TransformSpec(TransformKind(chain: members.map(\.kind)), codes: members.flatMap(\.codes))
    }

    /// The chain without its last member, of two the first alone; nil of a single transformation.
    package var shorter: TransformSpec? { isChain ? .joined(members.dropLast()) : nil }
}

/// Why transformations are no chain.
public enum ChainError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are this many.
    case wrongCount(Int)
    /// A transformation of this name is no member of chains.
    case noMember(String)
    /// A member is done to the data set's image, after one that is done to the model's.
    case tooLateForDataset(String, after: String)
    /// A member is done to 8-bit pixels, after one that leaves others.
    case needsLevels(String, after: String)

    /// One line: what is wrong and what would be right.
    public var description: String {
        switch self {
        case .wrongCount(let count):
            "a chain has \(TransformSpec.chainLengths.lowerBound) to \(TransformSpec.chainLengths.upperBound) members, not "
                + "\(count)" + (count == 1 ? "; write a single transform by itself" : "")
        case .noMember(TransformKind.chainName): "a chain cannot be in a chain; list its members themselves"
        case .noMember(let name): "\(name) cannot be in a chain: it changes nothing there"
        case .tooLateForDataset(let name, let former):
            "\(name) is done to the data set's image (stage before-resize) and cannot follow \(former), which needs the "
                + "model's; put it first, or give it stage after-resize"
        case .needsLevels(let name, let former):
            "\(name) is done to 8-bit pixels, and \(former) leaves others; put \(name) first, or re-quantise in "
                + "\(former) (all pixels, under mask none)"
        }
    }
}
