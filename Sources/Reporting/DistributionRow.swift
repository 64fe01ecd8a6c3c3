// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which cell a row is about, in words for people.
public struct CellLabel: Hashable, Sendable {
    /// What the sweep file calls the model.
    public var model: String
    /// What the sweep file calls the data set.
    public var dataset: String
    /// The transformation's name.
    public var transform: String
    /// The transformation's parameters in canonical text.
    public var parameters: String
    /// The seed of dequantisation and noise.
    public var seed: UInt64

    /// The words for one cell.
    public init(model: String, dataset: String, transform: String, parameters: String, seed: UInt64) {
        self.model = model
        self.dataset = dataset
        self.transform = transform
        self.parameters = parameters
        self.seed = seed
    }
}

/// How one column, `bpd` as a rule, is distributed over the images of one class of one cell.
///
/// As JSON it is one flat object; `class` is null for all classes together, and what does not exist is null.
public struct DistributionRow: Hashable, Sendable {
    /// The cell.
    public var cell: CellLabel
    /// The images' class; nil for all classes together.
    public var imageClass: Int?
    /// Number of recorded images.
    public var count: Int
    /// Mean; nil when no value is finite, and so are the others.
    public var mean: Double?
    /// Standard deviation.
    public var standardDeviation: Double?
    /// Lower quartile.
    public var lowerQuartile: Double?
    /// Median.
    public var median: Double?
    /// Upper quartile.
    public var upperQuartile: Double?
    /// Mean over images of the difference from the same image under `identity`; nil when there is no such cell.
    public var delta: Double?
    /// Number of images whose value is NaN or infinite, which the other figures leave out.
    public var nonFinite: Int

    /// A row; figures that are not given do not exist.
    public init(
        cell: CellLabel,
        imageClass: Int?,
        count: Int,
        mean: Double? = nil,
        standardDeviation: Double? = nil,
        lowerQuartile: Double? = nil,
        median: Double? = nil,
        upperQuartile: Double? = nil,
        delta: Double? = nil,
        nonFinite: Int = 0
    ) {
        self.cell = cell
        self.imageClass = imageClass
        self.count = count
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.lowerQuartile = lowerQuartile
        self.median = median
        self.upperQuartile = upperQuartile
        self.delta = delta
        self.nonFinite = nonFinite
    }
}

extension DistributionRow: Encodable {
    private enum CodingKeys: String, CodingKey {
        case model, dataset, transform, parameters, seed, imageClass = "class", count = "n", mean
        case standardDeviation = "sd", lowerQuartile = "q25", median, upperQuartile = "q75", delta
        case nonFinite = "non_finite"
    }

    /// Writes one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(cell.model, forKey: .model)
        try container.encode(cell.dataset, forKey: .dataset)
        try container.encode(cell.transform, forKey: .transform)
        try container.encode(cell.parameters, forKey: .parameters)
        try container.encode(cell.seed, forKey: .seed)
        try container.encode(imageClass, forKey: .imageClass)
        try container.encode(count, forKey: .count)
        try container.encode(mean, forKey: .mean)
        try container.encode(standardDeviation, forKey: .standardDeviation)
        try container.encode(lowerQuartile, forKey: .lowerQuartile)
        try container.encode(median, forKey: .median)
        try container.encode(upperQuartile, forKey: .upperQuartile)
        try container.encode(delta, forKey: .delta)
        try container.encode(nonFinite, forKey: .nonFinite)
    }
}
