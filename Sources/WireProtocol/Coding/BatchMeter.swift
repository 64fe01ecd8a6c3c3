// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What goes in batches, where neighbours that are alike make a group.
protocol Batched {
    var imageCount: Int { get }
    var columnCount: Int { get }
    func isOfGroup(of other: Self) -> Bool
}

/// How full a batch is.
struct BatchMeter {
    private(set) var attempts = 0
    private(set) var images = 0
    private(set) var values = 0
    private(set) var groups = 0

    /// Adds one attempt, or adds nothing and returns false when it does not fit.
    mutating func add(images: Int, columns: Int = 0, opensGroup: Bool) -> Bool {
        var sum = self
        sum.attempts += 1
        sum.images += images
        sum.values += images * columns
        sum.groups += opensGroup ? 1 : 0
        guard sum.attempts <= WireLimits.attemptsPerBatch, sum.images <= WireLimits.imagesPerBatch,
            sum.values <= WireLimits.valuesPerBatch, sum.groups <= WireLimits.groupsPerBatch
        else { return false }
        self = sum
        return true
    }

    /// The longest slices of `elements`, in their order, that are each within the limits of a batch.
    static func batches<Element: Batched>(of elements: [Element]) -> [ArraySlice<Element>] {
        var batches: [ArraySlice<Element>] = []
        var meter = BatchMeter()
        var start = elements.startIndex
        for (position, element) in elements.enumerated() {
            let (images, columns) = (element.imageCount, element.columnCount)
            let opensGroup = position == start || !elements[position - 1].isOfGroup(of: element)
            if meter.add(images: images, columns: columns, opensGroup: opensGroup) { continue }
            batches.append(elements[start..<position])
            start = position
            meter = BatchMeter()
            precondition(meter.add(images: images, columns: columns, opensGroup: true), "a shard is within limits")
        }
        if start < elements.endIndex { batches.append(elements[start...]) }
        return batches
    }

    /// Whether one batch can hold these groups.
    static func areWithinLimits(_ groups: [ArraySlice<some Batched>]) -> Bool {
        var meter = BatchMeter()
        return groups.allSatisfy { group in
            group.indices.allSatisfy { position in
                let (images, columns) = (group[position].imageCount, group[position].columnCount)
                return meter.add(images: images, columns: columns, opensGroup: position == group.startIndex)
            }
        }
    }

    /// Adds a group that was read.
    ///
    /// - Throws: when it does not fit.
    mutating func add(_ group: [AttemptIdentity], columns: Int = 0, _ field: StaticString) throws(WireError) {
        for (position, attempt) in group.enumerated() {
            guard add(images: attempt.shard.count, columns: columns, opensGroup: position == 0) else {
                throw .invalidField("\(field)", reason: "more attempts, images or values than a batch may hold")
            }
        }
    }
}
