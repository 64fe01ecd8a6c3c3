// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a file is that was taken for another kind, as far as its first bytes tell, and the way out.
///
/// Readers ask once their own format has failed; nothing is ever accepted because of it.
public struct RecognisedFile: Hashable, Sendable {
    /// What the file is, with its article: "a web page (HTML)".
    public let kind: String
    /// How to come to the file that was meant.
    public let remedy: String

    /// Bytes that are enough to recognise every kind.
    public static let prefixLength = 1024

    /// "a KIND, not WHAT; REMEDY".
    ///
    /// - Parameter expected: What the file was taken for, with its article.
    /// - Returns: What to say of the file.
    public func phrase(insteadOf expected: String) -> String { "\(kind), not \(expected); \(remedy)" }

    private init(_ kind: String, _ remedy: String) {
        (self.kind, self.remedy) = (kind, remedy)
    }

    /// Looks at the first bytes of a file, ``prefixLength`` of them if it has so many; nil when they are no kind that
    /// is known.
    public init?(_ first: some Collection<UInt8>) {
        let bytes = Array(first.prefix(Self.prefixLength))
        guard let found = Self.placeholder(bytes) ?? Self.archive(bytes) ?? Self.binary(bytes) ?? Self.text(bytes)
        else { return nil }
        self = found
    }

    /// The same for text alone: a pointer or a web page in the place of a file, which a reader of text might take for it.
    public init?(placeholder first: some Collection<UInt8>) {
        let bytes = Array(first.prefix(Self.prefixLength))
        guard !bytes.isEmpty, bytes.first != UInt8(ascii: "{"), let found = Self.placeholder(bytes) else { return nil }
        self = found
    }

    /// Files of text that servers and version control leave in the place of large ones.
    private static func placeholder(_ bytes: [UInt8]) -> RecognisedFile? {
        if bytes.isEmpty { return RecognisedFile("an empty file", "was it written or fetched to its end?") }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let text = String(decoding: hasMark ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }
        let lowercase = trimmed.lowercased()
        if trimmed.hasPrefix("version https://git-lfs.github.com/spec/") {
            let size = trimmed.split(separator: "\n").first { $0.hasPrefix("size ") }?.dropFirst(5)
            let bytes = size.flatMap { Int($0) }.map { " to \($0) bytes" } ?? ""
            return RecognisedFile(
                "a pointer of a large-file store (Git LFS)\(bytes)",
                "run 'git lfs pull' in its repository, or download the file itself"
            )
        }
        if trimmed.hasPrefix("/annex/objects/") || trimmed.contains("/.git/annex/objects/") {
            return RecognisedFile("a pointer of git-annex", "run 'git annex get' in its repository")
        }
        if lowercase.hasPrefix("<!doctype html") || lowercase.hasPrefix("<html") || lowercase.hasPrefix("<head") {
            return RecognisedFile(
                "a web page (HTML)",
                "download the file itself: its raw address, after logging in where that is needed"
            )
        }
        if lowercase.hasPrefix("<?xml") || lowercase.hasPrefix("<error>") {
            return RecognisedFile("an XML document", "where a server has answered with it, it says why it gave no file")
        }
        return trimmed.first == "{" ? json(String(trimmed)) : nil
    }

    private static func json(_ text: String) -> RecognisedFile {
        text.contains("\"weight_map\"") || text.contains("\"total_size\"")
            ? RecognisedFile(
                "the index of a model in several files",
                "load it with its own library and save it as one safetensors file"
            )
            : RecognisedFile("a JSON document", "name the file that it describes")
    }

    private static func text(_ bytes: [UInt8]) -> RecognisedFile? {
        // The last character may be cut.
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || [9, 10, 13].contains($0) }),
            (0...3).contains(where: { String(validating: bytes.dropLast($0), as: UTF8.self) != nil })
        else { return nil }
        let line = String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }.prefix(60), as: UTF8.self)
        return RecognisedFile("a text file that begins with '\(line)'", "name the file that was meant")
    }

    /// Files that hold others.
    private static func archive(_ bytes: [UInt8]) -> RecognisedFile? {
        func begins(_ magic: UInt8...) -> Bool { bytes.starts(with: magic) }
        if begins(0x50, 0x4B, 3, 4) || begins(0x50, 0x4B, 5, 6) { return zip(String(decoding: bytes, as: UTF8.self)) }
        let packed = [
            ("gzip", [0x1F, 0x8B]), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), ("bzip2", [0x42, 0x5A, 0x68]),
            ("Zstandard", [0x28, 0xB5, 0x2F, 0xFD]), ("7-Zip", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        ].first { bytes.starts(with: $0.1) }
        if let packed { return RecognisedFile("a file packed with \(packed.0)", "unpack it first") }
        if bytes.count >= 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            return RecognisedFile("a tar archive", "unpack it first")
        }
        return nil
    }

    private static func zip(_ text: String) -> RecognisedFile {
        if text.contains("data.pkl") || text.contains("/byteorder") || text.contains("/.format_version") {
            return RecognisedFile("a file of PyTorch's torch.save (a zip with a pickle in it)", conversion)
        }
        return text.contains(".npy")
            ? RecognisedFile("a file of NumPy's savez (a zip of arrays)", "save its arrays with safetensors.numpy")
            : RecognisedFile("a zip archive", "unpack it first; where torch.save wrote it: \(conversion)")
    }

    /// Code never runs here on account of a file's content, so pickles stay unread.
    private static let conversion =
        "in Python, safetensors.torch.save_file(torch.load(FILE, map_location='cpu', weights_only=True), "
        + "'weights.safetensors') makes a safetensors file of a state dict"

    private static func binary(_ bytes: [UInt8]) -> RecognisedFile? {
        func begins(_ magic: UInt8...) -> Bool { bytes.starts(with: magic) }
        if begins(0x80), bytes.count > 1, (2...5).contains(bytes[1]) {
            return RecognisedFile("a Python pickle, as torch.save wrote it before PyTorch 1.6", conversion)
        }
        let others = [
            ("an HDF5 file", [0x89, 0x48, 0x44, 0x46]), ("a NumPy array", [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]),
            ("a GGUF file", [0x47, 0x47, 0x55, 0x46]), ("a SQLite database", Array("SQLite format 3".utf8)),
            ("a PNG image", [0x89, 0x50, 0x4E, 0x47]), ("a JPEG image", [0xFF, 0xD8, 0xFF]),
            ("a program", [0x7F, 0x45, 0x4C, 0x46]),
        ].first { bytes.starts(with: $0.1) }
        if let others { return RecognisedFile(others.0, "name the file that was meant") }
        if bytes.count >= 4, begins(0, 0), (8...14).contains(bytes[2]), (1...4).contains(bytes[3]) {
            return RecognisedFile("an IDX file of images or labels", "name the file that was meant")
        }
        return nil
    }
}
