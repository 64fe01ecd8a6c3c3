// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What is done on another machine: scripts for a plain `sh`, which answer with lines that begin with ``mark``.
enum RemoteScript {
    /// What a line of ours begins with: login files of the machine may print anything else.
    static let mark = "bitsweep"

    /// Looks at the machine: its kind, what else of ours runs, whether the executable is there, or room for it.
    ///
    /// - Parameters:
    ///   - digest: The executable's.
    ///   - jobs: Ids of earlier jobs; those that run still are named.
    /// - Returns: the script.
    static func probe(digest: String, jobs: [String]) -> String {
        """
        \(beginning)
        say machine "$(uname -s)" "$(uname -m)"
        if command -v gzip >/dev/null; then say gzip; fi
        for job in \(jobs.map(ShellWord.quoted).joined(separator: " ")); do
            if runs "$cache/jobs/$job" "$job"; then say runs "$job"; fi
        done
        if ! mkdir -p "$cache/bin" "$cache/jobs"; then say problem "$cache cannot be made"; exit 0; fi
        if [ -x "$cache/bin/\(digest)" ]; then say has; else
            df -Pk "$cache/bin" | { read -r _; read -r _ _ _ free _; say free "$free"; }
        fi
        """
    }

    /// Keeps what it reads as the executable with that digest: under another name until every byte is there.
    ///
    /// One line, for whatever shell the user has there. Machines may share a home: `token` tells their copies apart.
    static func copy(digest: String, token: String, isCompressed: Bool) -> String {
        "umask 077; cd \"${XDG_CACHE_HOME:-$HOME/.cache}/bitsweep/bin\" && t=.\(digest).\(token) && trap \"rm -f $t\" EXIT"
            + " && \(isCompressed ? "gzip -dc" : "cat") >\"$t\" && s=$(sha256sum <\"$t\") && if [ \"${s%% *}\" = \(digest) ]; then"
            + " chmod 700 \"$t\" && mv -f \"$t\" \(digest) && echo \(mark) copied; else echo \(mark) damaged; fi"
    }

    /// Starts a worker that outlives the connection, and watches it join for a while.
    ///
    /// The secret comes with the script and goes to a file that only its owner can read.
    static func start(_ job: SSHJob, patience: Int) -> String {
        """
        \(beginning)
        job=\(job.id); dir=$cache/jobs/$job; bin=$cache/bin/\(job.digest); log=$dir/log
        fail() { rm -rf "$dir"; say failed "$*"; exit 0; }
        mkdir -p "$dir" || fail "$dir cannot be made"
        { cat >"$dir/secret" && [ "$(wc -c <"$dir/secret")" -gt \(job.secret.text.utf8.count) ]; } 2>&1 <<'\(secretEnd)' \
            || fail "$dir cannot be written; is the disk full?"
        \(job.secret.text)
        \(secretEnd)
        version=$("$bin" --version 2>&1) || fail "the executable does not start: $version"
        # Executables that nobody has started for a month.
        touch "$bin"; find "$cache/bin" -type f -mtime +30 -exec rm -f {} + 2>/dev/null
        # Of a scope of the user's manager, and of a session of its own, a log-out is not the end.
        begin='echo $$ >"$0" && exec "$@"'
        scope=''
        if systemd-run --user --scope --quiet true </dev/null >/dev/null 2>&1; then
            scope="systemd-run --user --scope --quiet --collect --unit=bitsweep-$job --"
        fi
        say detached "${scope:+systemd}"
        # shellcheck disable=SC2086
        BITSWEEP_JOB=$job setsid $scope sh -c "$begin" "$dir/pid" "$bin" \(job.words) </dev/null >>"$log" 2>&1 &
        left=\(patience)
        while [ "$left" -gt 0 ]; do
            sleep 1; left=$((left - 1))
            if grep -q '\(WorkerLog.joined)' "$log"; then say joined; break; fi
            [ ! -s "$dir/pid" ] || runs "$dir" "$job" || break
        done
        if runs "$dir" "$job"; then say runs; fi
        say log "$log"
        tail -n 10 "$log" | while read -r line; do say line "$line"; done
        """
    }

    /// Says of each job whether it runs and joined, and the last lines of its log.
    static func status(_ jobs: [String]) -> String {
        """
        \(beginning)
        for job in \(jobs.map(ShellWord.quoted).joined(separator: " ")); do
            dir=$cache/jobs/$job
            if [ ! -d "$dir" ]; then say "$job" gone; continue; fi
            if runs "$dir" "$job"; then say "$job" running; else say "$job" ended; fi
            if grep -q '\(WorkerLog.joined)' "$dir/log" 2>/dev/null; then say "$job" joined; fi
            say "$job" log "$dir/log"
            tail -n 10 "$dir/log" 2>/dev/null | while read -r line; do say "$job" line "$line"; done
        done
        """
    }

    /// Asks jobs to leave: what they have finished they hand in first.
    static func cancel(_ jobs: [String]) -> String {
        """
        \(beginning)
        for job in \(jobs.map(ShellWord.quoted).joined(separator: " ")); do
            dir=$cache/jobs/$job
            rm -f "$dir/secret"
            if runs "$dir" "$job" && ! kill -TERM "$(cat "$dir/pid")"; then say "$job" kept; else say "$job" cancelled; fi
        done
        """
    }

    /// Lasts as long as the job does, for a tunnel that ends with it.
    static func watch(_ job: String) -> String {
        """
        \(beginning)
        job=\(ShellWord.quoted(job)); dir=$cache/jobs/$job; left=60
        while [ ! -s "$dir/pid" ] && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
        while runs "$dir" "$job"; do sleep 2; done
        """
    }

    private static let secretEnd = "END_OF_BITSWEEP_SECRET"

    /// A process counts as a job's only while its environment names the job: numbers of processes are used again.
    private static let beginning = """
        set -u; umask 077
        cache=${XDG_CACHE_HOME:-$HOME/.cache}/bitsweep
        say() { printf '\(mark) %s\\n' "$(printf '%s' "$*" | tr '\\n' ' ')"; }
        runs() {
            [ -s "$1/pid" ] && kill -0 "$(cat "$1/pid")" 2>/dev/null \\
                && tr '\\0' '\\n' <"/proc/$(cat "$1/pid")/environ" 2>/dev/null | grep -qxF "BITSWEEP_JOB=$2"
        }
        """
}
