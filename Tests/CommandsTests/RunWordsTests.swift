import Engine
import SyncCore
import SyncModel
import Testing

@testable import Commands

/// The line that sums up a run: never more than what happened, and never less.
@Suite struct RunWordsTests {
  private func summary(_ change: (inout RunReport) -> Void) -> String {
    var report = RunReport(verb: "sync", isDryRun: false)
    change(&report)
    let surroundings = Surroundings(arguments: [], environment: [:], currentFolder: "/")
    let console = Console(surroundings, isJSON: false)
    return RunWords(report: report, target: "main", console: console).summary
  }

  private let copies = ["a.conflict-local-1", "b.conflict-local-2"].map {
    SyncPath(trusted: $0)
  }

  @Test func `a brake says that nothing was written where nothing was`() {
    #expect(summary { $0.brakes = [.rewound] } == "Stopped; nothing was written.")
    #expect(
      summary { $0.isAtomicRefused = true } == "Nothing was written, because of --atomic.")
  }

  @Test func `what was given back before a brake is told`() {
    #expect(
      summary {
        $0.brakes = [.rewound]
        $0.copies = [copies[0]]
      } == "Stopped; nothing was written, but 1 edit that an interrupted run had taken out of its "
        + "place was given back as a copy.")
    #expect(
      summary {
        $0.isAtomicRefused = true
        $0.copies = copies
      }
        == "Nothing was written, because of --atomic, but 2 edits that an interrupted run had taken "
        + "out of their places were given back as copies.")
  }

  private let failure = (
    path: SyncPath(trusted: "a"), reason: BlockReason.refused(code: "digest_mismatch")
  )

  @Test func `a run that did nothing says whether there was something to do`() {
    #expect(summary { _ in } == "Done: nothing to do (target main)")
    let item = Item(path: SyncPath(trusted: "a"), state: .conflict, conflict: .modifyModify)
    #expect(
      summary { $0.conflicts = [item] } == "Done: nothing; left: 1 conflict (target main)")
    #expect(
      summary { $0.untouched = [item] }
        == "Done: nothing; left: 1 changed the other way (target main)")
  }

  @Test func `a run in which all failed is not called done in part`() {
    #expect(
      summary { $0.failed = [failure] } == "Nothing was done; left: 1 failed (target main)")
    #expect(
      summary {
        $0.failed = [failure]
        $0.pulled = [SyncPath(trusted: "b")]
      } == "Done in part: 1 pulled; left: 1 failed (target main)")
  }
}
