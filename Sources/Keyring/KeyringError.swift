// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why keys cannot be read or changed; one line that says file, what is wrong and what to do.
public enum KeyringError: Error, Hashable, Sendable {
    /// There is no such file.
    case missing(path: String)
    /// The system does not let the file be read.
    case unreadable(path: String, reason: String)
    /// The system does not let the file be written.
    case unwritable(path: String, reason: String)
    /// The path is a directory, a pipe or a device.
    case notAFile(path: String)
    /// Others than the owner can read a file with a secret.
    case exposed(path: String, mode: FileMode)
    /// Others than the owner can change the list of who is allowed.
    case changeable(path: String, mode: FileMode)
    /// The file has more bytes than any such file needs.
    case tooLarge(path: String, limit: Int)
    /// The file is of another kind than expected, or not BitSweep's.
    case wrongKind(path: String, expected: String)
    /// The file was written by a later version of BitSweep.
    case newer(path: String)
    /// A line of the file does not say what it should.
    case damaged(path: String, line: Int, what: String)
    /// A file that would be overwritten exists.
    case exists(path: String)
    /// A text that cannot name a key.
    case badName(String)
    /// A text that is no public key.
    case badKey(String)
    /// Another allowed key has this name.
    case nameTaken(KeyName, path: String)
    /// The key is allowed already, under this name.
    case alreadyAllowed(KeyName, path: String)
    /// No allowed key has this name, or is this key.
    case notAllowed(String, path: String)
    /// Another process is changing the keys.
    case busy(path: String)
    /// No keys can be made here.
    case noCurve(reason: String)
}

extension KeyringError: CustomStringConvertible {
    /// One line: file, what is wrong, what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): no such file; `coordinator keys new` makes keys, `coordinator keys invite` invitations"
        case .unreadable(let path, let reason): "\(path): cannot be read (\(reason))"
        case .unwritable(let path, let reason):
            "\(path): cannot be written (\(reason)); its directory must exist, be writable and have space"
        case .notAFile(let path): "\(path): not a file; name a key file"
        case .exposed(let path, let mode):
            "\(path): others can read this secret (mode \(mode)); make it yours alone: "
                + "chmod 600 \(path), or, if nobody else gets at it, add --trust-mode"
        case .changeable(let path, let mode):
            "\(path): others can change who is allowed (mode \(mode)); make it yours alone: "
                + "chmod 600 \(path), or, if nobody else gets at it, add --trust-mode"
        case .tooLarge(let path, let limit): "\(path): more than \(limit) bytes, no key file of BitSweep; name another"
        case .wrongKind(let path, let expected): "\(path):1: no \(expected) file of BitSweep; name another"
        case .newer(let path): "\(path):1: written by a newer BitSweep; update BitSweep to use it"
        case .damaged(let path, let line, let what): "\(path):\(line): \(what)"
        case .exists(let path): "\(path): exists and is never overwritten; choose another --name or --output"
        case .badName(let text):
            "'\(Self.excerpt(text))': not a key's name; use 1 to 63 letters, digits, '.', '_' or '-', "
                + "a letter or digit first"
        case .badKey(let text):
            "'\(Self.excerpt(text))': not a public key, which has 40 characters; `coordinator keys show` lists them"
        case .nameTaken(let name, let path):
            "\(path): '\(name)' is another key's name; choose another, or first: coordinator keys revoke \(name)"
        case .alreadyAllowed(let name, let path): "\(path): the key is allowed already, as '\(name)'"
        case .notAllowed(let text, let path):
            "\(path): '\(Self.excerpt(text))' is neither the name nor the public key of an allowed key; "
                + "`coordinator keys show` lists them"
        case .busy(let path): "\(path): another process is changing the keys; try again when it is done"
        case .noCurve(let reason): reason
        }
    }

    /// What was typed, or stands in a file, cut to what fits a line.
    private static func excerpt(_ text: String) -> String {
        let visible = String(text.unicodeScalars.prefix(60).map { $0.properties.isPrintable ? Character($0) : "?" })
        return text.unicodeScalars.count > 60 ? visible + "…" : visible
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
