import CommandLineKit
import TestSupport
import Testing

@testable import Commands

@Suite struct CompletionsTests {
  private func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      targets:
        production: { url: "https://hub.example.com/site" }
        preview: { url: "https://hub.example.com/preview" }
        staging: { url: "https://hub.example.com/staging", default: true }

      """, to: "syncline.yaml")
    try folder.write("", to: "docs/guide.md")
    try folder.write("", to: "docs/glossary.md")
    try folder.write("", to: "docs/odd\nname.md")
    try folder.write("", to: "docs/.hidden")
    return folder
  }

  private func offered(_ kind: String, _ prefix: String, _ folder: String) async throws -> String {
    let run = try await CommandRun.run(["__complete", kind, prefix], in: folder)
    #expect(run.code == .success)
    #expect(run.errors == "")
    return run.output
  }

  @Test func `targets and paths are offered by their beginning`() async throws {
    let folder = try project()
    #expect(try await offered("targets", "pr", folder.path) == "preview\nproduction\n")
    #expect(try await offered("paths", "d", folder.path) == "docs/\n")
    #expect(
      try await offered("paths", "docs/", folder.path) == "docs/glossary.md\ndocs/guide.md\n")
    #expect(try await offered("paths", "gu", folder.path + "/docs") == "guide.md\n")
    #expect(try await offered("paths", "docs/.", folder.path) == "docs/.hidden\n")
  }

  @Test(arguments: [
    ("paths", "nothing/here"), ("paths", "../"), ("paths", "/etc/"), ("runs", ""),
    ("what?", ""), ("targets", "\u{1B}"),
  ])
  func `with nothing to offer it is silent`(kind: String, prefix: String) async throws {
    #expect(try await offered(kind, prefix, try project().path) == "")
  }

  @Test func `outside of a project it is silent`() async throws {
    let folder = try TemporaryFolder()
    for kind in ["targets", "paths", "runs"] {
      #expect(try await offered(kind, "", folder.path) == "")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `the scripts know every verb that help shows`(shell: String) async throws {
    let run = try await CommandRun.run(["completions", shell], in: "/")
    #expect(run.code == .success)
    for command in CommandTable.root.all() {
      #expect(run.output.contains(command.last?.name ?? ""))
    }
    #expect(run.output.contains("__complete"))
  }

  @Test func `the table is consistent, and every verb stands in it`() {
    #expect(CommandTable.root.inconsistencies() == [])
    let payloads = CommandTable.root.all(includingHidden: true).compactMap(\.last?.payload)
    #expect(Set(payloads) == Set(Verb.allCases))
    #expect(payloads.count == Verb.allCases.count)
  }

  @Test func `help behind a verb and before it are the same`() async throws {
    let behind = try await CommandRun.run(["hub", "token", "create", "--help"], in: "/")
    let before = try await CommandRun.run(["help", "hub", "token", "create"], in: "/")
    #expect(behind.output == before.output)
    #expect(behind.output.contains("--expires"))
    #expect(try await CommandRun.run(["help", "nonsense"], in: "/").code == .usage)
  }
}
