// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension StatisticsRow {
    var proto: ProtoSnapshot.Row {
        var proto = ProtoSnapshot.Row()
        proto.cell = .init(cell.bytes)
        proto.model = spec.model
        proto.dataset = spec.dataset
        proto.transform = spec.transform.proto
        proto.seed = spec.seed
        if let label { proto.label = UInt32(clamping: label) }
        proto.count = UInt64(clamping: count)
        proto.nonFinite = UInt64(clamping: nonFinite)
        proto.mean = mean
        proto.standardDeviation = standardDeviation
        proto.minimum = minimum
        proto.lowerQuartile = lowerQuartile
        proto.median = median
        proto.upperQuartile = upperQuartile
        proto.maximum = maximum
        if let meanDifference { proto.meanDifference = meanDifference }
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
            count: try FieldCheck.count(proto.count, "snapshot.rows.count"),
            nonFinite: try FieldCheck.count(proto.nonFinite, "snapshot.rows.non_finite"),
            mean: proto.mean,
            standardDeviation: proto.standardDeviation,
            minimum: proto.minimum,
            lowerQuartile: proto.lowerQuartile,
            median: proto.median,
            upperQuartile: proto.upperQuartile,
            maximum: proto.maximum,
            meanDifference: proto.hasMeanDifference ? proto.meanDifference : nil
        )
    }
}
