// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which pending images come next: requeued shards first, then the cells in order, one queue per model.
///
/// Entries are hints that are checked against the cells when they reach the front; taking images out of the middle
/// (a late table, an adopted attempt) therefore costs nothing here.
struct WorkQueue: Sendable {
    /// A requeued segment, by its cell's slot and its first position.
    struct Requeued: Hashable, Sendable {
        var cell: Int
        var lower: UInt32
    }

    /// A cell with images that were never dispatched.
    struct Fresh: Hashable, Sendable {
        var cell: Int
        var sequence: UInt64
    }

    var requeued = Queue<Requeued>()
    private var freshByModel: [Queue<Fresh>] = []
    private(set) var freshCells = 0

    /// Every cell in the queue, model by model.
    var fresh: [Fresh] { freshByModel.flatMap { Array($0) } }

    var isEmpty: Bool { requeued.isEmpty && freshCells == 0 }

    mutating func append(_ entry: Fresh, model: Int) {
        while freshByModel.count <= model { freshByModel.append(Queue()) }
        freshByModel[model].append(entry)
        freshCells += 1
    }

    /// The next cell of `model`.
    func firstFresh(model: Int) -> Fresh? {
        model < freshByModel.count ? freshByModel[model].first : nil
    }

    /// The model whose next cell comes first in the order of the sweep.
    ///
    /// - Complexity: O(models).
    var earliestModel: Int? {
        var best: (model: Int, sequence: UInt64)?
        for model in freshByModel.indices {
            guard let sequence = freshByModel[model].first?.sequence else { continue }
            if best.map({ sequence < $0.sequence }) ?? true { best = (model, sequence) }
        }
        return best?.model
    }

    mutating func removeFirstFresh(model: Int) {
        if freshByModel[model].popFirst() != nil { freshCells -= 1 }
    }
}
