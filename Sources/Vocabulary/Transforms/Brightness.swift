// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Every 8-bit pixel made brighter or darker by a number of grey levels.
public struct Brightness: Hashable, Sendable {
    /// Grey levels that are added; what leaves 0 to 255 becomes its end.
    public var offset: Int
    /// Which image is changed.
    public var stage: TransformStage

    /// A change of the image the model sees unless said otherwise.
    public init(offset: Int, stage: TransformStage = .afterResize) {
        self.offset = offset
        self.stage = stage
    }
}

extension Brightness: ParameterisedTransform {
    package static let name = "brightness"
    package static let summary = "A whole number of grey levels added to every pixel, and clamped."
    package static let parameters = [
        TransformParameter("offset", .integer(-255...255), standard: nil, "The grey levels that are added."),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] { [ParameterDomain.code(offset), ParameterDomain.code(stage)] }

    package init(codes: [UInt64]) {
        self.init(offset: ParameterDomain.integer(codes[0]), stage: ParameterDomain.word(codes[1]))
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image brighter or darker.
    public static func brightness(_ brightness: Brightness) -> TransformSpec { TransformSpec(brightness) }
}
