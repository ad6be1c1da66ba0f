import Commands
import JSON
import Platform
import HubProtocol
import TestSupport
import Testing

@Suite struct BindTests {
  @Test func `a clone without a folder is named after the address`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    let clone = await world.run(["clone", world.url], in: "home")
    #expect(clone.exit == 0, "\(clone.errors)")
    #expect(try world.folder.text("home/shop/a.txt") == "one\n")
  }

  @Test func `a clone that is only planned gives the document of a run and writes nothing`()
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("two\n", to: "d/b.txt")
    await world.run("push")
    let before = try world.folder.everything()
    let dry = await world.run(["clone", world.url, "-n", "--json"], in: "home")
    #expect(dry.exit == 0, "\(dry.errors)")
    #expect(try dry.texts("pulled") == ["a.txt", "d/b.txt"])
    let real = await world.run(["clone", world.url, "--json"], in: "home")
    func keys(_ run: HistoryWorld.Outcome) throws -> [String] {
      try #require(run.json.objectValue).keys.map { String($0) }
    }
    #expect(try keys(dry) == keys(real))
    #expect(try dry.texts("pulled") == real.texts("pulled"))
    #expect(try dry.json["dry_run"] == true)
    let after = try world.folder.everything()
    #expect(after.filter { !before.contains($0) && $0.hasPrefix("home/") } != [])
    let again = await world.run(["clone", world.url, "-n"], in: "home")
    #expect(again.exit == 2)
  }

  @Test func `a planned clone leaves no folder behind`() async throws {
    let world = try await HistoryWorld()
    let dry = await world.run(["clone", world.url, "new", "-n"], in: "home")
    #expect(dry.exit == 0, "\(dry.errors)")
    #expect(!world.folder.exists("home/new"))
    let nowhere = await world.run(["clone", world.url, "no/new", "-n"], in: "home")
    #expect(nowhere.exit == 2)
  }

  @Test func `an init that is only planned creates no project`() async throws {
    let world = try await HistoryWorld()
    _ = try world.folder.folder("q")
    let url = String(world.url.dropLast("shop".count)) + "new"
    let dry = await world.run(["init", url, "--create", "-n", "--json"], in: "q")
    #expect(dry.exit == 0, "\(dry.errors)")
    #expect(try dry.json["created"] == true && dry.json["id"]?.isNull == true)
    #expect(!world.folder.exists("q/syncline.yaml"))
    // Nobody has made it: without --create there is still no such project.
    #expect(await world.run(["init", url], in: "q").exit == 6)
    let real = await world.run(["init", url, "--create", "--json"], in: "q")
    #expect(real.exit == 0, "\(real.errors)")
    #expect(try real.json["created"] == true && real.json["id"]?.stringValue != nil)
    let again = await world.run(["init", url, "--create", "--json"], in: "q")
    #expect(again.exit == 2)
  }

  @Test func `a planned init fails where the project could not be created`() async throws {
    let world = try await HistoryWorld()
    _ = try world.folder.folder("q")
    let url = String(world.url.dropLast("shop".count)) + "new"
    for token in [try world.token(.read), try world.token(.write, project: "shop")] {
      let dry = await world.run(["init", url, "--create", "-n"], in: "q", token: token)
      #expect(dry.exit == 6, "\(dry.output)\(dry.errors)")
      #expect(await world.run(["init", url, "--create"], in: "q", token: token).exit == 6)
    }
  }

  @Test func `init binds the target that a syncline yaml has for the address`() async throws {
    let world = try await HistoryWorld()
    try world.folder.write(
      "targets:\n  live: { url: \"\(world.url)\" }\n", to: "q/syncline.yaml")
    let bound = await world.run(["init", world.url], in: "q")
    #expect(bound.exit == 0, "\(bound.errors)")
    #expect(bound.errors.contains("'live'"))
    let status = await world.run(["status", "--json"], in: "q")
    #expect(status.exit == 0)
    #expect(try status.json["target"]?["name"]?.stringValue == "live")
  }

  @Test func `init refuses a syncline yaml that speaks of other projects`() async throws {
    let world = try await HistoryWorld()
    let text = "targets:\n  live: { url: \"http://127.0.0.1:9/other\" }\n"
    try world.folder.write(text, to: "q/syncline.yaml")
    let refused = await world.run(["init", world.url], in: "q")
    #expect(refused.exit == 2)
    #expect(refused.errors.contains("target add"))
    #expect(try world.folder.text("q/syncline.yaml") == text)
    #expect(!world.folder.exists("q/.syncline"))
  }

  @Test func `a state that is a link is refused`() async throws {
    let world = try await HistoryWorld()
    try world.folder.folder("p/.syncline").rename(
      "state.db", to: world.folder.folder("home"), as: "state.db", .replace)
    try world.folder.link("p/.syncline/state.db", to: world.folder.path + "/home/state.db")
    for verb in ["status", "sync", "runs"] {
      let refused = await world.run(verb)
      #expect(refused.exit == 5)
      #expect(refused.errors.contains("not a regular file"))
    }
  }

  @Test func `a private folder that others may read is narrowed`() async throws {
    let world = try await HistoryWorld()
    try world.folder.setMode(0o755, of: "p/.syncline")
    #expect(await world.run("sync").exit == 0)
    #expect(try world.folder.folder("p/.syncline").status().mode & 0o777 == 0o700)
  }

  @Test func `a look makes no folder for base contents`() async throws {
    let world = try await HistoryWorld()
    #expect(await world.run("status").exit == 0)
    #expect(!world.folder.exists("p/.syncline/objects"))
  }

  @Test func `of inits at the same time one binds the folder, to one project`() async throws {
    let world = try await HistoryWorld()
    try world.createProject("other")
    let other = world.url.dropLast("shop".count) + "other"
    for round in 1...5 {
      let place = "both\(round)"
      _ = try world.folder.folder(place)
      let exits = try world.together([["init", world.url], ["init", String(other)]], in: place)
        .compactMap(\.exitCode).sorted()
      #expect(exits.first == 0 && (exits.last == 2 || exits.last == 8), "\(exits)")
      let status = await world.run(["status", "--json"], in: place)
      #expect(status.exit == 0, "\(status.errors)")
      let url = try #require(status.json["target"]?["url"]?.stringValue)
      #expect(try world.folder.text(place + "/syncline.yaml").contains(url))
      #expect(await world.run(["sync"], in: place).exit == 0)
    }
  }

  @Test func `of clones at the same time into one folder one is made, and the others say why not`()
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    for round in 1...5 {
      let words = ["clone", world.url, "c\(round)"]
      let outcomes = try world.together([words, words, words], in: "home")
      let exits = outcomes.compactMap(\.exitCode).sorted()
      #expect(exits.first == 0, "\(outcomes.map(\.errorText))")
      #expect(
        exits.dropFirst().allSatisfy { $0 == 2 || $0 == 8 }, "\(outcomes.map(\.errorText))")
      #expect(try world.folder.text("home/c\(round)/a.txt") == "one\n")
    }
  }
}
