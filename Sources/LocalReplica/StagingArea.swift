package import Platform
package import Replica
import SyncModel
import Synchronization

/// Verified contents that wait to be put in place, by digest.
///
/// Takes contents from a remote and gives them to the local folder. Sixteen folders share the
/// files, by the digest's first digit. Safe from any thread.
package final class StagingArea: ContentSink, ContentProvider {
  let folder: any Directory
  private let buckets: Locked<[(any Directory)?]>
  private let writing = Locked<Set<Digest>>([])
  private let counter = Atomic<Int>(0)
  private let multiples = Locked<[Digest: Int]>([:])
  /// The first words of the digests that a folder which began empty has come to hold; nothing for an
  /// earlier one, which is asked.
  ///
  /// What is not among them is not there; what is among them is looked for. Of 100,000 contents the
  /// whole digests took 6 MB more, at the peak of a clone.
  let held: Locked<Set<UInt64>?>
  private let completeness = Atomic<Bool>(false)
  private let adoption = Atomic<Bool>(false)

  /// Whether contents of an earlier run were taken over.
  package var hasAdopted: Bool { adoption.load(ordering: .relaxed) }
  func noteAdoption() {
    adoption.store(true, ordering: .relaxed)
    held.withLock { $0 = nil }
  }

  /// Whether everything is here that the run is going to put in place.
  package var isComplete: Bool {
    get { completeness.load(ordering: .relaxed) }
    set { completeness.store(newValue, ordering: .relaxed) }
  }

  /// Takes an empty or earlier staging folder into use.
  package init(folder: any Directory, isEmpty: Bool = false) {
    self.folder = folder
    held = Locked(isEmpty ? [] : nil)
    buckets = Locked(Array(repeating: nil, count: 16))
  }

  /// The folder that holds a content, and the content's name in it.
  func place(of digest: Digest) throws(Errno) -> FolderStack.Place {
    let index = Int(digest.words.0 >> 60)
    let bucket = try buckets.withLock { (buckets) throws(Errno) -> any Directory in
      if let bucket = buckets[index] { return bucket }
      let name = String(index, radix: 16)
      let bucket = try folder.openOrCreateDirectory(name, mode: 0o700)
      buckets[index] = bucket
      return bucket
    }
    return FolderStack.Place(folder: bucket, name: digest.hex)
  }

  /// How many copies of a content were made besides the content itself.
  func copies(of digest: Digest) -> Int {
    multiples.withLock { $0[digest] ?? 0 }
  }

  /// Remembers how many copies of a content there are.
  func note(copies count: Int, of digest: Digest) {
    multiples.withLock { $0[digest] = max($0[digest] ?? 0, count) }
  }

  /// A place for something of our own that is no content, such as a link.
  func freshPlace() -> FolderStack.Place {
    let number = counter.wrappingAdd(1, ordering: .relaxed).oldValue
    return FolderStack.Place(folder: folder, name: "new-\(number)")
  }

  /// Tells whether a content is here, whole and verified.
  func holds(_ digest: Digest, size: UInt64) throws(Errno) -> Bool {
    if held.withLock({ $0?.contains(digest.words.0) }) == false { return false }
    let place = try place(of: digest)
    return try place.folder.statusIfPresent(of: place.name)?.size == size
  }

  /// Forgets a content that is taken out.
  func noteTaken(_ digest: Digest) {
    held.withLock { _ = $0?.remove(digest.words.0) }
  }

  package func has(_ content: WantedContent) -> Bool {
    do { return try holds(content.digest, size: content.size) } catch { return false }
  }

  package func begin(_ content: WantedContent) throws -> any ContentWriter {
    let place = try place(of: content.digest)
    let isFirst = writing.withLock { $0.insert(content.digest).inserted }
    // Two transfers of one content at a time do not share a file; only the first can be resumed.
    let number = isFirst ? nil : counter.wrappingAdd(1, ordering: .relaxed).oldValue
    let suffix = number.map { ".\($0).part" } ?? ".part"
    do {
      return try StagingWriter(
        content, in: place, partName: place.name + suffix, mayResume: isFirst
      ) { [self] isWhole in
        if isWhole { held.withLock { _ = $0?.insert(content.digest.words.0) } }
        if isFirst { writing.withLock { _ = $0.remove(content.digest) } }
      }
    } catch {
      if isFirst { writing.withLock { _ = $0.remove(content.digest) } }
      throw error
    }
  }

  package func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    let place = try place(of: content.digest)
    do {
      return try FileReader(place.folder.openFile(place.name), for: content, from: offset)
    } catch let error as Errno where error == .notFound {
      throw ContentError.missing(content.path)
    }
  }
}
