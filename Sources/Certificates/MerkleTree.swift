// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

/// A tree of digests over a list of leaves, as Certificate Transparency builds it (RFC 6962, §2.1).
///
/// A leaf's digest is SHA-256 of a zero byte and the leaf; an inner node's is SHA-256 of a byte 1 and its two children,
/// the left of which covers the largest power of two of leaves that is less than all. The root of no leaves is SHA-256
/// of nothing.
package struct MerkleTree: Sendable {
    /// From the leaves' digests up to the root; a node without a neighbour stands in the next level as it is.
    private let levels: [[Digest]]

    /// The tree over `leaves`, in this order.
    package init(_ leaves: some Sequence<[UInt8]>) {
        var levels = [leaves.map(Self.digest(ofLeaf:))]
        while let level = levels.last, level.count > 1 {
            levels.append(
                stride(from: 0, to: level.count, by: 2).map { place in
                    place + 1 < level.count ? Self.digest(of: level[place], level[place + 1]) : level[place]
                }
            )
        }
        self.levels = levels
    }

    /// The digest that stands for all leaves in their order.
    package var root: Digest { levels.last?.first ?? Digest(of: []) }

    /// Number of leaves.
    package var count: Int { levels[0].count }

    /// What must be known besides the leaf at `index` to come to the root: the neighbours on its way, from below.
    package func path(at index: Int) -> [Digest] {
        precondition((0..<count).contains(index), "a path begins at a leaf")
        return levels.enumerated().compactMap { height, level in
            let neighbour = (index >> height) ^ 1
            return level.indices.contains(neighbour) && level.count > 1 ? level[neighbour] : nil
        }
    }

    /// The root of a tree of `count` leaves which has `leaf` at `index`; nil when `path` cannot be its path.
    package static func root(of leaf: [UInt8], at index: Int, count: Int, path: [Digest]) -> Digest? {
        guard (0..<count).contains(index) else { return nil }
        var (digest, place, last) = (digest(ofLeaf: leaf), index, count - 1)
        var neighbours = path[...]
        while last > 0 {
            // The last of an odd number of nodes has no neighbour.
            if place != last || place % 2 == 1 {
                guard let neighbour = neighbours.popFirst() else { return nil }
                digest = place % 2 == 1 ? Self.digest(of: neighbour, digest) : Self.digest(of: digest, neighbour)
            }
            (place, last) = (place / 2, last / 2)
        }
        return neighbours.isEmpty ? digest : nil
    }

    private static func digest(ofLeaf leaf: [UInt8]) -> Digest { Digest(of: [0] + leaf) }

    private static func digest(of left: Digest, _ right: Digest) -> Digest {
        Digest(of: [1] + left.bytes + right.bytes)
    }
}
