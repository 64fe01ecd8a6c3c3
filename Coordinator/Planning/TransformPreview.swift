// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Datasets
import Engine
import Figures
import Foundation
import Reporting
import Statistics
import SweepPlan
import Vocabulary

/// What a sweep's transformations do to a few of its images: pictures, and how strongly they differ from the untransformed
/// ones.
struct TransformPreview {
    /// Cards that a sheet has room for, besides that of the untransformed images.
    private static let room = 95
    /// Data sets that are drawn.
    private static let datasetLimit = 4

    private let plan: PlannedSweep
    private let transforms: PreviewedTransforms
    private let datasets: [PreviewedDataset]
    /// Models that the run would train, trained before.
    private let trained: TrainedModels?
    private var engine: ShardEngine
    /// What models are shown of the untransformed images.
    private var originals: [Shown: ModelView] = [:]

    /// What decides how untransformed images are shown.
    private struct Shown: Hashable {
        var model: String
        var dataset: String
        var seed: UInt64
    }

    /// Nothing drawn yet.
    ///
    /// - Parameters:
    ///   - plan: The sweep.
    ///   - count: Images of each data set.
    ///   - trained: Where models lie that runs have trained.
    ///   - engine: Makes the pictures.
    init(of plan: PlannedSweep, images count: Int, trained: TrainedModels?, _ engine: ShardEngine) {
        self.plan = plan
        self.trained = trained
        self.engine = engine
        transforms = PreviewedTransforms(of: plan.grid, room: Self.room)
        datasets = plan.usedDatasets.prefix(Self.datasetLimit).map { PreviewedDataset($0, count: count) }
    }

    /// How many transformations are drawn, and on how many images.
    var size: (transforms: Int, images: Int) {
        (transforms.chosen.count, datasets.reduce(0) { $0 + $1.indices.count })
    }

    /// The sheet.
    ///
    /// - Throws: `EngineError` for images that cannot be read.
    mutating func sheet() throws -> TransformSheet {
        var cards = [try untransformed()]
        for (setting, seed) in transforms.chosen { cards.append(try card(setting, seed)) }
        return TransformSheet(heading: heading, cards: cards, remarks: remarks)
    }

    private var heading: [String] {
        let images = datasets.map { dataset in
            "\(dataset) as shown to \(transforms.firstModels[dataset.name] ?? "models")"
        }
        return [
            "\(plan.sweep.name): what its transforms do. " + images.joined(separator: "; ") + ".",
            "Numbers are PSNR in dB: 10 log10(255*255 / mean squared difference in grey levels) between the image as its model "
                + "is shown it and the same image untransformed, before dequantisation; below a picture of that image, at the "
                + "top of all of them. A smaller one is a stronger change: at 20 dB pixels are 25 levels off, at 40 dB 2.5.",
        ]
    }

    private var remarks: [String] {
        var remarks: [String] = []
        if !transforms.omissions.isEmpty {
            let parts = transforms.omissions.map { "\($0.name) \($0.drawn) of \(HumanText.count($0.all))" }
            remarks.append("Left out for want of room: " + parts.joined(separator: ", ") + " are drawn.")
        }
        if transforms.isSample {
            let points = HumanText.count(plan.grid.pointCount)
            remarks.append("Of \(points) combinations some were looked at, at even distances, for what to draw.")
        }
        let others = plan.usedDatasets.dropFirst(datasets.count).map(\.spec.name)
        if !others.isEmpty { remarks.append("Data sets that are not drawn: \(others.joined(separator: ", ")).") }
        return remarks
    }

    /// The card of the images as they are, by the first model that is shown each data set.
    private mutating func untransformed() throws -> TransformSheet.Card {
        var pictures: [[TransformSheet.Picture?]] = []
        for dataset in datasets {
            guard let model = transforms.firstModels[dataset.name] else { continue }
            let view = try original(Shown(model: model, dataset: dataset.name, seed: 0), dataset)
            pictures.append(
                zip(view.pictures, dataset.names).map { TransformSheet.Picture(image: $0, caption: $1) }
            )
        }
        return TransformSheet.Card(name: "identity", details: "", strength: "", pictures: pictures)
    }

    private mutating func card(_ setting: PreviewedTransforms.Setting, _ seed: UInt64) throws -> TransformSheet.Card {
        let name = setting.transform.name
        let brief = setting.transform.brief
        var details = brief.hasPrefix(name) ? String(brief.dropFirst(name.count)) : brief
        details = details.replacing(" then ", with: "\nthen ")
        if let model = setting.model { details += " by \(model)" }
        var card = TransformSheet.Card(name: name, details: details, strength: "", pictures: [])
        var all = SignalToNoise()
        for dataset in datasets {
            guard let cell = Self.cell(setting, seed, dataset, in: plan) else {
                card.pictures.append(dataset.indices.map { _ in nil })
                continue
            }
            let original = try original(Shown(model: cell.model, dataset: cell.dataset, seed: seed), dataset)
            let changed: ModelView
            do {
                changed = try view(cell, dataset)
            } catch {
                guard setting.model != nil else { throw error }
                card.note = "not drawn: \(error)"
                return card
            }
            card.pictures.append(
                zip(changed.pictures, zip(original.units, changed.units)).map { picture, units in
                    all.add(units.0, changed: units.1)
                    let own = SignalToNoise(units.0, changed: units.1)
                    return TransformSheet.Picture(image: picture, caption: Self.text(own.decibels(peak: 1)))
                }
            )
        }
        card.strength = Self.text(all.decibels(peak: 1), unit: " dB")
        return card
    }

    /// The cell of the data set that is drawn for a setting: that of the first model that has one.
    private static func cell(
        _ setting: PreviewedTransforms.Setting,
        _ seed: UInt64,
        _ dataset: PreviewedDataset,
        in plan: PlannedSweep
    ) -> CellSpec? {
        (setting.model.map { [$0] } ?? plan.grid.models).lazy
            .map { CellSpec(model: $0, dataset: dataset.name, transform: setting.transform, seed: seed) }
            .first { plan.grid.contains($0) }
    }

    private static func text(_ decibels: Double, unit: String = "") -> String {
        if decibels == .infinity { return "same" }
        return decibels.isFinite ? HumanText.fixed(decibels, decimals: 1) + unit : "no number"
    }

    private mutating func original(_ shown: Shown, _ dataset: PreviewedDataset) throws -> ModelView {
        if let known = originals[shown] { return known }
        let cell = CellSpec(model: shown.model, dataset: shown.dataset, transform: .identity, seed: shown.seed)
        let view = try view(cell, dataset)
        originals[shown] = view
        return view
    }

    /// The images of a cell; the model itself is loaded only where it decodes.
    private mutating func view(_ cell: CellSpec, _ dataset: PreviewedDataset) throws -> ModelView {
        let model = plan.model(cell.model)
        var shard = ShardSpec(
            model: model.spec,
            dataset: plan.dataset(cell.dataset).spec,
            transform: cell.transform,
            seed: cell.seed,
            indices: dataset.indices
        )
        guard cell.transform.kind.needsLatents else { return try engine.view(shard, of: model.facts) }
        if model.training != nil {
            guard let checkpoint = trained?.intactCheckpoint(of: model.spec.digest) else {
                throw EngineError.model("the run trains \(cell.model) first")
            }
            shard.model.location = ModelLocation(.checkpoint(path: checkpoint.url.path))
            shard.model.digest = checkpoint.reference.digest
        }
        return try engine.view(shard)
    }
}

/// The images of a data set that are drawn.
private struct PreviewedDataset: CustomStringConvertible {
    let name: String
    /// Ascending.
    let indices: [UInt32]
    /// What stands below each.
    let names: [String]
    private let split: String

    /// The first image of each of the first `count` classes, and where there are fewer classes, others.
    init(_ dataset: PlannedDataset, count: Int) {
        name = dataset.spec.name
        split = dataset.spec.split
        var firsts: [UInt8: Int] = [:]
        for (position, label) in dataset.labels.enumerated() where firsts[label] == nil { firsts[label] = position }
        var chosen = Set(firsts.sorted { $0.key < $1.key }.prefix(count).map(\.value))
        for position in dataset.indices.indices where chosen.count < count { chosen.insert(position) }
        let positions = chosen.sorted()
        indices = positions.map { dataset.indices[$0] }
        names = positions.map { "#\(dataset.indices[$0])" }
    }

    var description: String { "\(name)/\(split): images \(names.joined(separator: " "))" }
}

extension ModelView {
    /// The images with 1 for the brightest 8-bit pixel.
    fileprivate var units: [[Float]] { images.map { image in image.map { $0 / white } } }

    /// The images as pictures.
    fileprivate var pictures: [PixelImage] {
        bytes.map { PixelImage(height: shape.height, width: shape.width, channels: shape.channels, pixels: $0) }
    }
}
