// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The cells still to come: whether there are any, and when they are asked for.
struct CellDemand: Sendable {
    /// What the whole sweep has, once that is known.
    var planned: (cells: Int, images: Int)?
    private(set) var hasMore = true
    private var isRequested = false
    /// Whether all cells still to come wait for a training.
    private(set) var isAwaitingTraining = false

    /// Whether cells are on their way that need no training: until then nothing is at its end.
    var isComing: Bool { hasMore && !isAwaitingTraining }

    /// How many cells to ask for, when half of the window is under way and nobody was asked; nil for none.
    mutating func request(waiting: Int, window: Int) -> Int? {
        guard isComing, !isRequested, waiting <= window / 2 else { return nil }
        isRequested = true
        return window - waiting
    }

    /// Takes the answer in: whether others follow, and whether a training that is still open holds them up.
    mutating func noteAnswer(hasMore: Bool, isAwaitingTraining: Bool) {
        isRequested = false
        self.hasMore = hasMore
        self.isAwaitingTraining = hasMore && isAwaitingTraining
    }

    /// Asks again for the cells that waited: theirs may be the training that has ended.
    mutating func noteTrainingEnd() { isAwaitingTraining = false }
}
