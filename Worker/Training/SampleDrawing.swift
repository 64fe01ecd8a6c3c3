// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Figures
import Foundation
import Kernels
import Networks
import Vocabulary

/// Draws images from a model onto a sheet: a row for each class where the model has classes.
struct SampleDrawing {
    /// Rows of a model without classes, and the most for one with classes.
    private static let standardRows = (without: 8, atMost: 10)

    /// Rows of the sheet; nil for one for each class, or 8.
    var rows: Int?
    /// Images in a row.
    var columns = 10
    /// The class of all images; nil for all classes in turn.
    var imageClass: Int?
    /// Factor of the latents' standard deviation; nil for 0.7, of which Kingma and Dhariwal's samples are.
    var temperature: Double?
    /// With an image's place, decides the image.
    var seed: UInt64

    /// The sheet.
    ///
    /// - Throws: `CommandFailure` when the model draws no images, or has no such class or temperature.
    func sheet(of checkpoint: Checkpoint, kernels: KernelSet, pool: WorkPool) throws -> ImageSheet {
        let facts = checkpoint.facts
        let rows =
            rows
            ?? (facts.classes > 0 && imageClass == nil
                ? min(facts.classes, Self.standardRows.atMost) : Self.standardRows.without)
        var sheet = ImageSheet(
            imageHeight: facts.height,
            imageWidth: facts.width,
            channels: facts.channels,
            columns: columns
        )
        let bytes: [UInt8] =
            switch checkpoint.metadata.architecture {
            case .glow: try draw(Glow(checkpoint, kernels: kernels, pool: pool), rows: rows)
            case .pixelcnn: try draw(PixelCNN(checkpoint, kernels: kernels, pool: pool), rows: rows)
            case .resnet:
                throw CommandFailure.usage("\(checkpoint.name): a resnet is a classifier; it draws no images")
            }
        let size = facts.height * facts.width * facts.channels
        for start in stride(from: 0, to: bytes.count, by: size) { sheet.append(Array(bytes[start..<start + size])) }
        return sheet
    }

    /// Flows draw dequantised pixels, [v/256 − ½, (v + 1)/256 − ½) for level v.
    private func draw(_ glow: Glow, rows: Int) throws -> [UInt8] {
        let classes = glow.configuration.classes
        if let imageClass, imageClass >= classes {
            let known = classes > 0 ? "the classes 0...\(classes - 1)" : "no classes"
            throw CommandFailure.usage("--class \(imageClass): the model has \(known)")
        }
        let labels = (0..<rows * columns).map { imageClass ?? (classes > 0 ? $0 / columns % classes : 0) }
        let images = try glow.sample(labels: labels, temperature: Float(temperature ?? 0.7), seed: seed)
        return images.map { Self.level(($0 + 0.5) * 256, .down) }
    }

    /// Autoregressive models draw (v/255 − ½)·2 for level v.
    private func draw(_ pixelcnn: PixelCNN, rows: Int) throws -> [UInt8] {
        if imageClass != nil { throw CommandFailure.usage("--class: a pixelcnn has no classes") }
        if temperature != nil { throw CommandFailure.usage("--temperature: a pixelcnn has no latents to scale") }
        return pixelcnn.sample(count: rows * columns, seed: seed).map {
            Self.level(($0 + 1) / 2 * 255, .toNearestOrEven)
        }
    }

    /// The 8-bit level of a number on that scale; NaN is black.
    private static func level(_ value: Float, _ rule: FloatingPointRoundingRule) -> UInt8 {
        UInt8(min(max(value.isNaN ? 0 : value.rounded(rule), 0), 255))
    }
}
