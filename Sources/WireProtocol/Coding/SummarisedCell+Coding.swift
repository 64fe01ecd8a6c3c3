// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import Vocabulary

extension SummarisedCell {
    var proto: ProtoSnapshot.Cell {
        var proto = ProtoSnapshot.Cell()
        proto.ordinal = UInt64(clamping: ordinal)
        proto.cell = Data(id.bytes)
        proto.model = spec.model
        proto.dataset = spec.dataset
        proto.split = split
        proto.transform = spec.transform.proto
        proto.seed = spec.seed
        proto.conditioning = conditioning.proto
        if let estimate = estimate.proto { proto.estimate = estimate }
        proto.images = UInt64(clamping: images)
        proto.recorded = UInt64(clamping: recordedImages)
        proto.failed = UInt64(clamping: failedImages)
        proto.disputed = UInt64(clamping: disputedShards)
        if let baseline { proto.baseline = Data(baseline.bytes) }
        guard let summary else { return proto }
        proto.measure = summary.measure.proto
        proto.groups = ([summary.all] + summary.classes.prefix(WireLimits.classesPerCell)).map(\.proto)
        return proto
    }

    init(_ proto: ProtoSnapshot.Cell) throws(WireError) {
        guard let conditioning = Conditioning.allCases.first(where: { $0.proto == proto.conditioning }) else {
            let reason = "code \(proto.conditioning.rawValue) is unknown"
            throw .invalidField("snapshot.page.cells.conditioning", reason: reason)
        }
        self.init(
            ordinal: try FieldCheck.count(proto.ordinal, "snapshot.page.cells.ordinal"),
            id: try FieldCheck.cell(proto.cell, "snapshot.page.cells.cell"),
            spec: CellSpec(
                model: try FieldCheck.name(proto.model, "snapshot.page.cells.model"),
                dataset: try FieldCheck.name(proto.dataset, "snapshot.page.cells.dataset"),
                transform: try TransformSpec(proto.transform, "snapshot.page.cells.transform"),
                seed: proto.seed
            ),
            split: try FieldCheck.name(proto.split, "snapshot.page.cells.split"),
            conditioning: conditioning,
            estimate: proto.hasEstimate
                ? try LikelihoodEstimate(proto.estimate, "snapshot.page.cells.estimate") : .standard,
            images: try FieldCheck.count(proto.images, "snapshot.page.cells.images"),
            recordedImages: try FieldCheck.count(proto.recorded, "snapshot.page.cells.recorded"),
            failedImages: try FieldCheck.count(proto.failed, "snapshot.page.cells.failed"),
            disputedShards: try FieldCheck.count(proto.disputed, "snapshot.page.cells.disputed")
        )
        if !proto.baseline.isEmpty {
            baseline = try FieldCheck.cell(proto.baseline, "snapshot.page.cells.baseline")
        }
        summary = try CellSummary(proto)
    }
}

extension CellSummary {
    /// Nil where nothing is recorded.
    fileprivate init?(_ proto: ProtoSnapshot.Cell) throws(WireError) {
        guard proto.measure != .unspecified else { return nil }
        guard let measure = Measure.allCases.first(where: { $0.proto == proto.measure }) else {
            throw .invalidField("snapshot.page.cells.measure", reason: "code \(proto.measure.rawValue) is unknown")
        }
        let limit = 1 + WireLimits.classesPerCell
        var groups: [Group] = []
        for group in try FieldCheck.list(proto.groups, "snapshot.page.cells.groups", limit: limit) {
            groups.append(try Group(group))
        }
        guard let all = groups.first, all.label == nil, groups.dropFirst().allSatisfy({ $0.label != nil }) else {
            throw .invalidField("snapshot.page.cells.groups", reason: "all classes together must come first")
        }
        self.init(measure: measure, all: all, classes: Array(groups.dropFirst()))
    }
}

extension CellSummary.Measure {
    fileprivate var proto: ProtoSnapshot.Measure {
        switch self {
        case .bitsPerDimension: .bpd
        case .correct: .correct
        }
    }
}

extension CellSummary.Group {
    fileprivate var proto: ProtoSnapshot.Group {
        var proto = ProtoSnapshot.Group()
        if let label { proto.label = UInt32(clamping: label) }
        proto.count = UInt64(clamping: summary.count)
        proto.nonFinite = UInt64(clamping: summary.nonFiniteCount)
        proto.mean = summary.mean ?? .nan
        proto.standardDeviation = summary.standardDeviation ?? .nan
        proto.minimum = summary.minimum ?? .nan
        proto.lowerQuartile = summary.lowerQuartile ?? .nan
        proto.median = summary.median ?? .nan
        proto.upperQuartile = summary.upperQuartile ?? .nan
        proto.maximum = summary.maximum ?? .nan
        if let difference { proto.difference = difference.proto }
        proto.exponent = Int64(histogram.exponent)
        proto.first = Int64(histogram.first)
        proto.bins = histogram.counts.map { UInt64(clamping: $0) }
        return proto
    }

    fileprivate init(_ proto: ProtoSnapshot.Group) throws(WireError) {
        func figure(_ value: Double) -> Double? { value.isNaN ? nil : value }
        let summary = Summary(
            count: try FieldCheck.count(proto.count, "snapshot.page.cells.groups.count"),
            nonFiniteCount: try FieldCheck.count(proto.nonFinite, "snapshot.page.cells.groups.non_finite"),
            mean: figure(proto.mean),
            standardDeviation: figure(proto.standardDeviation),
            minimum: figure(proto.minimum),
            lowerQuartile: figure(proto.lowerQuartile),
            median: figure(proto.median),
            upperQuartile: figure(proto.upperQuartile),
            maximum: figure(proto.maximum)
        )
        var counts: [Int] = []
        for bin in proto.bins { counts.append(try FieldCheck.count(bin, "snapshot.page.cells.groups.bins")) }
        let (exponent, first) = (Int(proto.exponent), Int(proto.first))
        guard let histogram = DyadicHistogram(checking: exponent, first: first, counts: counts) else {
            throw .invalidField("snapshot.page.cells.groups.bins", reason: "no histogram is so")
        }
        self.init(
            label: proto.hasLabel ? Int(proto.label) : nil,
            summary: summary,
            difference: proto.hasDifference ? try CellSummary.Difference(proto.difference) : nil,
            histogram: histogram
        )
    }
}

extension CellSummary.Difference {
    fileprivate var proto: ProtoSnapshot.Difference {
        var proto = ProtoSnapshot.Difference()
        proto.count = UInt64(clamping: count)
        proto.nonFinite = UInt64(clamping: nonFiniteCount)
        proto.mean = mean ?? .nan
        proto.standardDeviation = standardDeviation ?? .nan
        proto.raised = UInt64(clamping: raised)
        return proto
    }

    fileprivate init(_ proto: ProtoSnapshot.Difference) throws(WireError) {
        let count = try FieldCheck.count(proto.count, "snapshot.page.cells.groups.difference.count")
        self.init(
            count: count,
            nonFiniteCount: try FieldCheck.count(
                proto.nonFinite,
                "snapshot.page.cells.groups.difference.non_finite"
            ),
            mean: proto.mean.isNaN ? nil : proto.mean,
            standardDeviation: proto.standardDeviation.isNaN ? nil : proto.standardDeviation,
            raised: try FieldCheck.count(
                proto.raised,
                "snapshot.page.cells.groups.difference.raised",
                limit: count
            )
        )
    }
}
