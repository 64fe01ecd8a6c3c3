// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import Vocabulary

extension CellStatistics {
    /// Figures that do not exist are NaN, which no figure that exists is.
    var proto: ProtoSnapshot.Row {
        var proto = ProtoSnapshot.Row()
        proto.cell = .init(cell.bytes)
        proto.model = spec.model
        proto.dataset = spec.dataset
        proto.transform = spec.transform.proto
        proto.seed = spec.seed
        if let label { proto.label = UInt32(clamping: label) }
        proto.count = UInt64(clamping: summary.totalCount)
        proto.nonFinite = UInt64(clamping: summary.nonFiniteCount)
        proto.mean = summary.mean ?? .nan
        proto.standardDeviation = summary.standardDeviation ?? .nan
        proto.minimum = summary.minimum ?? .nan
        proto.lowerQuartile = summary.lowerQuartile ?? .nan
        proto.median = summary.median ?? .nan
        proto.upperQuartile = summary.upperQuartile ?? .nan
        proto.maximum = summary.maximum ?? .nan
        if let meanDifference { proto.meanDifference = meanDifference }
        proto.failed = UInt64(clamping: failed)
        return proto
    }

    init(_ proto: ProtoSnapshot.Row) throws(WireError) {
        let spec = CellSpec(
            model: try FieldCheck.name(proto.model, "snapshot.rows.model"),
            dataset: try FieldCheck.name(proto.dataset, "snapshot.rows.dataset"),
            transform: try TransformSpec(proto.transform, "snapshot.rows.transform"),
            seed: proto.seed
        )
        self.init(
            cell: try FieldCheck.cell(proto.cell, "snapshot.rows.cell"),
            spec: spec,
            label: proto.hasLabel ? Int(proto.label) : nil,
            summary: try Summary(proto),
            meanDifference: proto.hasMeanDifference ? proto.meanDifference : nil,
            failed: try FieldCheck.count(proto.failed, "snapshot.rows.failed")
        )
    }
}

extension Summary {
    fileprivate init(_ proto: ProtoSnapshot.Row) throws(WireError) {
        func figure(_ value: Double) -> Double? { value.isNaN ? nil : value }
        let count = try FieldCheck.count(proto.count, "snapshot.rows.count")
        let nonFinite = try FieldCheck.count(proto.nonFinite, "snapshot.rows.non_finite", limit: count)
        self.init(
            count: count - nonFinite,
            nonFiniteCount: nonFinite,
            mean: figure(proto.mean),
            standardDeviation: figure(proto.standardDeviation),
            minimum: figure(proto.minimum),
            lowerQuartile: figure(proto.lowerQuartile),
            median: figure(proto.median),
            upperQuartile: figure(proto.upperQuartile),
            maximum: figure(proto.maximum)
        )
    }
}
