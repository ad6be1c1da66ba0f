import Crypto
import HubProtocol
import Platform
import Simulation
import SyncModel
import TestSupport
import Testing

@testable import HubStore

/// A hub that dies at every step of its own work, one after the other.
struct HubStepTests {
  /// What a hub is asked to do.
  enum Work: String, CaseIterable, CustomTestStringConvertible {
    case commit, pack, largeContent, draft, purge, newProject, deletedProject
    case renamedProject, newToken, revokedToken

    var testDescription: String { rawValue }

    /// How many steps it takes at least; rows alone are one commit.
    var steps: Int {
      switch self {
      case .commit, .pack, .largeContent, .draft, .purge, .newProject, .deletedProject: 3
      case .renamedProject, .newToken, .revokedToken: 1
      }
    }
  }

  /// A hub with some history, on a device that it may lose.
  private final class Dying {
    let folder: TemporaryFolder
    let clock = HubTestClock()
    let device: HubDevice
    let use: HubStore.Use
    var store: HubStore
    /// A token that works from the start.
    let token: (id: String, text: String)

    init(_ work: Work, seed: UInt64) throws {
      folder = try TemporaryFolder()
      device = HubDevice(folder.path + "/data", seed: seed)
      use = work == .purge ? .maintain : .serve
      store = try Dying.open(device, clock, use)
      let project = try store.createProject(named: "demo", by: "test")
      _ = try store.commit(
        HubStepTests.request("first", [("a", nil, "stays"), ("b", nil, "secret")]), author: "ann",
        in: project)
      _ = try store.commit(
        HubStepTests.request("second", [("b", "secret", nil)]), author: "ann", in: project)
      token = try store.createToken(
        named: "old", scope: .write, project: nil, expires: nil, by: "test")
    }

    private static func open(
      _ device: HubDevice, _ clock: HubTestClock, _ use: HubStore.Use
    ) throws -> HubStore {
      try HubStore(
        DataFolder(device.folder), for: use,
        environment: HubEnvironment(
          now: { clock.now }, randomBytes: { Randomness.system.bytes($0) },
          watch: { (step) throws(HubStoreError) in try device.watch(step) }))
    }

    /// Starts again, as often as it takes.
    func startAgain() throws {
      while true {
        device.revive()
        do {
          store = try Dying.open(device, clock, use)
          return
        } catch {
          guard device.isDead else { throw error }
        }
      }
    }

    /// Ends the hub, which lives, before its next commit, and starts it again.
    func end() throws {
      device.setFate(HubDevice.Fate(after: 0, .killed))
      #expect(throws: HubStoreError.self) {
        try store.createToken(named: "x", scope: .read, project: nil, expires: nil, by: "x")
      }
      try startAgain()
    }

    var project: HubProject {
      get throws {
        let renamed = try store.project(named: "renamed")
        return try #require(try renamed ?? store.project(named: "demo"))
      }
    }
  }

  private static func request(
    _ id: String, _ changes: [(path: String, before: String?, after: String?)]
  ) -> CommitRequest {
    func node(_ text: String) -> Node {
      .file(.init(digest: text.digest, size: UInt64(text.utf8.count), isExecutable: false))
    }
    return CommitRequest(
      id: id, message: nil,
      changes: changes.map { change in
        CommitRequest.Item(
          path: SyncPath(trusted: change.path), expected: change.before.map(node),
          new: change.after.map(node), content: change.after.map { Array($0.utf8) })
      })
  }

  private static let large = (0..<90).map { UInt8($0) }

  /// Does the work, from wherever an earlier attempt has left it.
  private func attempt(_ work: Work, on hub: Dying) throws {
    let store = hub.store
    switch work {
    case .commit:
      _ = try store.commit(
        Self.request("third", [("c", nil, "new"), ("a", "stays", "changed")]), author: "ann",
        in: try hub.project)
    case .pack:
      let pack = try HubWorld.pack([Array("one".utf8), Array("two".utf8)])
      _ = try pack.withUnsafeBytes {
        try store.storePack($0, limits: .upload, in: try hub.project)
      }
    case .largeContent:
      let project = try hub.project
      let digest = SHA256.hash(Self.large)
      var received: UInt64 = 0
      do { received = try store.upload(digest, in: project).received } catch {
        guard error as? HubStoreError == .noSuchUpload else { throw error }
      }
      while received < Self.large.count {
        let part = Array(Self.large[Int(received)..<(Int(received) + 30)])
        received = try part.withUnsafeBytes {
          try store.upload(
            part: $0, at: received, of: digest, size: UInt64(Self.large.count), in: project)
        }
      }
    case .draft:
      let project = try hub.project
      let path = SyncPath(trusted: "d")
      let found = try store.drafts(in: project).first
      _ = try store.saveDraft(
        Array("draft".utf8), at: path, expected: found?.digest, author: "ann", in: project)
      let head: Node?
      do { head = try store.entry(at: path, revision: nil, in: project).node } catch {
        guard error as? HubStoreError == .noSuchPath else { throw error }
        head = nil
      }
      _ = try store.publishDraft(
        at: path, message: nil, expected: head, author: "ann", in: project)
    case .purge:
      do { _ = try store.purge("secret".digest, by: "op", in: try hub.project) } catch {
        guard error as? HubStoreError == .noSuchContent("secret".digest) else { throw error }
      }
    case .newProject:
      do { _ = try store.createProject(named: "fresh", by: "ann") } catch {
        guard error as? HubStoreError == .projectExists else { throw error }
      }
    case .deletedProject:
      guard let project = try store.project(named: "demo") else { return }
      try store.deleteProject(project, by: "ann")
    case .renamedProject:
      guard let project = try store.project(named: "demo") else { return }
      _ = try store.renameProject(project, to: "renamed", by: "ann")
    case .newToken:
      // Its text is told once: whoever did not get it makes another one.
      let made = try store.createToken(
        named: "new", scope: .read, project: nil, expires: nil, by: "ann")
      #expect(try store.verify(token: made.text)?.name == "new")
    case .revokedToken:
      do { try store.revokeToken(id: hub.token.id, by: "ann") } catch {
        guard error as? HubStoreError == .noSuchToken else { throw error }
      }
    }
  }

  /// Looks at what the work comes to once it is done.
  private func expectDone(_ work: Work, on hub: Dying) throws {
    let store = hub.store
    func text(_ digest: Digest) throws -> [UInt8] {
      try store.content(digest, in: try hub.project).bytes(limit: 1000)
    }
    switch work {
    case .commit:
      #expect(try hub.project.revision == 3)
      #expect(try text("new".digest) == Array("new".utf8))
    case .pack: #expect(try text("two".digest) == Array("two".utf8))
    case .largeContent: #expect(try text(SHA256.hash(Self.large)) == Self.large)
    case .draft:
      #expect(try store.drafts(in: try hub.project) == [])
      #expect(try text("draft".digest) == Array("draft".utf8))
    case .purge:
      #expect(throws: HubStoreError.purged("secret".digest)) { try text("secret".digest) }
    case .newProject: #expect(try store.project(named: "fresh") != nil)
    case .deletedProject:
      #expect(try store.project(named: "demo") == nil)
      return
    case .renamedProject:
      #expect(try store.projects().map(\.name) == ["renamed"])
    case .newToken:
      // At most one that nobody knows is left of the first attempt.
      #expect((1...2).contains(try store.tokens().count { $0.name == "new" }))
    case .revokedToken:
      #expect(try store.verify(token: hub.token.text) == nil)
      #expect(try !store.isValid(tokenID: hub.token.id))
    }
    #expect(try text("stays".digest) == Array("stays".utf8))
  }

  /// What lies in the data folder and no row speaks of, or the other way round.
  private func litter(of store: HubStore) throws -> [String] {
    var found: [String] = []
    let projects = try store.projects()
    if try Set(StoreFiles.names(in: store.folder.projects)) != Set(projects.map(\.id)) {
      found.append("folders of projects")
    }
    for project in projects {
      let lengths = try store.packLengths(of: project)
      var files: [Int64: UInt64] = [:]
      for name in try StoreFiles.names(in: store.folder.packs(project.id)) {
        let file = try OpenFile(store.folder.packs(project.id) + "/" + name, .read)
        files[Int64(name.dropLast(5)) ?? 0] = try file.size()
      }
      if files != lengths { found.append("packs \(files) for \(lengths)") }
      let uploads = try store.reading { connection in
        try connection.rows(
          "SELECT digest FROM uploads WHERE project = ?", .integer(project.number)
        ) { try $0.digest(0).hex }
      }
      let names = try StoreFiles.names(in: store.folder.uploads(project.id))
      if Set(names) != Set(uploads) { found.append("uploads \(names) for \(uploads)") }
      let larges = try store.reading { connection in
        try connection.rows(
          "SELECT digest FROM objects WHERE project = ? AND pack = 0", .integer(project.number)
        ) { try $0.digest(0).hex }
      }
      let held = try StoreFiles.names(in: store.folder.larges(project.id))
      if Set(held) != Set(larges) { found.append("large contents \(held) for \(larges)") }
    }
    return found
  }

  @Test(arguments: Work.allCases)
  func `it starts again whole, without litter, and the same work is done then`(
    work: Work
  ) throws {
    let ends: [(kind: HubDevice.Fate.Kind, again: Int?, seeds: Range<UInt64>)] = [
      (.killed, nil, 0..<1), (.killed, 1, 0..<1), (.powerCut, nil, 0..<2), (.powerCut, 7, 0..<1),
      (.refused(.storageFull), nil, 0..<2),
    ]
    for (kind, again, seeds) in ends {
      for seed in seeds {
        var step = 0
        while try dies(of: work, HubDevice.Fate(after: step, kind, again: again), seed) {
          step += 1
        }
        #expect(step >= work.steps, "\(work) takes no more than \(step) steps")
      }
    }
  }

  /// Lets a hub meet its fate in some work; false where the work was done before that.
  private func dies(of work: Work, _ fate: HubDevice.Fate, _ seed: UInt64) throws -> Bool {
    let hub = try Dying(work, seed: seed)
    let before = try hub.project
    hub.device.setFate(fate)
    var isDone = true
    do { try attempt(work, on: hub) } catch { isDone = false }
    hub.device.setFate(nil)
    if isDone, !hub.device.isDead { return false }
    let place = "\(work) with \(fate), seed \(seed)"
    // A hub that was refused a step goes on: what it could not take away is its next start's.
    let goesOn = !hub.device.isDead && seed == 0
    if hub.device.isDead { try hub.startAgain() } else if !goesOn { try hub.end() }
    #expect(try hub.store.check() == [], "\(place)")
    if !goesOn { #expect(try litter(of: hub.store) == [], "\(place)") }
    if let after = try hub.store.project(named: "demo") ?? hub.store.project(named: "renamed") {
      #expect([before.revision, before.revision + 1].contains(after.revision), "\(place)")
      #expect(
        after.revision != before.revision || after.treeDigest == before.treeDigest, "\(place)")
    }
    do {
      try attempt(work, on: hub)
      try expectDone(work, on: hub)
    } catch {
      Issue.record("\(place): the retry: \(error)")
    }
    if goesOn { try hub.end() }
    #expect(try hub.store.check() == [], "\(place), after the retry")
    #expect(try litter(of: hub.store) == [], "\(place), after the retry")
    hub.device.revive()
    return true
  }
}
