// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads what is an external model's own: `external: NAME`, `version`, `input`, and `digest` and `tolerance` where given.
struct ExternalModelReader {
    /// Tolerances that can be asked for; 0 asks for equal bits.
    private static let tolerances = 0.0...0.5

    /// The key that makes a model an external one.
    static let external = KeyFacts(
        "external",
        .text,
        isRequired: true,
        "The name under which workers offer the scorer: worker run --scorer NAME='COMMAND'."
    )
    /// The keys, besides `external`, that mean something to an external model alone.
    static let facts = [
        KeyFacts("version", .text, isRequired: true, "The model's version: another one where its numbers are others."),
        KeyFacts("input", .mapping(inputKeys), isRequired: true, "The images that the scorer takes."),
        KeyFacts("digest", .text, "What the scorer must declare as its digest, 64 hexadecimal digits."),
        KeyFacts(
            "tolerance",
            .value(.real(tolerances)),
            standard: ParameterDomain.real(tolerances).text(ParameterDomain.code(ExternalModel.standardTolerance)),
            "How far two scorings of an image may differ, relative to the greater of both and 1; 0 asks for equal bits."
        ),
    ]
    private static let sides = ParameterDomain.integer(ExternalModel.Input.sides)
    private static let preprocessings = ParameterDomain.choice(ModelFacts.Preprocessing.allCases.map(\.rawValue))
    private static let inputKeys = KeyTable([
        KeyFacts("height", .value(sides), isRequired: true, "Rows of an image."),
        KeyFacts("width", .value(sides), isRequired: true, "Columns of an image."),
        KeyFacts("channels", .anyOf([.value(.integer(1...1)), .value(.integer(3...3))]), standard: "1", "1 or 3."),
        KeyFacts(
            "range",
            .list(.value(.real(ExternalModel.Input.values)), least: 2, most: 2),
            "The numbers of a black and of a white pixel; default: [0, 255]."
        ),
        KeyFacts(
            "preprocessing",
            .value(preprocessings),
            "How images of another size become this one; default: resize."
        ),
    ])

    let document: DocumentReader

    /// The model; nil where it is reported why there is none.
    func read(_ fields: Fields, of what: String) -> ExternalModel? {
        let scorer = word("external", fields, of: what)
        let version = word("version", fields, of: what)
        let digest = digest(fields["digest"])
        let input = fields.required("input").flatMap { self.input($0, of: "\(what): input") }
        guard let scorer, let version, let input else { return nil }
        return ExternalModel(scorer: scorer, version: version, declared: digest, input: input)
    }

    /// How far two scorings may differ; nil where they must be equal bit for bit.
    func tolerance(_ fields: Fields, of source: ModelReference.Source) -> Double? {
        guard case .external = source else { return nil }
        return fields.real("tolerance", in: Self.tolerances) ?? ExternalModel.standardTolerance
    }

    /// A name or a version, which must be there.
    private func word(_ key: String, _ fields: Fields, of what: String) -> String? {
        guard let node = fields.required(key), let text = document.text(node, of: key) else { return nil }
        if ExternalModel.isUsable(text) { return text }
        let rule = "1 to \(ColumnName.longest) visible ASCII characters and no spaces"
        document.report("\(key) has \(rule)", at: node.position)
        return nil
    }

    private func digest(_ node: SourceNode?) -> Digest? {
        guard let node, let text = document.text(node, of: "digest") else { return nil }
        if let digest = Digest(hexadecimal: text) { return digest }
        document.report("digest must be 64 hexadecimal digits, as the scorer gives them", at: node.position)
        return nil
    }

    private func input(_ node: SourceNode, of what: String) -> ExternalModel.Input? {
        guard let fields = document.fields(node, of: what, known: Self.inputKeys) else { return nil }
        let sides = ["height", "width"].map { key in
            fields.required(key).flatMap { document.integer($0, of: key, in: ExternalModel.Input.sides) }
        }
        let channels = channels(fields["channels"])
        let range = range(fields["range"])
        guard let height = sides[0], let width = sides[1], let channels, let range else { return nil }
        return ExternalModel.Input(
            height: height,
            width: width,
            channels: channels,
            black: range.black,
            white: range.white,
            preprocessing: fields.word("preprocessing") ?? .resize
        )
    }

    private func channels(_ node: SourceNode?) -> Int? {
        guard let node else { return 1 }
        guard let channels = document.integer(node, of: "channels", in: 1...3) else { return nil }
        if channels != 2 { return channels }
        document.report("channels must be 1 or 3, not 2", at: node.position)
        return nil
    }

    /// The numbers of black and white: 0 and 255 where there is no node.
    private func range(_ node: SourceNode?) -> (black: Double, white: Double)? {
        guard let node else { return (0, 255) }
        guard case .sequence(let ends) = node.content, ends.count == 2 else {
            let form = "the numbers of a black and of a white pixel, as in [0, 255]"
            document.report("range must be \(form)", at: node.position)
            return nil
        }
        let values = ends.map { document.real($0, of: "range", in: ExternalModel.Input.values) }
        guard let black = values[0], let white = values[1] else { return nil }
        if black < white { return (black, white) }
        let problem = "black is \(black), white is \(white)"
        document.report("range must begin with the smaller number: \(problem)", at: node.position)
        return nil
    }
}
