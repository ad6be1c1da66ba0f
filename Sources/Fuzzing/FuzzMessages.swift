import HubProtocol

/// Every message of the wire from any bytes: refused, or the same again from its own words.
func fuzzMessages(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let kind = Int(input.byte()) % (checks.count + 2)
  let body = input.remainder()
  if kind < checks.count { return try checks[kind](body) }
  if kind == checks.count { return try checkFeed(body) }
  for meaning in [DigestList.Meaning.asked, .missing] {
    guard let list = try? DigestList.decode(body, as: meaning, atMost: 100) else { continue }
    try promise(list.digests.count <= 100, "more digests than allowed")
    try promise(
      try DigestList.decode(list.json(meaning), as: meaning) == list, "another list")
  }
}

private let checks: [@Sendable ([UInt8]) throws -> Void] = [
  check(ProjectInfo.self), check(ProjectList.self), check(ProjectName.self),
  check(CommitRequest.Item.self), check(FeedEntry.self), check(HistoryEntry.self),
  check(HistoryEntry.Item.self), check(HistoryPage.self), check(HubInfo.self),
  check(HubInfo.Limits.self), check(CommitResponse.self), check(WhoAmI.self),
  check(TokenRequest.self), check(UploadState.self), check(StoredContents.self),
  check(FileDifference.self), check(FileVersions.self), check(TreePage.self),
  check(RestoreRequest.self), check(WireError.self),
]

private func check<Value: WireMessage & Equatable>(
  _ type: Value.Type
) -> @Sendable ([UInt8]) throws -> Void {
  { bytes in
    guard let value = try? Value.decode(bytes) else { return }
    let written = value.json
    guard let again = try? Value.decode(written) else {
      throw Broken(description: "\(type) does not read what it wrote: \(text(written))")
    }
    try promise(again == value, "\(type) is another when sent on: \(text(written))")
    try promise(again.json == written, "\(type) is written in two ways: \(text(written))")
  }
}

private func checkFeed(_ bytes: [UInt8]) throws {
  guard let feed = try? ChangesFeed.decode(bytes, maximumEntries: 50) else { return }
  try promise(feed.entries.count <= 50, "more entries than allowed")
  for (left, right) in zip(feed.entries, feed.entries.dropFirst()) {
    try promise(left.path < right.path, "a feed that is not sorted")
  }
  guard let again = try? ChangesFeed.decode(feed.json) else {
    throw Broken(description: "a feed does not read what it wrote: \(text(feed.json))")
  }
  try promise(again == feed, "a feed is another when sent on")
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
