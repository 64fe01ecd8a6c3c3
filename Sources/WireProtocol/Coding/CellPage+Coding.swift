// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary

extension CellPageRequest {
    var proto: ProtoSnapshotRequest.Page {
        var proto = ProtoSnapshotRequest.Page()
        proto.models = query.models
        proto.datasets = query.datasets
        proto.transforms = query.transforms
        proto.seeds = query.seeds
        proto.words = query.words
        proto.ordinals = query.ordinals.map { UInt64(clamping: $0) }
        proto.condition = query.condition.map(\.proto) ?? .none
        proto.order = query.order.proto
        proto.descending = query.isDescending
        proto.start = UInt64(clamping: start)
        proto.limit = UInt32(clamping: min(limit, WireLimits.cellsPerPage))
        if let selected { proto.selected = UInt64(clamping: selected) }
        proto.scales = wantsScales
        proto.epoch = epoch
        proto.since = since
        return proto
    }

    init(_ proto: ProtoSnapshotRequest.Page) throws(WireError) {
        var query = CellQuery()
        query.models = try Self.names(proto.models, "snapshot_request.page.models")
        query.datasets = try Self.names(proto.datasets, "snapshot_request.page.datasets")
        query.transforms = try Self.names(proto.transforms, "snapshot_request.page.transforms")
        let limit = WireLimits.termsPerQuery
        query.seeds = try FieldCheck.list(proto.seeds, "snapshot_request.page.seeds", limit: limit)
        query.words = try Self.names(proto.words, "snapshot_request.page.words")
        let places = WireLimits.cellsPerPage
        for ordinal in try FieldCheck.list(proto.ordinals, "snapshot_request.page.ordinals", limit: places) {
            query.ordinals.append(try FieldCheck.count(ordinal, "snapshot_request.page.ordinals"))
        }
        if proto.condition != .none {
            query.condition = CellQuery.Condition.allCases.first { $0.proto == proto.condition }
            guard query.condition != nil else {
                let reason = "code \(proto.condition.rawValue) is unknown"
                throw .invalidField("snapshot_request.page.condition", reason: reason)
            }
        }
        guard let order = CellQuery.Order.allCases.first(where: { $0.proto == proto.order }) else {
            throw .invalidField("snapshot_request.page.order", reason: "code \(proto.order.rawValue) is unknown")
        }
        query.order = order
        query.isDescending = proto.descending
        self.init(
            query,
            start: try FieldCheck.count(proto.start, "snapshot_request.page.start"),
            limit: try FieldCheck.count(UInt64(proto.limit), "snapshot_request.page.limit", limit: places),
            selected: proto.hasSelected ? try FieldCheck.count(proto.selected, "snapshot_request.page.selected") : nil
        )
        (wantsScales, epoch, since) = (proto.scales, proto.epoch, proto.since)
    }

    private static func names(_ names: [String], _ field: StaticString) throws(WireError) -> [String] {
        for name in try FieldCheck.list(names, field, limit: WireLimits.termsPerQuery) {
            _ = try FieldCheck.name(name, field)
        }
        return names
    }
}

extension CellPage {
    var proto: ProtoSnapshot.Page {
        var proto = ProtoSnapshot.Page()
        proto.epoch = epoch
        proto.number = number
        proto.total = UInt64(clamping: total)
        proto.start = UInt64(clamping: start)
        proto.ordinals = ordinals.prefix(WireLimits.cellsPerPage).map { UInt64(clamping: $0) }
        proto.cells = cells.prefix(WireLimits.cellsPerPage).map(\.proto)
        if let selected {
            proto.selected = selected.cell.proto
            if let position = selected.position { proto.selectedPosition = UInt64(clamping: position) }
        }
        guard let scales else { return proto }
        proto.severalSeeds = scales.hasSeveralSeeds
        for (model, range) in scales.values.sorted(by: { $0.key < $1.key }).prefix(WireLimits.scalesPerPage) {
            var scale = ProtoSnapshot.Scale()
            (scale.model, scale.minimum, scale.maximum) = (model, range.lowerBound, range.upperBound)
            proto.scales.append(scale)
        }
        return proto
    }

    init(_ proto: ProtoSnapshot.Page) throws(WireError) {
        let limit = WireLimits.cellsPerPage
        self.init(
            epoch: proto.epoch,
            number: proto.number,
            total: try FieldCheck.count(proto.total, "snapshot.page.total"),
            start: try FieldCheck.count(proto.start, "snapshot.page.start")
        )
        for ordinal in try FieldCheck.list(proto.ordinals, "snapshot.page.ordinals", limit: limit) {
            ordinals.append(try FieldCheck.count(ordinal, "snapshot.page.ordinals"))
        }
        for cell in try FieldCheck.list(proto.cells, "snapshot.page.cells", limit: limit) {
            cells.append(try SummarisedCell(cell))
        }
        if proto.hasSelected {
            let position =
                proto.hasSelectedPosition
                ? try FieldCheck.count(proto.selectedPosition, "snapshot.page.selected_position") : nil
            selected = Selected(cell: try SummarisedCell(proto.selected), position: position)
        }
        var scales = RunScales()
        scales.hasSeveralSeeds = proto.severalSeeds
        for scale in try FieldCheck.list(proto.scales, "snapshot.page.scales", limit: WireLimits.scalesPerPage) {
            guard scale.minimum <= scale.maximum else {
                throw .invalidField("snapshot.page.scales", reason: "\(scale.minimum) … \(scale.maximum) is no range")
            }
            let model = try FieldCheck.name(scale.model, "snapshot.page.scales.model")
            scales.values[model] = scale.minimum...scale.maximum
        }
        if proto.severalSeeds || !proto.scales.isEmpty { self.scales = scales }
    }
}

extension CellQuery.Condition {
    fileprivate var proto: ProtoSnapshotRequest.Condition {
        switch self {
        case .begun: .begun
        case .complete: .complete
        case .incomplete: .incomplete
        case .inTrouble: .inTrouble
        }
    }
}

extension CellQuery.Order {
    fileprivate var proto: ProtoSnapshotRequest.Order {
        switch self {
        case .run: .run
        case .model: .model
        case .dataset: .dataset
        case .transform: .transform
        case .recorded: .recorded
        case .mean: .mean
        case .median: .median
        case .deviation: .deviation
        case .difference: .difference
        case .raised: .raised
        case .nonFinite: .nonFinite
        }
    }
}
