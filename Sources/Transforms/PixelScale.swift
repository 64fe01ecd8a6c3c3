// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How 8-bit pixels v become numbers x, and those become a model's input.
public enum PixelScale: Hashable, Sendable, CaseIterable {
    /// x = v/256 on [0, 1); the input is x − 0.5 + u/256 with u uniform on [0, 1).
    ///
    /// Flows (Kingma and Dhariwal, "Glow", 2018).
    case dequantised
    /// x = v/255 on [0, 1]; the input is (x − 0.5)·2, without noise.
    ///
    /// PixelCNN++ (Salimans, Karpathy, Chen and Kingma, 2017).
    case symmetric

    /// How models of a family want pixels.
    public init(_ family: ModelFacts.Family) {
        switch family {
        case .glow: self = .dequantised
        case .pixelcnn, .resnet: self = .symmetric
        }
    }

    /// The reciprocal of one grey level.
    var levels: Float {
        switch self {
        case .dequantised: 256
        case .symmetric: 255
        }
    }

    /// The x of the brightest 8-bit pixel.
    var brightest: Float { 255 / levels }

    /// The x of an 8-bit pixel.
    func pixel(_ value: UInt8) -> Float { Float(value) / levels }

    /// `x` moved to the nearest grey level, unclamped; may be beyond the 8-bit range.
    func nearestLevel(_ x: Float) -> Float { (x * levels).rounded() }
}
