import HubProtocol
import SyncModel

/// The most that a fuzzed commit may hold.
private let most = (changes: 16, inline: 256)

/// A commit's body: what is read keeps its limits, and is read again from its own words.
func fuzzCommits(_ bytes: [UInt8]) throws {
  let commit: CommitRequest
  do throws(MessageError) {
    commit = try decode(bytes)
  } catch {
    try promise(!"\(error)".isEmpty, "an error without words")
    return
  }
  try promise(commit.changes.count <= most.changes, "more changes than allowed")
  let inline = commit.changes.reduce(0) { $0 + ($1.content?.count ?? 0) }
  try promise(inline <= most.inline, "more content than allowed")
  try promise(Set(commit.changes.map(\.path)).count == commit.changes.count, "a path twice")
  for item in commit.changes {
    _ = try SyncPath(validating: item.path.key)
    if let content = item.content {
      try promise(UInt64(content.count) == item.new?.file?.size, "content of another length")
    }
  }
  do throws(MessageError) {
    let again = try decode(commit.json)
    if again != commit || again.changesDigest != commit.changesDigest { throw .incomplete }
  } catch {
    throw Broken(description: "a commit that is another when sent on: \(error)")
  }
  var shuffled = commit
  shuffled.changes.reverse()
  try promise(shuffled.changesDigest == commit.changesDigest, "the order counts in the digest")
}

private func decode(_ bytes: [UInt8]) throws(MessageError) -> CommitRequest {
  try CommitRequest.decode(bytes, maximumChanges: most.changes, maximumInline: most.inline)
}
