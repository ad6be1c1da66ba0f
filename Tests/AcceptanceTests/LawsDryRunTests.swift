import JSON
import TestSupport
import Testing

/// A dry run writes nothing anywhere, and tells what the real run would do.
@Suite struct LawsDryRunTests {
  /// A verb that knows `--dry-run`, as it is run in the clone of a ``LivedIn``.
  private struct Trial {
    var words: [String]
    var input = ""

    init(_ words: String..., input: String = "") {
      self.words = words
      self.input = input
    }
  }

  @Test func `a dry run of any verb changes no byte and no time`() throws {
    let life = try LivedIn()
    let (stage, hub, ada) = (life.stage, life.hub, life.ada)
    try stage.folder.write("bound later\n", to: "fresh/file.txt")
    try ada.run("target", "add", "other", hub.url + "/q").require(0)
    try ada.run("plan", "--out", "../plan.json").require(0, 3)
    let backup = stage.path + "/backup"
    try hub.run("backup", "--data", hub.data, backup).require(0)
    let tokens = try hub.run("token", "list", "--data", hub.data, "--json").require(0).document()
    let token = try #require(
      tokens["tokens"]?.arrayValue?.first?["id"]?.stringValue, "\(tokens)")
    let history = try ada.json("log", "a.txt").require(0).document()
    let digest = try #require(
      history["entries"]?.arrayValue?.last?["changes"]?[0]?["after"]?.stringValue)

    let url = hub.url + "/p"
    let trials = [
      Trial("init", url, "-C", "../fresh"), Trial("clone", url, "../another"),
      Trial("init", hub.url + "/unmade", "--create", "-C", "../fresh"),
      Trial("pull"), Trial("pull", "--force"), Trial("pull", "--mirror"),
      Trial("push"), Trial("push", "--force"), Trial("push", "--mirror"),
      Trial("sync"), Trial("sync", "--prefer", "both"), Trial("sync", "--atomic"),
      Trial("resolve", "c.txt", "--keep", "both"), Trial("resolve", "c.txt", "--keep", "markers"),
      Trial("apply", "../plan.json"), Trial("restore", "a.txt", "--at", "1"), Trial("undo"),
      Trial("trash", "prune"), Trial("target", "add", "third", url),
      Trial("target", "rename", "other", "third"), Trial("target", "remove", "other"),
      Trial("target", "set-url", "other", url), Trial("target", "default", "other"),
      Trial("target", "relink"), Trial("rebase"), Trial("logout", hub.url),
      Trial("login", hub.url, "--token-stdin", input: ada.person.token ?? ""),
      Trial("hub", "project", "create", "--data", hub.data, "x"),
      Trial("hub", "project", "rename", "--data", hub.data, "p", "x"),
      Trial("hub", "project", "delete", "--data", hub.data, "p"),
      Trial("hub", "token", "create", "--data", hub.data, "--name", "x"),
      Trial("hub", "token", "revoke", "--data", hub.data, token),
      Trial("hub", "backup", "--data", hub.data, stage.path + "/backup2"),
      Trial("hub", "restore", "--data", stage.path + "/hub2", backup),
      Trial("hub", "migrate", "--data", hub.data),
      Trial("hub", "purge", "--data", hub.data, "p", digest),
    ]
    // The log of the hub is its own; everything else on the stage has to stay.
    func imprint() throws -> [Imprint] {
      try ["ada", "fresh", "home", "hub", "backup"].map { try Imprint(stage.path + "/" + $0) }
    }
    let around = try Set(names(in: stage.path))
    var before = try imprint()
    for trial in trials {
      let result = try Syncline.run(
        trial.words + ["-n"], environment: ada.person.environment, directory: ada.path,
        input: Array(trial.input.utf8)
      ).expect(0)
      let after = try imprint()
      for (new, old) in zip(after, before) {
        #expect(new.differences(from: old) == [], "\(result.words)")
      }
      #expect(try Set(names(in: stage.path)) == around, "\(result.words)")
      before = after
    }

    // A verb that learns --dry-run has to come into the table above.
    let tried = Set(trials.map(\.words))
    for verb in try verbs(below: [], stage) {
      let help = try Syncline.run(verb + ["--help"], environment: ada.person.environment)
        .require(0)
      guard help.outputText.contains("--dry-run") else { continue }
      #expect(tried.contains { $0.starts(with: verb) }, "\(verb) has no trial")
    }
  }

  @Test func `a dry run prints what the real run then does`() throws {
    let life = try LivedIn()
    let lists = [
      "pulled", "pushed", "deleted_local", "deleted_remote", "adopted", "merged", "conflicts",
      "blocked", "failed",
    ]
    for words in [["pull"], ["push"], ["sync"], ["sync", "--prefer", "both"]] {
      let arguments = words + ["--json"]
      let said = try life.ada.person.run(arguments + ["-n"], in: life.ada.path).require(0)
      #expect(try said.document()["dry_run"]?.boolValue == true)
      let done = try life.ada.person.run(arguments, in: life.ada.path).require(0, 3)
      #expect(try done.document()["dry_run"]?.boolValue == false)
      for list in lists {
        #expect(try said.paths(list) == done.paths(list), "\(words) \(list)")
      }
      let revision = try said.document()["remote_revision"]?.intValue
      #expect(revision != nil)
    }
  }

  private func names(in path: String) throws -> [String] {
    try ChildProcess.run("ls", ["-A", path]).outputText.split(separator: "\n").map(String.init)
  }

  /// Every verb without verbs below it, from the help pages.
  private func verbs(below path: [String], _ stage: Stage) throws -> [[String]] {
    let page = try Syncline.run(
      path + ["--help"], environment: Syncline.environment(home: stage.path + "/home/ada")
    ).require(0).outputText
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "SUBCOMMANDS:") else { return [path] }
    var found: [[String]] = []
    for line in lines[(start + 1)...].prefix(while: { !$0.isEmpty }) {
      // A name stands two columns in; what is further in goes on with the line above.
      guard line.hasPrefix("  "), !line.hasPrefix("   ") else { continue }
      let name = String(line.dropFirst(2).prefix { $0 != " " })
      if name == "help" { continue }
      found += try verbs(below: path + [name], stage)
    }
    try #require(!found.isEmpty, "\(page)")
    return found
  }
}
