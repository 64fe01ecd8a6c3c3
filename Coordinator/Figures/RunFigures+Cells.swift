// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import ResultStore
import Statistics
import Vocabulary

extension RunFigures {
    /// Bits per dimension of each class, a panel for each model and data set.
    ///
    /// - Throws: `ResultStoreError`.
    func bars(_ shown: ShownCells) throws -> GroupedBarsFigure {
        var bootstraps = SliceBootstraps(answers.settings)
        let panels = try shown.subjects.map { subject -> GroupedBarsFigure.Panel in
            let columns = try shown.cells(subject).map { try $0.map(bits) }
            let labels = labels(columns)
            let means = columns.map { column -> ResampledMeans? in
                guard let column, let values = column["bpd"] else { return nil }
                return bootstraps.bootstrap(column.labels.map { Int($0) }).means(of: values.map { Double($0) })
            }
            let bars = labels.map { label in
                zip(columns, means).map { column, means -> GroupedBarsFigure.Bar? in
                    guard let column, let mean = means?[Int(label)] else { return nil }
                    return GroupedBarsFigure.Bar(
                        value: mean.estimate,
                        interval: mean.interval(level: answers.settings.level).estimated,
                        count: column.labels.count { $0 == label }
                    )
                }
            }
            return GroupedBarsFigure.Panel(title: subject.name, groups: labels.map { "\($0)" }, bars: bars)
        }
        return GroupedBarsFigure(
            details("Bits per dimension by class"),
            panels: panels,
            series: shown.series,
            intervalMeaning:
                "\(Int((answers.settings.level * 100).rounded())) % bootstrap intervals of the mean over images"
        )
    }

    /// How bits per dimension are distributed: by class as dots, over all images as lines.
    func distribution(_ shown: ShownCells, _ form: DistributionFigure.Form) throws -> DistributionFigure {
        let panels = try shown.subjects.map { subject -> DistributionFigure.Panel in
            let columns = try shown.cells(subject).map { try $0.map(bits) }
            let labels = labels(columns)
            // Lines of every class would be ten panels a model; they are all images of the classes that are asked for.
            let groups: [[UInt8]] = form == .quantiles ? labels.map { [$0] } : [labels]
            let samples = groups.map { group in
                columns.map { column -> [Double] in
                    guard let column, let values = column["bpd"] else { return [] }
                    return zip(column.labels, values).filter { group.contains($0.0) }.map { Double($0.1) }
                }
            }
            let names = form == .quantiles ? labels.map { "\($0)" } : [""]
            return DistributionFigure.Panel(title: subject.name, groups: names, samples: samples)
        }
        return DistributionFigure(
            details("How bits per dimension are distributed"),
            form: form,
            panels: panels,
            series: shown.series
        )
    }

    /// Bits per dimension of the untransformed images of several data sets: a panel for each model.
    ///
    /// - Throws: `ResultStoreError`.
    func histograms(_ compared: ComparedDatasets) throws -> OODHistogramFigure {
        let panels = try compared.scorers.map { scorer in
            let scores = try compared.datasets.map { dataset -> [Double] in
                guard let cell = scorer.cells[dataset] else { return [] }
                let columns = try bits(of: cell)
                return zip(columns.labels, columns["bpd"] ?? [])
                    .filter { answers.filter.includes(imagesOf: Int($0.0)) }.map { Double($0.1) }
            }
            return OODHistogramFigure.Panel(title: scorer.name, scores: scores)
        }
        return OODHistogramFigure(
            details("Bits per dimension of several data sets"),
            panels: panels,
            datasets: compared.datasets
        )
    }

    private func bits(of cell: RunCell) throws -> CellColumns {
        try answers.store.values(of: cell.id) { $0 == "bpd" }
    }

    /// The classes that are there and pass the filter.
    private func labels(_ columns: [CellColumns?]) -> [UInt8] {
        Set(columns.compactMap { $0?.labels }.flatMap(\.self)).filter { answers.filter.includes(imagesOf: Int($0)) }
            .sorted()
    }
}
