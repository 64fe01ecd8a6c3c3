// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which pending images come next: by priority, then requeued shards, then the cells in order, one queue per model.
///
/// Entries are hints that are checked against the cells when they reach the front; taking images out of the middle
/// (a late table, an adopted attempt) therefore costs nothing here.
struct WorkQueue: Sendable {
    /// A requeued segment, by its cell's slot and its first position.
    struct Requeued: Hashable, Sendable {
        var cell: CellSlot
        var lower: UInt32
    }

    /// A cell with images that were never dispatched.
    struct Fresh: Hashable, Sendable {
        var cell: CellSlot
        var sequence: UInt64
    }

    /// What waits at one priority.
    struct Level: Sendable {
        let priority: Int
        var requeued = Queue<Requeued>()
        private var freshByModel: [Queue<Fresh>] = []
        private(set) var freshCells = 0

        init(priority: Int) {
            self.priority = priority
        }

        var isEmpty: Bool { requeued.isEmpty && freshCells == 0 }

        /// Every cell of the level, model by model.
        var fresh: [Fresh] { freshByModel.flatMap { Array($0) } }

        mutating func append(_ entry: Fresh, model: Int) {
            while freshByModel.count <= model { freshByModel.append(Queue()) }
            freshByModel[model].append(entry)
            freshCells += 1
        }

        /// The next cell of `model`, or where that has none the cell that comes first in the order of the sweep, of those
        /// models that `isPossible` says.
        ///
        /// - Complexity: O(models).
        func nextFresh(
            preferring model: Int?,
            where isPossible: (_ model: Int) -> Bool
        ) -> (model: Int, entry: Fresh)? {
            if let model, model < freshByModel.count, let entry = freshByModel[model].first, isPossible(model) {
                return (model, entry)
            }
            var best: (model: Int, entry: Fresh)?
            for model in freshByModel.indices {
                guard let entry = freshByModel[model].first else { continue }
                if best.map({ entry.sequence < $0.entry.sequence }) ?? true, isPossible(model) { best = (model, entry) }
            }
            return best
        }

        /// Cells of the models that `isPossible` says.
        func freshCells(where isPossible: (_ model: Int) -> Bool) -> Int {
            freshByModel.indices.reduce(0) { $0 + (isPossible($1) ? freshByModel[$1].count : 0) }
        }

        mutating func removeFirstFresh(model: Int) {
            if freshByModel[model].popFirst() != nil { freshCells -= 1 }
        }
    }

    /// The levels, highest priority first; they stay when they are empty, for there are few.
    var levels: [Level] = []

    var isEmpty: Bool { levels.allSatisfy(\.isEmpty) }
    var freshCells: Int { levels.reduce(0) { $0 + $1.freshCells } }

    /// Cells of the models that `isPossible` says.
    func freshCells(where isPossible: (_ model: Int) -> Bool) -> Int {
        levels.reduce(0) { $0 + $1.freshCells(where: isPossible) }
    }

    /// Everything that waits, in no order.
    var requeued: Set<Requeued> { Set(levels.flatMap { Array($0.requeued) }) }
    var fresh: Set<Fresh> { Set(levels.flatMap(\.fresh)) }
    var requeuedShards: Int { levels.reduce(0) { $0 + $1.requeued.count } }

    /// The place in `levels` of a priority, which is made when it is new.
    private mutating func level(of priority: Int) -> Int {
        let place = levels.firstIndex { $0.priority <= priority } ?? levels.count
        if place == levels.count || levels[place].priority != priority {
            levels.insert(Level(priority: priority), at: place)
        }
        return place
    }

    mutating func append(_ entry: Fresh, model: Int, priority: Int) {
        levels[level(of: priority)].append(entry, model: model)
    }

    mutating func append(_ entry: Requeued, priority: Int) {
        levels[level(of: priority)].requeued.append(entry)
    }
}
