import Platform
import TestSupport
import Testing

/// Running programs in tests, and what a program sees of the system.
struct ProcessTests {
  @Test func `a program gets its words, variables, folder and input`() throws {
    let disk = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      "/bin/sh",
      ["-c", "printf '%s|%s|' \"$1\" \"$WORD\"; pwd; cat; echo oops >&2; exit 3", "sh", "a b"],
      environment: ["WORD": "v"], directory: disk.path, input: Array("in".utf8))
    #expect(outcome.outputText == "a b|v|\(disk.path)\nin")
    #expect(outcome.errorText == "oops\n")
    #expect(outcome.exitCode == 3 && !outcome.timedOut)
  }

  @Test func `a program that does not end is killed and said so`() throws {
    let process = try ChildProcess("/bin/sh", ["-c", "echo ready; exec sleep 600"])
    #expect(process.firstLine() == "ready")
    #expect(!process.hasEnded)
    process.kill()
    let outcome = process.wait()
    #expect(outcome.exitCode == 128 + 9 && !outcome.timedOut)
  }

  @Test func `a program that does not exist is an error`() {
    #expect(throws: Errno.notFound) { try ChildProcess("/no/such/program") }
  }

  @Test func `error numbers have words`() {
    #expect(Errno.notFound.description == "No such file or directory")
    #expect(Errno.noSpace.meansFull && Errno.quotaExceeded.meansFull)
    #expect(!Errno.accessDenied.meansFull)
  }

  @Test func `clocks run`() {
    let clock = WallClock.system
    // After the day on which this was written.
    #expect(clock.now() > 1_700_000_000_000_000_000)
    let first = clock.monotonic()
    #expect(clock.monotonic() >= first)
  }
}
