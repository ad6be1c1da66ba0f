import Platform
import TestSupport
import Testing

@testable import Commands

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What becomes of a command whose output cannot be written.
@Suite struct OutputTests {
  private func run(_ arguments: [String], output: Int32, error: Int32) async -> ExitCode {
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(input) }
    return await Program.run(
      Surroundings(
        arguments: arguments, environment: [:], currentFolder: "/",
        input: StandardStream(descriptor: input), output: StandardStream(descriptor: output),
        error: StandardStream(descriptor: error), clock: .system))
  }

  /// The writing end of a pipe that nobody reads.
  private func brokenPipe() throws -> Int32 {
    Signals.ignoreBrokenPipes()
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Errno.last }
    close(ends[0])
    return ends[1]
  }

  #if os(Linux)
    @Test func `a result that does not fit on the disk is no success`() async throws {
      let streams = try TemporaryFolder()
      let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
      let errors = open(streams.path + "/err", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      defer { for file in [full, errors] { close(file) } }
      #expect(await run(["--version"], output: full, error: errors) == .partial)
      #expect(try streams.text("err").contains("could not be written"))
      // A failure of the command itself goes first.
      #expect(await run(["status", "--json"], output: full, error: full) == .usage)
    }
  #endif

  @Test func `a reader that went away changes no exit code`() async throws {
    let gone = try brokenPipe()
    defer { close(gone) }
    #expect(await run(["--version"], output: gone, error: gone) == .success)
    #expect(await run(["status", "--json"], output: gone, error: gone) == .usage)
    #expect(await run(["no-such-verb"], output: gone, error: gone) == .usage)
  }

  @Test func `the branch is found above, and in worktrees and submodules`() throws {
    let folder = try TemporaryFolder()
    let files = POSIXFileSystem()
    func branch(_ place: String) throws(Errno) -> String? {
      try GitBranch.current(folder.path + "/" + place, files)
    }
    try folder.write("ref: refs/heads/main\n", to: "repo/.git/HEAD")
    _ = try folder.folder("repo/site/deep")
    #expect(try branch("repo") == "main")
    #expect(try branch("repo/site/deep") == "main")
    try folder.write("ref: refs/heads/side\n", to: "repo/.git/worktrees/w/HEAD")
    try folder.write("gitdir: \(folder.path)/repo/.git/worktrees/w\n", to: "w/.git")
    #expect(try branch("w") == "side")
    try folder.write("0123abcd\n", to: "repo/.git/modules/m/HEAD")
    try folder.write("gitdir: ../.git/modules/m\n", to: "repo/m/.git")
    #expect(try branch("repo/m") == "0123abcd")
    try folder.write("nonsense\n", to: "odd/.git")
    #expect(try branch("odd") == nil)
    // A head that cannot be read is not a folder without git.
    _ = try folder.folder("torn/.git/HEAD")
    #expect(throws: Errno.self) { try branch("torn") }
    try folder.write("gitdir: \(folder.path)/unmounted\n", to: "lost/.git")
    #expect(throws: Errno.self) { try branch("lost") }
    // As git, which looks further up from a folder of the name that is no repository.
    _ = try folder.folder("repo/inner/.git")
    #expect(try branch("repo/inner") == "main")
  }
}
