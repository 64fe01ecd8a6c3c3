// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@testable import Certificates

@Suite("Digest of a cell's table")
struct CellDigestTests {
    private let table = ResultTable(
        indices: [3, 5, 260],
        columns: [
            .init(name: "nll", values: [1, -2, .infinity]),
            .init(name: "bpd", values: [0.5, .nan, Float(bitPattern: 0x0001_16C2)]),
        ]
    )

    @Test("it is SHA-256 of the documented bytes, written out here, columns in the order of exports")
    func documentedBytes() {
        var bytes = Array("bitsweep table 1\nimages 3\n".utf8)
        bytes += [3, 0, 0, 0, 5, 0, 0, 0, 4, 1, 0, 0]
        bytes += Array("column bpd\n".utf8) + [0, 0, 0, 0x3F, 0, 0, 0xC0, 0x7F, 0xC2, 0x16, 0x01, 0x00]
        bytes += Array("column nll\n".utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x80, 0x7F]
        #expect(table.canonicalDigest == Digest(of: bytes))
    }

    @Test("any bit of any value, and any index, changes it", arguments: 0..<3)
    func everyBit(_ row: Int) {
        for column in 0..<2 {
            for bit in 0..<32 {
                var other = table
                let bits = other.columns[column].values[row].bitPattern ^ (1 << bit)
                other.columns[column].values[row] = Float(bitPattern: bits)
                #expect(other.canonicalDigest != table.canonicalDigest)
            }
        }
        var other = table
        other.indices[row] += 1
        #expect(other.canonicalDigest != table.canonicalDigest)
    }

    @Test("images with a value that is no number are counted once, absent values are not")
    func nonFinite() {
        #expect(table.nonFiniteImages == 2)
        var other = table
        other.columns[1].values[1] = Float(bitPattern: ResultTable.absentBits)
        #expect(other.nonFiniteImages == 1)
    }

    @Test("a proof leads to the root, and a changed one does not")
    func proof() throws {
        let identity = CellIdentity(
            model: Digest(of: [1]),
            conditioning: .label,
            data: Digest(of: [2]),
            transform: .translate(Translation(dx: -1)),
            seed: .max,
            numericsVersion: 2
        )
        let others = (0..<5).map { CellDigest(cell: CellID(Digest(of: [$0])), table: Digest(of: [$0])).leaf }
        let own = CellDigest(cell: identity.id, table: table.canonicalDigest)
        let tree = MerkleTree([own.leaf] + others)
        var proof = CellProof(identity, split: "test", images: [1], table: own.table, at: 0, of: tree)
        #expect(proof.identity == identity)
        #expect(proof.root == tree.root)
        proof.table = "\(Digest(of: [9]))"
        #expect(proof.root != tree.root)
        proof.seed = 1
        #expect(proof.identity == nil)
    }
}
