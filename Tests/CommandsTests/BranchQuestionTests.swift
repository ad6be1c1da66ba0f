import TestSupport
import Testing

/// On a terminal, a git branch that has changed is asked about; elsewhere it stops the run.
@Suite struct BranchQuestionTests {
  /// A world on another branch than at its last run, with an edit.
  private func switched() async throws -> HistoryWorld {
    let world = try await HistoryWorld()
    try world.write("ref: refs/heads/main\n", to: ".git/HEAD")
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try world.write("ref: refs/heads/side\n", to: ".git/HEAD")
    try world.write("two\n", to: "a.txt")
    return world
  }

  @Test(arguments: ["push", "sync"])
  func `a yes at the terminal lets the run go on`(_ verb: String) async throws {
    let world = try await switched()
    let terminal = try Terminal(typed: "y\n")
    let run = await world.run([verb], in: "p", terminal: terminal)
    let shown = terminal.shown()
    #expect(run.exit == 0, "\(shown)")
    #expect(run.output.contains("pushed a.txt"))
    #expect(shown.contains("'side'") && shown.contains("'main'") && shown.contains("[y/N]"))
  }

  @Test(arguments: [["push"], ["push", "-y"], ["sync", "--yes"]])
  func `anything else leaves the brake on, and so does yes in advance`(_ words: [String])
    async throws
  {
    let world = try await switched()
    let terminal = try Terminal(typed: "\n")
    let run = await world.run(words, in: "p", terminal: terminal)
    #expect(run.exit == 5)
    #expect(run.output == "Stopped; nothing was written.\n")
    #expect(terminal.shown().contains("--allow-branch"))
    #expect(await world.run("push").exit == 5)
  }

  @Test(arguments: [["push", "--no-input"], ["push", "--json"], ["push", "-n"]])
  func `who may not be asked is stopped without a question`(_ words: [String]) async throws {
    let world = try await switched()
    let terminal = try Terminal(typed: "y\n")
    let run = await world.run(words, in: "p", terminal: terminal)
    #expect(run.exit == 5)
    #expect(!terminal.shown().contains("[y/N]"))
  }
}
