// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Transformations done to an image one after the other, none of which needs a model.
///
/// Each acts at its own point of the image's way. One that is done to 8-bit pixels and follows pixels that were
/// re-quantised is done to the image that these are; the model's size is theirs already.
package struct TransformChain: Transform {
    private struct Step {
        let transform: any Transform
        let point: ImagePoint
        /// How many of the same name have gone before; each has random numbers of its own.
        let repetition: Int
    }

    /// Those that are done before there are numbers, the data set's image first.
    private let onBytes: [Step]
    private let onPixels: [Step]

    /// The steps `members`, single transformations in their order, for the images of a cell of this seed.
    ///
    /// `former` are the chain's members before them, which somebody else does.
    package init(_ members: some Sequence<TransformSpec>, after former: [TransformSpec] = [], seed: UInt64) {
        var seen = former.map(\.name)
        let steps = members.compactMap { member in
            member.value.map { value in
                let repetition = seen.count { $0 == member.name }
                seen.append(member.name)
                let transform = member.transform(seed: seed, repetition: repetition)
                return Step(transform: transform, point: value.point, repetition: repetition)
            }
        }
        let bytes = former.isEmpty ? steps.prefix { $0.point != .pixels } : []
        onBytes = Array(bytes)
        onPixels = Array(steps.dropFirst(bytes.count))
    }

    package func transformed(source image: ByteImage) -> ByteImage {
        onBytes.filter { $0.point == .dataset }.reduce(image) { $1.transform.transformed(source: $0) }
    }

    package func transformed(resized image: ByteImage) -> ByteImage {
        onBytes.filter { $0.point == .resized }.reduce(image) { $1.transform.transformed(resized: $0) }
    }

    package func apply(to pixels: inout PixelTensor, draws: ImageDraws) {
        for step in onPixels {
            switch step.point {
            case .dataset: continue
            case .resized: pixels.changeBytes { step.transform.transformed(resized: $0) }
            case .pixels: step.transform.apply(to: &pixels, draws: draws.repeated(step.repetition))
            }
        }
    }
}

extension TransformSpec {
    /// What is done to the images of a cell of this seed before a model sees them.
    ///
    /// Of a chain that scales latents this is nothing whole: whoever has the model takes it apart.
    package func transform(seed: UInt64) -> any Transform {
        isChain ? TransformChain(members, seed: seed) : transform(seed: seed, repetition: 0)
    }

    /// What a single transformation does, as one that has gone before so many times in a chain.
    fileprivate func transform(seed: UInt64, repetition: Int) -> any Transform {
        guard let applied = value as? any AppliedTransform else {
            preconditionFailure("no file of Transforms says what \(name) does to images")
        }
        return applied.transform(seed: seed, repetition: repetition)
    }
}
