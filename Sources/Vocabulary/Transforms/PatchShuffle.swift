// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The image cut into n × n equal patches, which change their places ("shaking": Umapathi et al., IJCAI 2023).
///
/// The permutation is a function of the cell's seed and of `draw`, and of nothing else: all images of a cell are cut and
/// put together alike, whichever are scored beside each other. It is never the identity. Exact on 8-bit pixels.
public struct PatchShuffle: Hashable, Sendable {
    /// Patches in a row, and in a column.
    public var patches: Int
    /// Which of the seed's permutations.
    public var draw: Int
    /// Whether every patch changes its place; otherwise some do.
    public var derangement: Bool
    /// Which image is cut.
    public var stage: TransformStage

    /// The first permutation of 2 × 2 patches of the image the model sees unless said otherwise.
    public init(
        patches: Int = 2,
        draw: Int = 0,
        derangement: Bool = false,
        stage: TransformStage = .afterResize
    ) {
        self.patches = patches
        self.draw = draw
        self.derangement = derangement
        self.stage = stage
    }
}

extension PatchShuffle: ParameterisedTransform {
    package static let name = "patch-shuffle"
    package static let summary = "The image cut into equal patches, which change places."
    package static let parameters: [TransformParameter] = [
        // More than 256 would be more than the pixels of any image that models see.
        .deciding(
            "patches",
            .integer(2...256),
            standard: 2,
            "Patches across and down, which divide the image's sides."
        ),
        TransformParameter("draw", .integer(0...999_999_999), standard: 0, "Which of the seed's permutations."),
        TransformParameter("derangement", .flag, standard: 0, "Whether every patch must change its place."),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [
            ParameterDomain.code(patches), ParameterDomain.code(draw), ParameterDomain.code(derangement),
            ParameterDomain.code(stage),
        ]
    }

    package init(codes: [UInt64]) {
        self.init(
            patches: ParameterDomain.integer(codes[0]),
            draw: ParameterDomain.integer(codes[1]),
            derangement: ParameterDomain.flag(codes[2]),
            stage: ParameterDomain.word(codes[3])
        )
    }

    package var point: ImagePoint { stage.point }

    package func misfit(_ dataset: DatasetFacts, _ model: ModelFacts) -> String? {
        let (height, width) = stage.size(dataset, model)
        guard height % patches != 0 || width % patches != 0 else { return nil }
        return "images of \(height)×\(width) cannot be cut into \(patches)×\(patches) equal patches"
    }
}

extension TransformSpec {
    /// The image with its patches in other places.
    public static func patchShuffle(_ shuffle: PatchShuffle) -> TransformSpec { TransformSpec(shuffle) }
}
