// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@testable import Certificates

@Suite("Merkle tree")
struct MerkleTreeTests {
    private func leaves(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("leaf \($0)".utf8) } }

    /// RFC 6962, §2.1, word for word: split at the largest power of two below the number of leaves.
    private func naiveRoot(_ leaves: ArraySlice<[UInt8]>) -> Digest {
        guard leaves.count > 1 else { return leaves.first.map { Digest(of: [0] + $0) } ?? Digest(of: []) }
        var split = 1
        while 2 * split < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Digest(of: [1] + naiveRoot(leaves[..<middle]).bytes + naiveRoot(leaves[middle...]).bytes)
    }

    /// RFC 6962, §2.1.1, word for word.
    private func naivePath(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        var split = 1
        while 2 * split < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return index < split
            ? naivePath(index, leaves[..<middle]) + [naiveRoot(leaves[middle...])]
            : naivePath(index - split, leaves[middle...]) + [naiveRoot(leaves[..<middle])]
    }

    @Test("root and every path are those of the recursive definition", arguments: Array(0...20) + [31, 32, 33, 100])
    func agreesWithDefinition(_ count: Int) {
        let leaves = leaves(count)
        let tree = MerkleTree(leaves)
        #expect(tree.root == naiveRoot(leaves[...]))
        for index in 0..<count {
            let path = tree.path(at: index)
            #expect(path == naivePath(index, leaves[...]))
            #expect(MerkleTree.root(of: leaves[index], at: index, count: count, path: path) == tree.root)
        }
    }

    @Test("the root of the test vector of Certificate Transparency is its published one")
    func publishedVector() throws {
        // The eight inputs and the root of the reference implementation's merkle_tree_test.
        let inputs: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
            [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57], Array(0x60...0x6F),
        ]
        let root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        #expect("\(MerkleTree(inputs).root)" == root)
    }

    @Test("a path leads nowhere from another leaf, another place, or with anything added or taken away")
    func wrongPaths() {
        let leaves = leaves(11)
        let tree = MerkleTree(leaves)
        let path = tree.path(at: 9)
        #expect(MerkleTree.root(of: leaves[8], at: 9, count: 11, path: path) != tree.root)
        #expect(MerkleTree.root(of: leaves[9], at: 8, count: 11, path: path) != tree.root)
        #expect(MerkleTree.root(of: leaves[9], at: 9, count: 11, path: path.dropLast()) == nil)
        #expect(MerkleTree.root(of: leaves[9], at: 9, count: 11, path: path + [tree.root]) == nil)
        #expect(MerkleTree.root(of: leaves[9], at: 11, count: 11, path: path) == nil)
        #expect(MerkleTree.root(of: leaves[9], at: -1, count: 11, path: path) == nil)
    }
}
