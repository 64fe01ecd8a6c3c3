// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads what is an external model's own: `external: NAME`, `version`, `input`, and `digest` and `tolerance` where given.
struct ExternalModelReader {
    /// The keys of a model's entry, besides `external`, that mean something to an external model alone.
    static let keys = ["version", "digest", "input", "tolerance"]
    /// The keys of `input`.
    static let inputKeys = ["height", "width", "channels", "range", "preprocessing"]
    /// Tolerances that can be asked for; 0 asks for equal bits.
    static let tolerances = 0.0...0.5

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
