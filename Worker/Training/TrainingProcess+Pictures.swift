// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Figures
import Foundation
import Networks
import SweepPlan
import Training
import Vocabulary

extension TrainingProcess {
    /// Draws the learning curve of everything that the log has.
    func writeCurve() throws {
        let curve = Array(LearningCurve(files.records, of: recipe).chart.svg.utf8)
        try persist { try files.write(curve, to: files.curve) }
    }

    /// Draws images from the released model; returns the file's path, nil for a model that draws none.
    func writeSamples(_ release: TrainingRelease) throws -> String? {
        guard !recipe.model.family.isClassifier else { return nil }
        let file = try SafetensorsFile(bytes: release.bytes, name: files.checkpoint)
        let drawing = SampleDrawing(seed: recipe.seed)
        let sheet = try drawing.sheet(of: Checkpoint(file), kernels: kernels, pool: pool)
        let image = try sheet.png()
        try persist { try files.write(image, to: files.samples) }
        return files.samples
    }
}

/// A training's losses over its steps, as a chart.
struct LearningCurve {
    let chart: LineChart

    init(_ records: [TrainingRecord], of recipe: Recipe) {
        let training = Self.points(records, \.loss)
        let validation = Self.points(records, \.validation)
        chart = LineChart(
            FigureDetails(title: recipe.name),
            xLabel: "steps of \(recipe.batch) images",
            yLabel: recipe.model.family.loss.title,
            series: [
                LineChart.Series("training", training),
                LineChart.Series("validation", validation, hasMarks: validation.count <= 40),
            ],
            yRange: Self.range(training + validation)
        )
    }

    private static func points(
        _ records: [TrainingRecord],
        _ value: KeyPath<TrainingRecord, Double?>
    ) -> [LineChart.Point] {
        records.compactMap { record in
            record[keyPath: value].map { LineChart.Point(x: Double(record.step), y: $0) }
        }
    }

    /// What is left after the first tenth of the steps, with some air: the fall at the very beginning would press all
    /// that follows into a line.
    private static func range(_ points: [LineChart.Point]) -> ClosedRange<Double>? {
        let last = points.map(\.x).max() ?? 0
        let later = points.filter { $0.x >= last / 10 && $0.y.isFinite }.map(\.y)
        guard let least = later.min(), let greatest = later.max(), least < greatest else { return nil }
        let air = (greatest - least) * 0.08
        return least - air...greatest + air
    }
}
