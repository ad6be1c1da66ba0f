import Engine
import ProjectConfig
import ProjectState
import SyncCore
import SyncModel

extension World {
  /// Another process wants to run in a folder in which one is at work: it is told, and changes
  /// nothing.
  ///
  /// Answers what it did instead.
  func rival(of client: Client) -> String? {
    let before = client.disk.imprint()
    defer { coverage.note("fault: a second process in the folder") }
    do {
      let system = SimulatedFileSystem(client.disk, for: SimulatedProcess())
      let folder = try ProjectFolder(path: "/p", fileSystem: system).binding()
      if try folder.lock() != nil { return "a second process got the lock" }
    } catch {
      return "a second process was not told that the folder is locked: \(error)"
    }
    return client.disk.imprint() == before ? nil : "a second process changed the folder"
  }

  /// What the words of a step mean, found out as a command does.
  func selection(_ client: Client, _ step: RunStep) throws -> WhatSelection {
    guard !step.what.isEmpty else { return .everything }
    var known = Set(client.disk.project().files.keys)
    if let target = try client.state.target(named: "target\(step.remote)") {
      known.formUnion(try client.state.base(of: target).rows.map(\.path.key))
    }
    return try configuration.selection(what: step.what, in: nil) { path in
      known.contains { $0 == path.key || $0.hasPrefix(path.key + "/") }
    }
  }
}
