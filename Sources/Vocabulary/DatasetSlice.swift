// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a data set's name stands for in one run: which images, and the digest that says so.
public struct DatasetSlice: Hashable, Sendable {
    /// The data set's name in the sweep file.
    public var name: String
    /// The part of the data set: `train` or `test`.
    public var split: String
    /// Digest of the images, their labels and the selection.
    public var digest: Digest
    /// Number of selected images.
    public var count: Int

    /// A named, digested selection of images.
    public init(name: String, split: String, digest: Digest, count: Int) {
        self.name = name
        self.split = split
        self.digest = digest
        self.count = count
    }
}

extension DatasetSlice {
    /// A selection of images, digested.
    ///
    /// The digest is the SHA-256 of, in this order: the line `bitsweep slice 1`, the 32 bytes of `content`, the line
    /// `split` + a space + the split's name, the number of indices and then each index, as little-endian 64-bit words.
    /// How the selection was written (a limit for each class, a list) is no part of it, only which images it picked.
    ///
    /// - Parameters:
    ///   - name: The data set's name in the sweep file.
    ///   - split: `train` or `test`; must hold no line break.
    ///   - content: Digest of the split's images and labels.
    ///   - indices: The selected images' indices in the split, in the order in which a cell's table lists them.
    public init(name: String, split: String, content: Digest, indices: some Collection<UInt32>) {
        precondition(!split.utf8.contains(UInt8(ascii: "\n")), "a split's name holds no line break")
        var words: [UInt8] = []
        words.reserveCapacity(8 * (indices.count + 1))
        func append(_ word: UInt64) {
            for byte in 0..<8 { words.append(UInt8(truncatingIfNeeded: word >> (8 * byte))) }
        }
        append(UInt64(indices.count))
        for index in indices { append(UInt64(index)) }
        let parts = [Array("bitsweep slice 1\n".utf8), content.bytes, Array("split \(split)\n".utf8), words]
        self.init(name: name, split: split, digest: Digest(ofConcatenated: parts), count: indices.count)
    }
}
