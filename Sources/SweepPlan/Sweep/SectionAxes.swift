// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The axes of the section that a block makes with one of its transforms.
struct SectionAxes {
    /// Combinations of one section: all counts stay exact, even as a JSON number.
    private static let combinationLimit = 1 << 53

    private let document: DocumentReader
    private let transform: TransformEntry
    /// Those of the transform, then those of the block.
    private let zips: [AxisZip]
    /// The values of each coordinate.
    private let columns: [ValueList]

    init(document: DocumentReader, transform: TransformEntry, block: SweepBlock) {
        self.document = document
        self.transform = transform
        zips = transform.zips + block.zips
        columns = block.columns(transform)
    }

    /// The axes, the zipped ones joined at the place of their first coordinate; nil when something is wrong.
    func axes() -> [GridAxis]? {
        guard let zipped = zippedCoordinates() else { return nil }
        let joined = Set(zipped.flatMap(\.self))
        let single = columns.indices.filter { !joined.contains($0) }.map { [$0] }
        let groups = (zipped.map { $0.sorted() } + single).sorted { $0[0] < $1[0] }
        guard isCountable(groups.map { columns[$0[0]].count }) else { return nil }
        return groups.map { group in GridAxis(coordinates: group, written: group.map { columns[$0].codes }) }
    }

    /// The coordinates of each zip that concerns the transform; nil when one of them is wrong.
    private func zippedCoordinates() -> [[Int]]? {
        for zip in transform.zips where zip.coordinates(in: transform) == nil {
            let problem = "\(transform.kind.rawValue) here has not all axes of zip \(zip.description)"
            document.report(problem, at: zip.position)
            return nil
        }
        var zipped: [[Int]] = []
        for zip in zips {
            guard let coordinates = zip.coordinates(in: transform) else { continue }
            guard isEven(zip, coordinates: coordinates) else { return nil }
            if let twice = coordinates.indices.first(where: { coordinates[..<$0].contains(coordinates[$0]) }) {
                document.report("axis given twice: '\(zip.names[twice].text)' is zipped already", at: zip.position)
                return nil
            }
            if let taken = coordinates.firstIndex(where: zipped.flatMap(\.self).contains) {
                document.report("axis given twice: '\(zip.names[taken].text)' is zipped already", at: zip.position)
                return nil
            }
            zipped.append(coordinates)
        }
        return zipped
    }

    /// Whether the axes of a zip have equal numbers of values.
    private func isEven(_ zip: AxisZip, coordinates: [Int]) -> Bool {
        let counts = coordinates.map { columns[$0].count }
        guard Set(counts).count > 1 else { return true }
        let lengths = Swift.zip(zip.names, counts).map { "\($0.text) has \($1)" }.joined(separator: ", ")
        document.report("zip \(zip.description) needs equal numbers of values: \(lengths)", at: zip.position)
        return false
    }

    /// Whether the number of combinations stays within the bound.
    private func isCountable(_ counts: [Int]) -> Bool {
        var product = 1
        for count in counts {
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow, next <= Self.combinationLimit else {
                document.report("more than 2^53 combinations", at: transform.position)
                return false
            }
            product = next
        }
        return true
    }
}
