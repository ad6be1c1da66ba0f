import ProjectState
import SyncModel
import Testing

/// What `state.db` keeps of remotes without revisions.
@Suite struct ListingMemoryTests {
  private func file(_ path: String, modified: Int64 = 1) -> ListedFileRecord {
    ListedFileRecord(
      path: SyncPath(trusted: path), spelling: path == "é" ? "e\u{301}" : nil, listedSize: 7,
      modified: modified, verified: 9, finding: 1,
      content: (Digest(words: (1, 2, 3, UInt64(modified))), 7))
  }

  private func state() throws -> StateDatabase { try StateDatabase(path: "", mode: .inMemory) }

  @Test func `nothing is known of a project that was never listed`() throws {
    #expect(try state().listing(of: "p") == nil)
  }

  @Test func `a listing comes back as it was kept, each project's its own`() throws {
    let state = try state()
    let files = [file("a/b"), file("a"), file("é")].sorted { $0.path < $1.path }
    try state.keepListing(tag: "t", dialect: "d", files: files, of: "p")
    try state.keepListing(tag: nil, dialect: nil, files: [], of: "q")
    let found = try #require(try state.listing(of: "p"))
    #expect(found.tag == "t" && found.dialect == "d")
    #expect(found.files == files)
    #expect(try state.listing(of: "q")?.files.isEmpty == true)
  }

  @Test func `a later listing replaces the rows that differ, and drops what is gone`() throws {
    let state = try state()
    try state.keepListing(tag: "t", dialect: "d", files: [file("a"), file("b")], of: "p")
    let later = [file("b", modified: 2), file("c")]
    try state.keepListing(tag: nil, dialect: "d", files: later, of: "p")
    let found = try #require(try state.listing(of: "p"))
    #expect(found.tag == nil && found.files == later)
  }
}
