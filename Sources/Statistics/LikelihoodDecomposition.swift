// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which terms of a Glow's likelihood a transformation moves, and by how many bits per dimension.
///
/// nll = D·(ln 256 + ½·ln 2π) − Σ logdet.i + Σ (quadratic.i + logscale.i) + mixture, so that the difference of two
/// images' bits per dimension is the sum of the differences of these terms over D·ln 2, the log-determinants with their
/// sign turned. A term above 0 costs bits.
public struct LikelihoodDecomposition: Sendable {
    /// What a term is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Log-determinant of a level's layers, with the sign it has in the nll.
        case logDeterminant = "logdet"
        /// Half the squared norm of a level's standardised latents.
        case quadratic
        /// Sum of the log-scales of a level's prior.
        case logScale = "logscale"
        /// nll of the mixture of classes less that of the likeliest class.
        case mixture
    }

    /// A term of the likelihood.
    public struct Term: Sendable {
        /// What it is.
        public let kind: Kind
        /// The level, from 1; nil for the mixture.
        public let level: Int?
        /// By how much it raises each image's bits per dimension; NaN for those that are left out.
        public let differences: [Double]

        /// By how much it raises the mean, in bits per dimension.
        public var meanDifference: Double { Summary(differences).mean ?? 0 }
    }

    /// The terms, level by level, the mixture last.
    public let terms: [Term]
    /// Number of images whose terms are all finite, before and after; the others are left out of everything here.
    public let count: Int
    /// Number of images that are left out.
    public let nonFinite: Int
    /// Differences of the recorded bits per dimension; NaN for images that are left out.
    private let changes: [Double]

    /// Mean difference of the recorded bits per dimension over the same images.
    public var meanDifference: Double { Summary(changes).mean ?? 0 }

    /// What the terms leave over of ``meanDifference``: the rounding of the recorded numbers.
    public var residual: Double { meanDifference - CompensatedSum(terms.map(\.meanDifference)).value }

    /// Decomposes the difference between two tables of the same images; nil where they have no level, or no image.
    ///
    /// - Parameters:
    ///   - clean: the columns `bpd`, `logdet.i`, `quadratic.i`, `logscale.i` and, where there is one, `mixture`.
    ///   - transformed: the same columns of the transformed images, in the same order.
    ///   - dimensions: D, how many numbers the model's input has.
    public init?(clean: [String: [Double]], transformed: [String: [Double]], dimensions: Int) {
        let names = Self.names(in: clean).filter { transformed[$0.column] != nil }
        guard names.contains(where: { $0.kind == .logDeterminant }) else { return nil }
        guard let before = clean["bpd"], let after = transformed["bpd"] else { return nil }
        let unit = Double(dimensions) * 0.693_147_180_559_945_309_42
        var differences = names.map { name in
            let sign = name.kind == .logDeterminant ? -1.0 : 1.0
            return Self.differences(clean[name.column], transformed[name.column]).map { sign * $0 / unit }
        }
        var bpd = Self.differences(before, after)
        let isKept = bpd.indices.map { image in
            bpd[image].isFinite && differences.allSatisfy { $0[image].isFinite }
        }
        for image in isKept.indices where !isKept[image] {
            bpd[image] = .nan
            for term in differences.indices { differences[term][image] = .nan }
        }
        count = isKept.count { $0 }
        guard count > 0 else { return nil }
        terms = names.indices.map { index in
            Term(kind: names[index].kind, level: names[index].level, differences: differences[index])
        }
        nonFinite = isKept.count - count
        changes = bpd
    }

    /// The sum of a kind's terms over all levels, in bits per dimension.
    public func total(of kind: Kind) -> Double {
        CompensatedSum(terms.filter { $0.kind == kind }.map(\.meanDifference)).value
    }

    /// The sum of a level's terms, in bits per dimension.
    public func total(ofLevel level: Int) -> Double {
        CompensatedSum(terms.filter { $0.level == level }.map(\.meanDifference)).value
    }

    private static func names(in columns: [String: [Double]]) -> [(column: String, kind: Kind, level: Int?)] {
        var names: [(column: String, kind: Kind, level: Int?)] = []
        var level = 1
        while columns["\(Kind.logDeterminant.rawValue).\(level)"] != nil {
            for kind in [Kind.logDeterminant, .quadratic, .logScale] {
                let column = "\(kind.rawValue).\(level)"
                if columns[column] != nil { names.append((column, kind, level)) }
            }
            level += 1
        }
        if columns[Kind.mixture.rawValue] != nil { names.append((Kind.mixture.rawValue, .mixture, nil)) }
        return names
    }

    private static func differences(_ before: [Double]?, _ after: [Double]?) -> [Double] {
        guard let before, let after else { return [] }
        precondition(before.count == after.count, "the same images before and after")
        return zip(before, after).map { $1 - $0 }
    }
}
