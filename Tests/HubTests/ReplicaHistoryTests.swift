import HubProtocol
import HubReplica
import Replica
import SyncModel
import Testing

/// What a client makes of the pages of a history.
@Suite struct ReplicaHistoryTests {
  private static func page(_ revisions: [UInt64]) -> HistoryPage {
    HistoryPage(
      entries: revisions.map {
        HistoryEntry(
          revision: $0, time: Timestamp(nanoseconds: 1), author: "ann", message: nil,
          commit: "r.\($0)", changes: [])
      }, hasMore: true)
  }

  @Test(arguments: [[9, 8, 8], [9, 8, 9], [1, 2], [10], [11]])
  func `a page whose revisions do not fall is refused`(revisions: [UInt64]) async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.json(200, Self.page(revisions).json) }
    let administration = HubAdministration(connection: try hub.connection())
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await administration.history(of: "demo", before: 10)
    }
    #expect(error?.code == .notUnderstood)
  }

  @Test func `a page that falls is taken, gaps and all`() async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.json(200, Self.page([9, 4, 1]).json) }
    let administration = HubAdministration(connection: try hub.connection())
    let page = try await administration.history(of: "demo", before: 10)
    #expect(page.entries.map(\.revision) == [9, 4, 1])
  }
}
