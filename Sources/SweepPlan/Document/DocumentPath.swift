// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Paths that a file names.
package enum DocumentPath {
    /// The path that `path`, written in `file`, has for whoever opens `file` by that name.
    ///
    /// An absolute path stays; any other is taken from the file's folder, or from the working directory where the file
    /// is a pipe that a shell has opened. Nothing is looked up, and `..` is kept because only the file system knows what
    /// it means after a link.
    package static func resolve(_ path: String, relativeTo file: String) -> String {
        guard !path.hasPrefix("/"), !isDescriptor(file), let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }

    /// Whether a path is one of an open descriptor, as in `<(…)`: there are no files beside it.
    private static func isDescriptor(_ path: String) -> Bool {
        ["/dev/fd/", "/dev/std", "/proc/"].contains { path.hasPrefix($0) }
    }
}
