// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Whom a cell's values are compared with.
public enum CellBaseline: Sendable {
    /// Nobody: there is no cell with `identity` in the place of the transformation.
    case none
    /// The cell itself, whose transformation is `identity`.
    case itself
    /// The values of the cell with `identity` in the place of the transformation.
    case values(ImageValues)
}

extension CellSummary {
    /// Summarises what is recorded of a cell.
    ///
    /// Figures are those of ``Summary``, of the values and of the differences; the differences are added up in the order of the images.
    ///
    /// - Parameters:
    ///   - measure: What the values are.
    ///   - values: The cell's values.
    ///   - labels: The images' classes, one for each position of `values`.
    ///   - baseline: Whom they are compared with; its values are of the same images.
    /// - Complexity: O(n log n) for n images.
    public init(measure: Measure, values: ImageValues, labels: [UInt8], baseline: CellBaseline) {
        precondition(labels.count == values.images, "\(values.images) images have \(labels.count) labels")
        let ordered = OrderedValues(values, labels)
        let differences = LabelledDifferences(values, labels, baseline)
        func group(_ label: Int?, _ sample: Sample) -> Group {
            let summary = Summary(sample)
            let difference = differences.map { $0.difference(label) }
            return Group(label: label, summary: summary, difference: difference, histogram: DyadicHistogram(sample))
        }
        self.init(
            measure: measure,
            all: group(nil, ordered.all),
            classes: ordered.labels.map { label in group(label, ordered.sample(label)) }
        )
    }
}

extension Sample {
    /// Finite values that are in ascending order already, without negative zero.
    fileprivate init(ascending values: [Double], nonFiniteCount: Int) {
        sorted = values
        self.nonFiniteCount = nonFiniteCount
    }
}

/// A cell's values in ascending order, all together and by class; sorted once.
private struct OrderedValues {
    let all: Sample
    /// The classes that have values, ascending.
    let labels: [Int]
    private var values: [[Double]]
    private let nonFinite: [Int]

    init(_ values: ImageValues, _ labels: [UInt8]) {
        var keys: [UInt64] = []
        keys.reserveCapacity(values.count)
        var nonFinite = [Int](repeating: 0, count: 256)
        var counts = [Int](repeating: 0, count: 256)
        for position in values.values.indices where values.isRecorded[position] {
            // Adding zero turns −0 into 0.
            let (value, label) = (values.values[position] + 0, labels[position])
            counts[Int(label)] += 1
            if value.isFinite {
                keys.append(UInt64(Self.rank(value)) << 8 | UInt64(label))
            } else {
                nonFinite[Int(label)] += 1
            }
        }
        keys.sort()
        let present = counts.indices.filter { counts[$0] > 0 }
        var lists = present.map { label -> [Double] in
            var list: [Double] = []
            list.reserveCapacity(counts[label])
            return list
        }
        var places = [Int](repeating: 0, count: 256)
        for (place, label) in present.enumerated() { places[label] = place }
        var everything: [Double] = []
        everything.reserveCapacity(keys.count)
        for key in keys {
            let value = Double(Self.value(UInt32(truncatingIfNeeded: key >> 8)))
            everything.append(value)
            lists[places[Int(key & 0xff)]].append(value)
        }
        all = Sample(ascending: everything, nonFiniteCount: nonFinite.reduce(0, +))
        self.labels = present
        self.values = lists
        self.nonFinite = present.map { nonFinite[$0] }
    }

    func sample(_ label: Int) -> Sample {
        guard let place = labels.firstIndex(of: label) else { return Sample([Double]()) }
        return Sample(ascending: values[place], nonFiniteCount: nonFinite[place])
    }

    /// A word that orders as the number does.
    @inline(__always)
    private static func rank(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    }

    @inline(__always)
    private static func value(_ rank: UInt32) -> Float {
        Float(bitPattern: rank >> 31 == 1 ? rank & ~(1 << 31) : ~rank)
    }
}

/// The differences of images that two cells have both, all together and by class.
private struct LabelledDifferences {
    private var finite: [[Double]] = []
    private var everything: [Double] = []
    private var nonFinite = [Int](repeating: 0, count: 256)

    /// Nil where there is nobody to compare with.
    init?(_ values: ImageValues, _ labels: [UInt8], _ baseline: CellBaseline) {
        let before: ImageValues
        switch baseline {
        case .none: return nil
        case .itself: before = values
        case .values(let others): before = others
        }
        precondition(before.images == values.images, "\(values.images) images are not paired with \(before.images)")
        finite = [[Double]](repeating: [], count: 256)
        everything.reserveCapacity(values.count)
        for position in values.values.indices where values.isRecorded[position] && before.isRecorded[position] {
            let difference = Double(values.values[position]) - Double(before.values[position])
            let label = Int(labels[position])
            if difference.isFinite {
                finite[label].append(difference)
                everything.append(difference)
            } else {
                nonFinite[label] += 1
            }
        }
    }

    func difference(_ label: Int?) -> CellSummary.Difference {
        let values = label.map { finite[$0] } ?? everything
        let others = label.map { nonFinite[$0] } ?? nonFinite.reduce(0, +)
        let mean = values.isEmpty ? nil : CompensatedSum(values).value / Double(values.count)
        var deviation: Double?
        if let mean, values.count > 1 {
            let squares = CompensatedSum(values.lazy.map { ($0 - mean) * ($0 - mean) })
            deviation = (squares.value / Double(values.count - 1)).squareRoot()
        }
        return CellSummary.Difference(
            count: values.count,
            nonFiniteCount: others,
            mean: mean,
            standardDeviation: deviation,
            raised: values.count { $0 > 0 }
        )
    }
}
