// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

extension ImageDataset {
    /// What planning must know of the data set.
    public var facts: DatasetFacts {
        DatasetFacts(
            height: shape.height,
            width: shape.width,
            channels: shape.channels,
            classes: classCount,
            count: count
        )
    }

    /// The indices that `rule` picks, ascending; throws when one is not in the data set.
    ///
    /// A class with fewer images than a per-class limit gives all it has.
    public func indices(selectedBy rule: ImageSelection.Rule) throws(DatasetError) -> [Int] {
        switch rule {
        case .all:
            return Array(0..<count)
        case .perClass(let limit):
            var taken = [Int](repeating: 0, count: classCount)
            return labels.indices.filter { index in
                taken[Int(labels[index])] += 1
                return taken[Int(labels[index])] <= limit
            }
        case .indices(let indices):
            if let absent = indices.first(where: { !(0..<count).contains($0) }) {
                throw .noSuchImage(dataset: name, split: split, index: absent, count: count)
            }
            return indices
        }
    }

    /// The name, size and digest of the images that `rule` picks; throws when one is not in the data set.
    public func slice(selectedBy rule: ImageSelection.Rule) throws(DatasetError) -> DatasetSlice {
        // An index is below the number of labels, which an IDX file counts in 32 bits.
        let indices = try indices(selectedBy: rule).map { UInt32($0) }
        return DatasetSlice(name: name, split: split, content: digest, indices: indices)
    }
}
