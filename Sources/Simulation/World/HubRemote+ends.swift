import HTTPServing
import Hub
import HubStore

/// A hub that ends at a step of its own, and what it must be when it has started again.
extension HubRemote {
  /// Answers a request under a fate: nothing where the hub dies of it and starts again.
  ///
  /// Answers with what is left of the fate as well.
  func answer(
    _ request: HTTPRequest, _ fate: HubDevice.Fate?
  ) -> (response: HTTPResponse?, rest: HubDevice.Fate?) {
    guard fate != nil else { return (hub.handle(request), nil) }
    do {
      let before = try project
      device.setFate(fate)
      let response = hub.handle(request)
      let rest = device.takeFate()
      guard device.isDead else {
        marks.ends += device.takeEnds()
        return (response, rest)
      }
      try startAgain()
      marks.ends += device.takeEnds()
      marks.troubles += try troubles(since: before)
      return (nil, nil)
    } catch {
      marks.troubles.append("a hub that died does not start again: \(error)")
      return (nil, nil)
    }
  }

  /// Starts a new hub over what the dead one left; it may die again of that, once.
  private func startAgain() throws {
    while true {
      device.revive()
      do {
        try serve(HubStore(DataFolder(device.folder), for: .serve, environment: environment))
        device.setFate(nil)
        return
      } catch {
        guard device.isDead else { throw error }
      }
    }
  }

  /// What is not whole: `hub check`, and the head, which is the old one or the next.
  private func troubles(since before: HubProject) throws -> [String] {
    var troubles = try store.check().map { "hub check: \($0.kind) \($0.subject)" }
    let after = try project
    let isOld = after.revision == before.revision && after.treeDigest == before.treeDigest
    if !isOld, after.revision != before.revision + 1 {
      troubles.append("revision \(before.revision) became \(after.revision)")
    }
    return troubles
  }

  func takeMarks() -> RemoteMarks {
    defer { marks = RemoteMarks() }
    return marks
  }
}
