// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A metric with all its samples, as Prometheus means it.
struct MetricFamily: Hashable {
    enum Kind: String {
        case counter, gauge, histogram
        /// Facts as labels of the number 1; a gauge for those who do not know it.
        case info
    }

    struct Label: Hashable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    struct Sample: Hashable {
        /// What follows the family's name, such as `_bucket`.
        var suffix = ""
        var labels: [Label] = []
        var value: Double
    }

    /// The name without `_total` or `_info`, and with its unit.
    var name: String
    var kind: Kind
    /// The unit, which the name ends with; empty for counts.
    var unit = ""
    var help: String
    var samples: [Sample]

    static func counter(_ name: String, unit: String = "", _ help: String, _ value: Double) -> MetricFamily {
        let samples = [Sample(suffix: "_total", value: value)]
        return MetricFamily(name: name, kind: .counter, unit: unit, help: help, samples: samples)
    }

    static func gauge(_ name: String, unit: String = "", _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, kind: .gauge, unit: unit, help: help, samples: [Sample(value: value)])
    }

    /// A number for each value of a label.
    static func gauge(_ name: String, _ help: String, by label: String, _ values: [(String, Int)]) -> MetricFamily {
        let samples = values.map { Sample(labels: [Label(label, $0.0)], value: Double($0.1)) }
        return MetricFamily(name: name, kind: .gauge, help: help, samples: samples)
    }
}
