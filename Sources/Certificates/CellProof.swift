// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

extension ResultTable {
    /// The bits of a value that a part of a cell lacks while another part has the column: no computation gives them.
    package static let absentBits: UInt32 = 0xFFFF_FFFF

    /// SHA-256 of the table's canonical bytes, which depend on its values alone: not on shards, workers or time.
    ///
    /// The bytes are, in this order: the line `bitsweep table 1`, the line `images N`, the N indices as little-endian
    /// 32-bit words, and for each column the line `column NAME` and its N values as little-endian Float32. Columns are
    /// in the order of exports: `bpd` first, the others by name.
    package var canonicalDigest: Digest {
        var digest = RunningDigest()
        digest.update(Array("bitsweep table 1\nimages \(indices.count)\n".utf8))
        digest.update(Self.littleEndian(indices))
        let ordered =
            columns.filter { $0.name == "bpd" } + columns.filter { $0.name != "bpd" }.sorted { $0.name < $1.name }
        for column in ordered {
            digest.update(Array("column \(column.name)\n".utf8))
            digest.update(Self.littleEndian(column.values.map(\.bitPattern)))
        }
        return digest.digest
    }

    private static func littleEndian(_ words: [UInt32]) -> [UInt8] {
        words.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    /// Number of images with a value that is no number; a value that is absent is none.
    package var nonFiniteImages: Int {
        var found = [Bool](repeating: false, count: indices.count)
        for column in columns {
            for (row, value) in column.values.enumerated()
            where !value.isFinite && value.bitPattern != Self.absentBits { found[row] = true }
        }
        return found.count { $0 }
    }

    /// The rows at `positions`, in this order.
    package func rows(at positions: [Int]) -> ResultTable {
        ResultTable(
            indices: positions.map { indices[$0] },
            columns: columns.map { column in
                Column(name: column.name, values: positions.map { column.values[$0] })
            }
        )
    }
}

/// The digest of one cell's table, a leaf of the tree over all cells.
package struct CellDigest: Hashable, Sendable {
    /// The cell.
    package var cell: CellID
    /// `ResultTable.canonicalDigest` of what is recorded of it.
    package var table: Digest

    /// What is recorded of a cell.
    package init(cell: CellID, table: Digest) {
        (self.cell, self.table) = (cell, table)
    }

    /// The leaf: the 16 bytes of the id and the 32 of the digest.
    package var leaf: [UInt8] { cell.bytes + table.bytes }
}

/// What lets somebody check one cell against a certificate without having the others: everything that decides its
/// numbers, the digest of its table, and the path from there to the root.
package struct CellProof: Hashable, Sendable, Codable {
    /// The cell's id, 32 hexadecimal digits.
    package var cell: String
    /// What decides the id: its ingredients, each a text; see ``CellIdentity/canonicalText``.
    package var model: String
    package var conditioning: String
    /// `LikelihoodEstimate.text`; nil for the standard one.
    package var estimate: String?
    package var data: String
    package var transform: String
    package var parameters: String
    package var seed: UInt64
    package var numerics: UInt32
    /// The part of the data set, `train` or `test`, and the recorded images' indices in it.
    package var split: String
    package var images: [UInt32]
    /// Digest of the cell's table.
    package var table: String
    /// The cell's place among all cells, sorted by id, and how many these are.
    package var index: Int
    package var cells: Int
    /// Neighbours on the way to the root, from below.
    package var path: [String]

    /// The proof of the cell at `index` of a tree over `cells` cells.
    package init(
        _ identity: CellIdentity,
        split: String,
        images: [UInt32],
        table: Digest,
        at index: Int,
        of tree: MerkleTree
    ) {
        cell = "\(identity.id)"
        model = "\(identity.model)"
        conditioning = identity.conditioning.rawValue
        estimate = identity.estimate == .standard ? nil : identity.estimate.text
        data = "\(identity.data)"
        transform = identity.transform.name
        parameters = identity.transform.parameters
        seed = identity.seed
        numerics = identity.numericsVersion
        self.split = split
        self.images = images
        self.table = "\(table)"
        self.index = index
        cells = tree.count
        path = tree.path(at: index).map(\.description)
    }

    /// The ingredients as they were before they became texts; nil when they are none, or not those of `cell`.
    package var identity: CellIdentity? {
        guard let model = Digest(hexadecimal: model), let data = Digest(hexadecimal: data),
            let conditioning = Conditioning(rawValue: conditioning),
            let estimate = LikelihoodEstimate(text: estimate ?? ""),
            let transform = try? TransformSpec(name: transform, parameters: parameters)
        else { return nil }
        let identity = CellIdentity(
            model: model,
            conditioning: conditioning,
            estimate: estimate,
            data: data,
            transform: transform,
            seed: seed,
            numericsVersion: numerics
        )
        return "\(identity.id)" == cell ? identity : nil
    }

    /// The root that the path leads to; nil for a damaged proof.
    package var root: Digest? {
        let digests = path.compactMap { Digest(hexadecimal: $0) }
        guard digests.count == path.count, let id = CellID(hexadecimal: cell), let table = Digest(hexadecimal: table)
        else { return nil }
        return MerkleTree.root(of: CellDigest(cell: id, table: table).leaf, at: index, count: cells, path: digests)
    }
}
