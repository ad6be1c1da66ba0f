import JSON
import Platform
import TestSupport
import Testing

@testable import Commands

/// What the program says about a Mage target without a server to ask.
@Suite struct MageTargetTests {
  private func project(_ url: String = "mage+http://127.0.0.1:1") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "targets:\n  mage: { url: \"\(url)\", default: true }\n"
        + "  hub: { url: \"http://127.0.0.1:1/p\" }\n", to: "syncline.yaml")
    return folder
  }

  @Test func `files that Mage does not carry are left out, and 'ignored' says so`() async throws {
    let folder = try project()
    for name in ["a.py", "b.SQL", "c.png", "d/e.csv", "d/f.yaml", "Makefile", ".gitignore"] {
      try folder.write("x", to: name)
    }
    let run = try await CommandRun.run(["ignored", "--json"], in: folder.path)
    let entries = try #require(try run.document["entries"]?.arrayValue)
    let left = entries.filter { $0["rule"] == "not_carried" }.map { $0["path"]?.stringValue }
    #expect(left == [".gitignore", "Makefile", "c.png", "d/e.csv"])
    let hub = try await CommandRun.run(
      ["ignored", "--json", "--target", "hub"], in: folder.path)
    #expect(
      try hub.document["entries"]?.arrayValue?.contains { $0["rule"] == "not_carried" } == false)
  }

  @Test func `a pattern of include does not make Mage carry a file`() async throws {
    let folder = try project()
    try folder.write(
      folder.text("syncline.yaml") + "include: [\"**/*.png\", \".hidden.py\"]\n",
      to: "syncline.yaml")
    for name in ["c.png", ".hidden.py"] { try folder.write("x", to: name) }
    let run = try await CommandRun.run(["ignored", "--json"], in: folder.path)
    let entries = try run.document["entries"]?.arrayValue ?? []
    #expect(
      entries.filter { $0["rule"] == "not_carried" }.map { $0["path"]?.stringValue }
        == [".hidden.py", "c.png"])
  }

  @Test func `a server that does not answer is unreachable, never empty`() async throws {
    let folder = try project()
    try folder.write("x", to: "a.py")
    let run = try await CommandRun.run(["status", "--no-input"], in: folder.path)
    #expect(run.code == .unreachable)
    #expect(run.errors.contains("cannot be reached"))
  }

  @Test(arguments: [
    (["clone", "mage+http://127.0.0.1:1"], "URL DIR"),
    (["login", "mage+http://user@127.0.0.1:1"], "mage+https://HOST:PORT"),
    (["login", "mage+http://127.0.0.1:1/?x"], "mage+https://HOST:PORT"),
  ])
  func `a word that cannot be meant is a usage error`(
    words: [String], hint: String
  ) async throws {
    let folder = try TemporaryFolder()
    let run = try await CommandRun.run(words, in: folder.path)
    #expect(run.code == .usage)
    #expect(run.errors.contains(hint))
  }

  @Test func `a password is not sent in the clear to another machine`() async throws {
    let folder = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["login", "mage+http://mage.example.com", "--email", "a@b", "--password-stdin"],
      in: folder.path, input: "secret\n")
    #expect(run.code == .usage)
    #expect(run.errors.contains("in the clear") && !run.errors.contains("secret"))
  }
}
