// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary
import WireProtocol

extension RandomMessages {
    mutating func cellPageRequest() -> CellPageRequest {
        var query = CellQuery()
        query.models = (0..<below(3)).map { _ in name() }
        query.datasets = (0..<below(3)).map { _ in name() }
        query.transforms = (0..<below(3)).map { _ in name() }
        query.words = (0..<below(3)).map { _ in name() }
        query.seeds = (0..<below(3)).map { _ in word() }
        query.ordinals = (0..<below(3)).map { _ in below(1 << 30) }
        query.condition = flip() ? CellQuery.Condition.allCases.randomElement(using: &generator) : nil
        query.order = CellQuery.Order.allCases.randomElement(using: &generator) ?? .run
        query.isDescending = flip()
        var request = CellPageRequest(
            query,
            start: below(1 << 40),
            limit: below(WireLimits.cellsPerPage + 1),
            selected: flip() ? below(1 << 30) : nil
        )
        (request.epoch, request.since, request.wantsScales) = (word(), word(), flip())
        return request
    }

    mutating func cellPage() -> CellPage {
        var page = CellPage(epoch: word(), number: word(), total: below(1 << 40), start: below(1 << 40))
        page.ordinals = (0..<below(4)).map { _ in below(1 << 30) }
        page.cells = (0..<below(4)).map { _ in summarisedCell() }
        if flip() { page.selected = .init(cell: summarisedCell(), position: flip() ? below(1 << 30) : nil) }
        guard flip() else { return page }
        var scales = RunScales()
        scales.hasSeveralSeeds = true
        scales.values[name()] = Double(below(100)) / 7...100
        page.scales = scales
        return page
    }

    mutating func summarisedCell() -> SummarisedCell {
        SummarisedCell(
            ordinal: below(1 << 30),
            id: CellID(digest()),
            spec: CellSpec(model: name(), dataset: name(), transform: transform(), seed: word()),
            split: name(),
            conditioning: flip() ? .label : .marginal,
            estimate: estimate(),
            images: below(1 << 40),
            recordedImages: below(1 << 40),
            failedImages: below(1 << 40),
            disputedShards: below(1 << 40),
            baseline: flip() ? CellID(digest()) : nil,
            summary: flip() ? summary() : nil
        )
    }

    private mutating func summary() -> CellSummary {
        let images = 1 + below(40)
        var values = ImageValues(images: images)
        for position in 0..<images where below(5) > 0 {
            values.set(below(9) == 0 ? .nan : Float(below(1 << 20)) / 1000 - 500, at: position)
        }
        let others = ImageValues((0..<images).map { _ in Float(below(1 << 20)) / 1000 })
        return CellSummary(
            measure: flip() ? .bitsPerDimension : .correct,
            values: values,
            labels: (0..<images).map { _ in UInt8(below(256)) },
            baseline: flip() ? .values(others) : .none
        )
    }
}
