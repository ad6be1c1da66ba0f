import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// Two people with a clone each of one project, `ada` behind a server that tests may spoil.
///
/// Every run goes through ``run(_:_:_:within:sourceLocation:)``, which looks at the invariants that
/// one run can break; ``expectInvariants(sync:except:sourceLocation:)`` looks at the others.
final class FieldStage {
  let stage: Stage
  let hub: HubProcess
  /// What `ada` takes for the hub.
  let server: HostileServer
  let ada: Clone
  let ben: Clone
  private var materialized: [String: Set<TreePath>] = [:]
  /// How many third clones were made, each of which has a name of its own.
  var witnesses = 0

  /// Makes the project with these files, in step with both clones.
  init(_ files: [String: String] = ["a.txt": "base a\n", "b.txt": "base b\n"]) throws {
    let (stage, hub, person) = try Stage.withProject()
    (self.stage, self.hub) = (stage, hub)
    server = try HostileServer(before: hub.url)
    ben = try stage.person("ben", of: hub).bind("ben", to: "p", of: hub)
    for (name, text) in files { try ben.write(text, to: name) }
    try ben.run("push").require(0)
    try person.run(["clone", server.url + "/p", "ada"]).require(0)
    ada = Clone(path: stage.path + "/ada", person: person)
    try look(at: ada)
    try look(at: ben)
  }

  /// Makes so many files below a folder, for brakes that count.
  static func many(_ count: Int, in folder: String = "d") -> [String: String] {
    var files: [String: String] = [:]
    for number in 0..<count { files["\(folder)/f\(number).txt"] = "file \(number)\n" }
    return files
  }

  /// Runs a verb with `--json`, and expects what holds after every single run.
  @discardableResult
  func run(
    _ clone: Clone, _ words: [String], _ codes: Int32..., within: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CommandResult {
    try look(at: clone)
    let before = try clone.tree()
    let published = try history()
    let outside = try within.map { try states(clone, outside: $0) }
    let result = try clone.person.run(words + ["--json"], in: clone.path)
    let wanted = codes.isEmpty ? [0] : codes
    #expect(wanted.contains(result.exitCode), "\(result.words)", sourceLocation: sourceLocation)
    result.expectHarmless(token: clone.person.token, sourceLocation: sourceLocation)
    // I9: the code agrees with the document and its lists.
    try result.expectHonest(sourceLocation: sourceLocation)
    try expectEvidence(result, clone, sourceLocation)
    try expectNothingLost(before, published, clone, result, sourceLocation)
    if let within {
      let after = try states(clone, outside: within)
      #expect(
        after == outside, "outside of \(within): \(result.words)", sourceLocation: sourceLocation)
    }
    try look(at: clone)
    return result
  }

  /// Where all paths stand that are not in sync, as `STATE CHANGE`.
  func states(_ clone: Clone, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> [String: String]
  {
    let status = try clone.json("status").expect(0, sourceLocation: sourceLocation).document()
    var states: [String: String] = [:]
    for item in status["items"]?.arrayValue ?? [] {
      let words = ["state", "change"].map { item[$0]?.stringValue ?? "-" }
      states[item["path"]?.stringValue ?? "-"] = words.joined(separator: " ")
    }
    return states
  }

  /// What `ben` does and pushes meanwhile.
  func pushAsBen(_ files: [String: String] = [:], removing gone: [String] = []) throws {
    for name in gone { try ben.remove(name) }
    for (name, text) in files { try ben.write(text, to: name) }
    try run(ben, ["push"])
  }

  /// Remembers which paths were ever in a clone.
  private func look(at clone: Clone) throws {
    materialized[clone.path, default: []].formUnion(try clone.tree().paths)
  }

  private func states(_ clone: Clone, outside path: String) throws -> [JSONValue] {
    let status = try clone.json("status", "--all").require(0).document()
    return (status["items"]?.arrayValue ?? []).filter { item in
      let name = item["path"]?.stringValue ?? ""
      return name != path && !name.hasPrefix(path + "/")
    }
  }
}

/// The invariants that one run can break.
extension FieldStage {
  /// I6: what never was in a clone is never deleted on the remote by it.
  private func expectEvidence(
    _ result: CommandResult, _ clone: Clone, _ location: SourceLocation
  ) throws {
    let document = try result.document()
    let copies = (document["conflict_copies"]?.arrayValue ?? []).compactMap(\.stringValue)
    for path in (document["deleted_remote"]?.arrayValue ?? []).compactMap(\.stringValue) {
      // A file that gave its name to a folder is there still, under the name of its copy.
      let isHere = materialized[clone.path]?.contains(TreePath(path)) == true
      let isCopied = copies.contains { $0.hasPrefix(path + ".conflict-remote-") }
      #expect(isHere || isCopied, "I6 \(path): \(result.words)", sourceLocation: location)
    }
  }

  /// I1: what was here before is here, in the trash, or in the history; what the remote ever had,
  /// its history has.
  ///
  /// That the history can give it out is what `hub check` looks at, in the end.
  private func expectNothingLost(
    _ before: TreeListing, _ published: Set<Digest>, _ clone: Clone, _ result: CommandResult,
    _ location: SourceLocation
  ) throws {
    let history = try history()
    let forgotten = published.subtracting(history)
    #expect(forgotten.isEmpty, "I1, the remote: \(result.words)", sourceLocation: location)
    let missing = before.contents.subtracting(try kept(clone)).subtracting(history)
    #expect(missing.isEmpty, "I1: \(result.words)", sourceLocation: location)
  }

  /// The contents that a clone has, in its tree or put aside.
  func kept(_ clone: Clone) throws -> Set<Digest> {
    var contents = try clone.tree().contents
    for name in ["trash", "conflicts"] where clone.has(".syncline/" + name) {
      contents.formUnion(try TreeListing(clone.path + "/.syncline/" + name).contents)
    }
    return contents
  }

  /// Every content that any revision of the project had.
  func history() throws -> Set<Digest> {
    let log = try ben.json("log").require(0).document()
    let changes = (log["entries"]?.arrayValue ?? []).flatMap { $0["changes"]?.arrayValue ?? [] }
    return Set(changes.compactMap { $0["after"]?.stringValue.flatMap(Digest.init(text:)) })
  }
}
