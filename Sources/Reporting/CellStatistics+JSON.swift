// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics
import Vocabulary

extension CellStatistics: Encodable {
    private enum CodingKeys: String, CodingKey {
        case model, dataset, transform, parameters, seed, label = "class", count = "n", mean
        case standardDeviation = "sd", lowerQuartile = "q25", median, upperQuartile = "q75", delta
        case nonFinite = "non_finite", failed
    }

    /// Writes one flat object; `class` is null for all classes together, and what does not exist is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(spec.model, forKey: .model)
        try container.encode(spec.dataset, forKey: .dataset)
        try container.encode(spec.transform.name, forKey: .transform)
        try container.encode(spec.transform.parameters, forKey: .parameters)
        try container.encode(spec.seed, forKey: .seed)
        try container.encode(label, forKey: .label)
        try container.encode(summary.totalCount, forKey: .count)
        try container.encode(summary.mean, forKey: .mean)
        try container.encode(summary.standardDeviation, forKey: .standardDeviation)
        try container.encode(summary.lowerQuartile, forKey: .lowerQuartile)
        try container.encode(summary.median, forKey: .median)
        try container.encode(summary.upperQuartile, forKey: .upperQuartile)
        try container.encode(meanDifference, forKey: .delta)
        try container.encode(summary.nonFiniteCount, forKey: .nonFinite)
        try container.encode(failed, forKey: .failed)
    }
}
