import Platform
import TestSupport
import Testing

/// Staging and production of one repository: two Mage servers whose projects have one id.
@Suite(.enabled(if: ProStandIn.isThere, "python3 is not installed"))
struct MageTwoServersTests {
  @Test func `what was agreed with one server is not taken for agreed with the other`() throws {
    let (staging, production) = (try ProStandIn(files: 3), try ProStandIn(files: 3))
    let stage = try Stage()
    _ = try stage.folder.folder("home/ada")
    let person = Person(name: "ada", home: stage.path + "/home/ada", token: nil, stage: stage.path)
    let work = Clone(path: stage.path + "/work", person: person)
    try person.run(["clone", "mage+" + staging.url, work.path]).require(0)
    let edited = "pipelines/team_00/stage_000/block_00000.py"
    try work.write("new = 1\n", to: edited)
    try work.write("new = 2\n", to: "new.py")
    try work.run("push").require(0)
    try work.run("target", "add", "prod", "mage+" + production.url).require(0)
    try work.run("pull", "--target", "prod").require(3)
    try work.run("sync", "--target", "prod").require(3)
    #expect(try work.text(edited) == "new = 1\n")
    #expect(try work.text("new.py") == "new = 2\n")
    #expect(try production.text("new.py") == "new = 2\n")
    #expect(try staging.text(edited) == "new = 1\n")
    // The server moves: the run stops, and says what to do.
    try work.run("target", "set-url", "main", "mage+" + production.url).require(0)
    let moved = try work.run("sync", "--target", "main").require(5)
    #expect(moved.errorText.contains("target relink"))
  }
}
