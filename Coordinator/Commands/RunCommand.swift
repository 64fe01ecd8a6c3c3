// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Kernels
import SweepPlan
import Vocabulary

/// `coordinator run`: computes a sweep, or what is left of it.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a sweep, or continue it.",
        discussion: """
            Workers on this machine are started with --local-workers; others join with
            'worker run --connect ENDPOINT'. The same command continues a run that was
            interrupted, and cells whose results the store already has are not computed
            again. What --set, --only, --skip and --per-class-limit say is kept with the
            run: the same settings continue it, and with others another run begins.

            Exit code: 0 when every image is scored, 1 when some shards failed (or, with
            --audit-required, are not audited or disputed), 2 when the command or the sweep
            file is wrong, 3 when the run was cancelled, 4 when another coordinator took it
            over, 130 when interrupted (Ctrl-C).

            Examples:
              coordinator run Sweeps/quickstart.yaml --local-workers 2
              coordinator run Sweeps/mnist-glow.yaml --data ~/datasets --store mnist.sqlite
              coordinator run Sweeps/mnist-glow.yaml --per-class-limit 50 --only 'noise scale=1e-3'
              coordinator run Sweeps/mnist-glow.yaml --set 'blocks[0].seeds=[0,1,2]'
              coordinator keys new
              coordinator run Sweeps/mnist-glow.yaml --listen tcp://0.0.0.0:7461
            """
    )

    @Argument(
        help: ArgumentHelp("The sweep file; - for standard input.", valueName: "sweep"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var sweep: String

    @OptionGroup var store: StoreOption
    @OptionGroup var data: DataOption
    @OptionGroup var settings: SettingsOptions

    @Option(
        help: ArgumentHelp(
            "Where workers and 'tail' connect. (default: \(Endpoint.standard), or a free port when that one is taken)",
            valueName: "ENDPOINT"
        )
    )
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "Write there where workers connect, for as long as the coordinator listens; for schedulers.",
            valueName: "FILE"
        )
    )
    var endpointFile: String?

    @Option(help: ArgumentHelp("Workers to start on this machine for this run.", valueName: "N"))
    var localWorkers = 0

    @OptionGroup var scheduling: SchedulingOptions
    @OptionGroup var logging: LogOptions

    @OptionGroup var keys: KeysOption

    @Flag(help: "Listen without encryption, whatever keys there are; anyone who reaches the port may join.")
    var insecure = false

    @Option(
        help: ArgumentHelp(
            "Show the run in a browser there, such as \(DashboardCommand.standard); see 'coordinator dashboard'.",
            valueName: "HOST:PORT"
        )
    )
    var dashboard: String?

    @Flag(help: "Go on showing it when the run has ended, until Ctrl-C or SIGTERM.")
    var keepDashboard = false

    @OptionGroup(title: "Dashboard") var dashboardOptions: DashboardOptions

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print progress and the outcome as JSON lines on standard output.")
    var json = false

    func validate() throws {
        guard (0...1024).contains(localWorkers) else {
            throw ValidationError("--local-workers takes 0 to 1024, not \(localWorkers)")
        }
        if keepDashboard, dashboard == nil { throw ValidationError("--keep-dashboard needs --dashboard HOST:PORT") }
    }

    func run() async throws {
        let report = RunReport(isQuiet: quiet, isJSON: json)
        let ending = try await reportingErrors {
            do {
                return try await session(report).run()
            } catch {
                report.refuse(error)
                throw error
            }
        }
        if keepDashboard, ending.isFinal, let dashboard {
            try await reportingErrors {
                let place = try DashboardAddress(dashboard, of: "--dashboard")
                try await StoreDashboard(store: store, data: data, options: dashboardOptions).show(at: place)
            }
        }
        if ending.exitCode != 0 { throw ExitCode(ending.exitCode) }
    }

    private func session(_ report: RunReport) throws -> RunSession {
        let kernels = KernelSet(try InstructionSet.ofProcess())
        let endpoint = try Endpoint(listening: listen)
        let security = try keys.security(of: endpoint.wanted, isLocal: endpoint.isLocal, isInsecure: insecure)
        let library = data.library(quiet: quiet)
        let plan = try SweepLoader(library: library).load(sweep, settings: settings.settings())
        let server = try dashboard.map {
            try dashboardOptions.server(at: DashboardAddress($0, of: "--dashboard"), of: store.store)
        }
        return try RunSession(
            plan: plan,
            storePath: store.store,
            endpoint: endpoint,
            endpointFile: endpointFile.map { EndpointFile($0) },
            security: security,
            kernels: kernels,
            localWorkers: LocalWorkerOptions(
                count: localWorkers,
                dataDirectory: data.data,
                security: security
            ),
            report: report,
            scheduling: try scheduling.configuration(plan.sweep.schedule),
            log: logging.logger(),
            dashboard: server.map { ($0, library) }
        )
    }
}
