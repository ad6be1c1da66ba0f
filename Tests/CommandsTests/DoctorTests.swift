import Commands
import JSON
import Platform
import TestSupport
import Testing

@Suite struct DoctorTests {
  private func outcome(_ run: CommandRun, _ check: String) throws -> String? {
    try run.document["checks"]?.arrayValue?.last { $0["check"]?.stringValue == check }?["result"]?
      .stringValue
  }

  private func doctor(
    _ folder: TemporaryFolder, _ environment: [String: String] = [:], json: Bool = true
  ) async throws -> CommandRun {
    try await CommandRun.run(
      ["doctor"] + (json ? ["--json"] : []), in: folder.path,
      environment: environment.merging(["HOME": folder.path + "/home"]) { $1 })
  }

  @Test func `outside of a project it says so and what to do`() async throws {
    let folder = try TemporaryFolder()
    let run = try await doctor(folder, json: false)
    #expect(
      run.transcript(hiding: folder.path) == """
        exit 2
        stdout:
        ✓ program: syncline \(Program.version)
        ✓ credentials: no tokens are kept
        ✗ project folder: There is no syncline.yaml in 'DIR' or above it.
            bind a folder with 'syncline init PROJECT-URL', or make one with 'syncline clone'
        1 problem

        """)
  }

  @Test func `a bound project with its hub is healthy`() async throws {
    let hub = try ServedHub()
    let folder = try TemporaryFolder()
    let environment = ["SYNCLINE_TOKEN": try hub.token(), "SYNCLINE_ORIGIN": hub.url]
    let initialized = try await CommandRun.run(
      ["init", hub.url + "/site", "--create"], in: folder.path, environment: environment)
    #expect(initialized.code == .success, "\(initialized.errors)")
    let run = try await doctor(folder, environment)
    #expect(run.code == .success, "\(run.output)")
    #expect(try run.document["healthy"]?.boolValue == true)
    for check in [
      "syncline.yaml", "private folder", "lock", "staging", "file system", "ignore rules", "files",
      "hub", "protocol", "clock", "signed in", "project", "history", "credentials", "disk",
    ] {
      #expect(try outcome(run, check) == "fine", "\(check)")
    }
    try folder.open().createLink("out", target: "/etc/passwd")
    let linked = try await doctor(folder, environment)
    #expect(linked.code == .success)
    #expect(try outcome(linked, "files") == "warning")
    #expect(
      linked.output.contains(
        "1 entry cannot be synced: 'out': it is a link that is absolute or leads out of the project"
      ))
    let before = try folder.everything()
    #expect(try await doctor(folder, [:]).code == .notAllowed)
    try folder.setMode(0o755, of: ".syncline")
    let open = try await doctor(folder, environment)
    #expect(open.code == .stopped)
    #expect(try outcome(open, "private folder") == "problem")
    #expect(try folder.everything() == before)
    hub.stop()
    let down = try await doctor(folder, environment)
    #expect(try outcome(down, "hub") == "problem")
    #expect(down.code == .stopped)
    try folder.setMode(0o700, of: ".syncline")
    #expect(try await doctor(folder, environment).code == .unreachable)
  }

  @Test func `clocks that differ are told`() async throws {
    let hub = try ServedHub()
    let folder = try TemporaryFolder()
    try folder.write("targets: { main: { url: \"\(hub.url)/site\" } }\n", to: "syncline.yaml")
    let ahead = WallClock(
      now: { WallClock.system.now() + 3_600_000_000_000 },
      monotonic: { WallClock.system.monotonic() })
    let run = try await CommandRun.run(
      ["doctor", "--json"], in: folder.path, environment: ["HOME": folder.path], clock: ahead)
    #expect(try outcome(run, "clock") == "warning")
    #expect(try outcome(run, "binding") == "warning")
    hub.stop()
  }

  @Test func `a foreign state is a problem that stops, and stays as it is`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "targets: { main: { url: \"http://127.0.0.1:1/site\" } }\n", to: "syncline.yaml")
    try folder.write("not a database, by far", to: ".syncline/state.db")
    try folder.setMode(0o700, of: ".syncline")
    let run = try await doctor(folder)
    #expect(run.code == .stopped)
    #expect(try outcome(run, "state") == "problem")
    #expect(try folder.text(".syncline/state.db") == "not a database, by far")
  }

  @Test func `a broken configuration is told with its place`() async throws {
    let folder = try TemporaryFolder()
    try folder.write("targets: { main: { url: [] } }\n", to: "syncline.yaml")
    let run = try await doctor(folder)
    #expect(run.code == .usage)
    #expect(try outcome(run, "syncline.yaml") == "problem")
  }
}
