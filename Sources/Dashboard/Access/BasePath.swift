// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The path that all pages are under.
///
/// Every link is relative, so that a proxy may put the pages under any path: nothing but the cookie, and requests whose
/// path the proxy passes on whole, depends on it.
package struct BasePath: Hashable, Sendable {
    /// The path's segments; none for the root.
    let segments: [String]

    /// The root.
    package init() { segments = [] }

    /// The path that `text` writes, such as `/x/y`; nil for what is no path.
    package init?(_ text: String) {
        let segments = text.split(separator: "/").map(String.init)
        guard text.hasPrefix("/"), segments.allSatisfy(Self.isPlain) else { return nil }
        self.segments = segments
    }

    /// The request's path under this one, where the proxy passed it on whole; or as it is.
    func stripped(_ path: [String]) -> [String] {
        guard !segments.isEmpty, path.starts(with: segments) else { return path }
        let rest = Array(path.dropFirst(segments.count))
        return rest == [""] ? [] : rest
    }

    /// Where somebody must go who left out the slash at the end, without which relative links lead beside the path;
    /// nil for all others.
    func detour(_ path: [String]) -> String? {
        guard let last = segments.last, path == segments else { return nil }
        return "\(last)/"
    }

    /// The path as a browser sees it: what the proxy says, or else this one.
    func seen(_ forwarded: String?) -> String {
        let path = forwarded.flatMap { BasePath($0) } ?? self
        return "/" + path.segments.joined(separator: "/")
    }

    private static func isPlain(_ segment: String) -> Bool {
        segment != "." && segment != ".."
            && segment.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, 45, 46, 95, 126: true
                default: false
                }
            }
    }
}
