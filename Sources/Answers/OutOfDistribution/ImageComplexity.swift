// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZlib
import Datasets
import Figures

/// How many bits a general compressor needs for an 8-bit image: the L(x) of input complexity (Serrà et al., ICLR 2020).
enum ImageComplexity: String, Hashable, Sendable, CaseIterable {
    /// A PNG file, its header included.
    case png
    /// zlib at its highest level, over the bytes of the pixels.
    case zlib

    /// The bits of `image`; nil where the compressor refuses.
    func bits(of image: ByteImage) -> Double? {
        switch self {
        case .png:
            (try? PNG.bytes(
                image.pixels,
                height: image.shape.height,
                width: image.shape.width,
                channels: image.shape.channels
            )).map { Double(8 * $0.count) }
        case .zlib: Self.deflated(image.pixels).map { Double(8 * $0) }
        }
    }

    private static func deflated(_ bytes: [UInt8]) -> Int? {
        var size = compressBound(uLong(bytes.count))
        var target = [UInt8](repeating: 0, count: Int(size))
        let code = target.withUnsafeMutableBufferPointer { target in
            bytes.withUnsafeBufferPointer { source in
                compress2(target.baseAddress, &size, source.baseAddress, uLong(source.count), 9)
            }
        }
        return code == Z_OK ? Int(size) : nil
    }
}
