// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Metrics as text, in the two forms that Prometheus reads.
enum Exposition: Hashable {
    /// The text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The form that a client's `Accept` prefers.
    init(accepting accept: String?) {
        var best = (form: Exposition.text, quality: 0.0)
        for range in (accept ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { String($0).trimming(\.isWhitespace).lowercased() }
            let quality = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let form: Exposition? =
                switch parts.first {
                case "application/openmetrics-text": .openMetrics
                case "text/plain", "text/*", "*/*": .text
                default: nil
                }
            if let form, quality > best.quality { best = (form, quality) }
        }
        self = best.form
    }

    /// What the text is called in an answer.
    var type: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The families' text.
    func text(_ families: [MetricFamily]) -> String {
        var text = families.filter { !$0.samples.isEmpty }.map(self.text).joined()
        if self == .openMetrics { text += "# EOF\n" }
        return text
    }

    private func text(_ family: MetricFamily) -> String {
        // The older format knows samples alone: what it calls a family has their name.
        let suffix =
            switch (self, family.kind) {
            case (.text, .counter): "_total"
            case (.text, .info): "_info"
            default: ""
            }
        let kind = self == .text && family.kind == .info ? .gauge : family.kind
        let help = Self.escaped(family.help, quotes: self == .openMetrics)
        var lines = ["# HELP \(family.name)\(suffix) \(help)", "# TYPE \(family.name)\(suffix) \(kind.rawValue)"]
        if self == .openMetrics, !family.unit.isEmpty { lines.append("# UNIT \(family.name) \(family.unit)") }
        lines += family.samples.map { "\(family.name)\($0.suffix)\(Self.labels($0.labels)) \(Self.number($0.value))" }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func labels(_ labels: [MetricFamily.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}
