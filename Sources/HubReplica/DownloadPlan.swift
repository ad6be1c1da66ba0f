import HubProtocol
import Replica
import SyncModel

/// The contents to fetch, each digest once, and how they are spread over requests.
struct DownloadPlan: Sendable {
  /// Contents to fetch together, or one that is fetched alone.
  enum Job: Sendable {
    case pack(Range<Int>)
    case alone(Int)
  }

  /// The most raw bytes, and the most contents, that are asked for in one request.
  private static let most = (bytes: UInt64(8 << 20), contents: 4096)

  private var large: [WantedContent] = []
  private var small: [WantedContent] = []
  /// Further places of contents that several paths share.
  private var others: [Digest: [WantedContent]] = [:]
  /// The large ones take longest, so they start first.
  private(set) var jobs: [Job] = []

  init(_ wanted: some Sequence<WantedContent>) {
    let limit = UInt64(HubInfo.Limits().largeContent)
    var seen: Set<Digest> = []
    for content in wanted {
      if !seen.insert(content.digest).inserted {
        others[content.digest, default: []].append(content)
      } else if content.size > limit {
        large.append(content)
      } else {
        small.append(content)
      }
    }
    jobs = large.indices.map { .alone($0) }
    var first = 0
    var bytes: UInt64 = 0
    for (index, content) in small.enumerated() {
      if index > first,
        bytes + content.size > Self.most.bytes || index - first == Self.most.contents
      {
        jobs.append(.pack(first..<index))
        first = index
        bytes = 0
      }
      bytes += content.size
    }
    if first < small.count { jobs.append(.pack(first..<small.count)) }
  }

  /// The contents of a pack, each with all its places.
  func groups(_ range: Range<Int>) -> [[WantedContent]] {
    small[range].map { places(of: $0) }
  }

  /// A large content with all its places.
  func group(_ index: Int) -> [WantedContent] {
    places(of: large[index])
  }

  private func places(of content: WantedContent) -> [WantedContent] {
    [content] + (others[content.digest] ?? [])
  }
}
