// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// The classes of a summary, and the histogram of all images, as bytes.
///
/// Numbers are varints, signed ones zigzagged; figures are little-endian, Float32 where they are one of the values.
enum SummaryCoding {
    private static let version: UInt8 = 1

    static func data(_ summary: CellSummary) -> Data {
        var writer = ByteWriter()
        writer.byte(version)
        write(summary.all.histogram, &writer)
        writer.varint(summary.classes.count)
        for group in summary.classes {
            writer.varint(group.label ?? 0)
            writer.varint(group.summary.nonFiniteCount)
            writer.varint(group.summary.count)
            if group.summary.count > 0 { write(group.summary, &writer) }
            write(group.histogram, &writer)
            write(group.difference, &writer)
        }
        return Data(writer.bytes)
    }

    /// Reads the histogram of all images, and the classes.
    static func decode(_ data: Data) throws -> (histogram: DyadicHistogram, classes: [CellSummary.Group]) {
        var reader = ByteReader([UInt8](data))
        guard try reader.byte() == version else { throw DamagedRow(detail: "a summary of an unknown kind") }
        let histogram = try histogram(&reader)
        let count = try reader.count(limit: 256)
        let classes = try (0..<count).map { _ in try group(&reader) }
        return (histogram, classes)
    }

    private static func group(_ reader: inout ByteReader) throws -> CellSummary.Group {
        let label = try reader.count(limit: 255)
        let nonFinite = try reader.count()
        let count = try reader.count()
        let summary =
            count > 0 ? try figures(count, nonFinite, &reader) : Summary(count: 0, nonFiniteCount: nonFinite)
        let histogram = try Self.histogram(&reader)
        let difference = try difference(&reader)
        return CellSummary.Group(label: label, summary: summary, difference: difference, histogram: histogram)
    }

    private static func write(_ summary: Summary, _ writer: inout ByteWriter) {
        writer.single(summary.minimum ?? .nan)
        writer.single(summary.maximum ?? .nan)
        for figure in [summary.mean, summary.lowerQuartile, summary.median, summary.upperQuartile] {
            writer.double(figure ?? .nan)
        }
        if let deviation = summary.standardDeviation { writer.double(deviation) }
    }

    private static func figures(_ count: Int, _ nonFinite: Int, _ reader: inout ByteReader) throws -> Summary {
        let (minimum, maximum) = (try reader.single(), try reader.single())
        let doubles = try (0..<4).map { _ in try reader.double() }
        return Summary(
            count: count,
            nonFiniteCount: nonFinite,
            mean: doubles[0],
            standardDeviation: count > 1 ? try reader.double() : nil,
            minimum: minimum,
            lowerQuartile: doubles[1],
            median: doubles[2],
            upperQuartile: doubles[3],
            maximum: maximum
        )
    }

    private static func write(_ histogram: DyadicHistogram, _ writer: inout ByteWriter) {
        writer.signed(histogram.exponent)
        writer.signed(histogram.first)
        writer.varint(histogram.counts.count)
        for count in histogram.counts { writer.varint(count) }
    }

    private static func histogram(_ reader: inout ByteReader) throws -> DyadicHistogram {
        let (exponent, first) = (try reader.signed(), try reader.signed())
        let bins = try reader.count(limit: DyadicHistogram.mostBins)
        let counts = try (0..<bins).map { _ in try reader.count() }
        guard let histogram = DyadicHistogram(checking: exponent, first: first, counts: counts) else {
            throw DamagedRow(detail: "a summary with an impossible histogram")
        }
        return histogram
    }

    private static func write(_ difference: CellSummary.Difference?, _ writer: inout ByteWriter) {
        guard let difference else { return writer.byte(0) }
        writer.byte(1)
        writer.varint(difference.count)
        writer.varint(difference.nonFiniteCount)
        writer.varint(difference.raised)
        if let mean = difference.mean { writer.double(mean) }
        if let deviation = difference.standardDeviation { writer.double(deviation) }
    }

    private static func difference(_ reader: inout ByteReader) throws -> CellSummary.Difference? {
        guard try reader.byte() != 0 else { return nil }
        let (count, nonFinite, raised) = (try reader.count(), try reader.count(), try reader.count())
        return CellSummary.Difference(
            count: count,
            nonFiniteCount: nonFinite,
            mean: count > 0 ? try reader.double() : nil,
            standardDeviation: count > 1 ? try reader.double() : nil,
            raised: raised
        )
    }
}
