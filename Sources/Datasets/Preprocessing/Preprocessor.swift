// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Maps a data set's images to a model's size, as the model's metadata says.
public struct Preprocessor: Sendable {
    private enum Method {
        case resize(BilinearResize)
        case pad(top: Int, left: Int)
        case none
    }

    private let source: ImageShape
    private let target: ImageShape
    private let method: Method

    /// Checks once, for all images, that images of shape `source` can become images of shape `target`.
    ///
    /// Throws when the channels differ, when padding would have to crop, or when nothing may be done and the sizes
    /// differ.
    public init(
        _ preprocessing: ModelFacts.Preprocessing,
        from source: ImageShape,
        to target: ImageShape
    ) throws(PreprocessingError) {
        let error = PreprocessingError(preprocessing: preprocessing, source: source, target: target)
        guard source.channels == target.channels else { throw error }
        switch preprocessing {
        case .resize:
            method = .resize(
                BilinearResize(from: source, toHeight: target.height, width: target.width)
            )
        case .pad:
            guard source.height <= target.height, source.width <= target.width else { throw error }
            method = .pad(top: (target.height - source.height) / 2, left: (target.width - source.width) / 2)
        case .none:
            guard source == target else { throw error }
            method = .none
        }
        self.source = source
        self.target = target
    }

    /// `image`, of shape `source`, in the model's shape.
    public func callAsFunction(_ image: ByteImage) -> ByteImage {
        precondition(image.shape == source, "an image of \(image.shape), not of \(source)")
        switch method {
        case .resize(let resize): return resize(image)
        case .none: return image
        case .pad(let top, let left):
            var pixels = [UInt8](repeating: 0, count: target.height * target.width * target.channels)
            let row = source.width * source.channels
            for y in 0..<source.height {
                let start = ((top + y) * target.width + left) * target.channels
                pixels.replaceSubrange(start..<start + row, with: image.pixels[y * row..<(y + 1) * row])
            }
            return ByteImage(target, pixels: pixels)
        }
    }
}

/// A data set's images do not fit a model's input.
public struct PreprocessingError: Error, Hashable, Sendable {
    /// What the model's metadata asks for.
    public var preprocessing: ModelFacts.Preprocessing
    /// The data set's images.
    public var source: ImageShape
    /// The model's input.
    public var target: ImageShape
}

extension PreprocessingError: CustomStringConvertible {
    /// One line: both shapes, the rule that fails, what would fit.
    public var description: String {
        let mismatch = "images of \(source) do not fit a model for \(target)"
        guard source.channels == target.channels else {
            return "\(mismatch): the channels must be equal"
        }
        return switch preprocessing {
        case .pad: "\(mismatch): its preprocessing 'pad' never crops; expected at most \(target.height)×\(target.width)"
        case .resize, .none: "\(mismatch): its preprocessing is 'none'; expected \(target.height)×\(target.width)"
        }
    }
}
