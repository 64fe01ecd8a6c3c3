// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Writes the checkout's commit where `CBuildCommit` reads it, before every build.
///
/// `Context.gitInformation` in the manifest would be simpler, but SwiftPM caches manifests by their text and would go on
/// giving the commit of the first build.
@main
struct WriteCommit: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) -> [Command] {
        [
            .prebuildCommand(
                displayName: "Write the commit",
                executable: URL(filePath: "/bin/sh"),
                arguments: [
                    context.package.directoryURL.appending(path: "scripts/write-commit").path,
                    target.directoryURL.appending(path: "commit.h").path,
                ],
                outputFilesDirectory: context.pluginWorkDirectoryURL
            )
        ]
    }
}
