import Crypto
import HubProtocol
import SyncModel
import Zstd

/// Something in a data folder that is not as it must be.
package struct CheckFinding: Hashable, Sendable {
  /// The kinds of findings.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// SQLite finds the database file damaged.
    case database
    /// A pack is missing, shorter than confirmed, or a frame of it is not what its table says.
    case pack
    /// A content is not that of its digest, or not of its size.
    case content
    /// A tree, a history, a draft or a deployed version names a content that is not there.
    case missingContent = "missing_content"
    /// The tree's digest or number of entries is not what the project's row says.
    case treeDigest = "tree_digest"
    /// The tree is not what its history leads to, or a change does not follow the one before it.
    case history
  }

  package let kind: Kind
  /// The project's name, where it concerns one.
  package let project: String?
  /// The path, digest or file that it concerns.
  package let subject: String
}

extension HubStore {
  /// Looks at everything: hashes every content, follows every reference, sums every tree.
  ///
  /// Works beside a running hub: what is added meanwhile is not looked at.
  package func check() throws -> [CheckFinding] {
    var findings: [CheckFinding] = []
    try reading { connection in
      for problem in try connection.problems() {
        findings.append(CheckFinding(kind: .database, project: nil, subject: problem))
      }
    }
    for project in try projects() {
      findings += try checkContents(of: project)
      findings += try checkReferences(of: project)
      findings += try checkTree(of: project)
      findings += try checkHistory(of: project)
    }
    return findings
  }

  /// Hashes every content by its row.
  private func checkContents(of project: HubProject) throws -> [CheckFinding] {
    var findings: [CheckFinding] = []
    func find(_ kind: CheckFinding.Kind, _ subject: String) {
      findings.append(CheckFinding(kind: kind, project: project.name, subject: subject))
    }
    for (pack, length) in try packLengths(of: project).sorted(by: { $0.key < $1.key }) {
      let path = folder.pack(project.id, pack)
      if try !StoreFiles.exists(path) || OpenFile(path, .read).size() < length
        || !holdsWhatItSays(pack, in: project)
      {
        find(.pack, "\(pack).pack")
      }
    }
    let places = try reading { connection in
      try connection.rows(
        """
        SELECT digest, size, pack, frame_offset, frame_length, raw_offset FROM objects
        WHERE project = ? ORDER BY pack, frame_offset
        """, .integer(project.number)
      ) { row in
        ObjectPlace(
          digest: try row.digest(0), size: UInt64(row.integer(1)), pack: row.integer(2),
          frameOffset: UInt64(row.integer(3)), frameLength: UInt64(row.integer(4)),
          rawOffset: UInt64(row.integer(5)))
      }
    }
    var reader = FrameReader(store: self, project: project)
    for place in places {
      let isRight: Bool
      if place.pack == 0 {
        isRight = isWholeLarge(place, in: project)
      } else {
        isRight = reader.holds(place)
      }
      if !isRight { find(.content, place.digest.description) }
    }
    return findings
  }

  /// Tells whether every frame of a pack is readable and its table tells the truth.
  ///
  /// The tables matter by themselves: a frame travels to clients with its table as it is.
  private func holdsWhatItSays(_ pack: Int64, in project: HubProject) -> Bool {
    let decompressor = ZstdDecompressor()
    do {
      try eachFrame(of: pack, in: project) { frame, _ in
        let contents = try frame.contents(decompressor)
        try contents.withUnsafeBytes { try frame.verify($0) }
      }
      return true
    } catch {
      return false
    }
  }

  private func isWholeLarge(_ place: ObjectPlace, in project: HubProject) -> Bool {
    do {
      let file = try OpenFile(folder.larges(project.id) + "/" + place.digest.hex, .read)
      return try file.size() == place.size
        && HubStore.digest(of: file, size: place.size) == place.digest
    } catch {
      return false
    }
  }

  /// Follows every digest that a tree, a history, a draft or a deployed version names.
  private func checkReferences(of project: HubProject) throws -> [CheckFinding] {
    try reading { connection in
      var findings: [CheckFinding] = []
      for table in [
        "SELECT path, node FROM tree WHERE project = ?1",
        "SELECT path, after FROM changes WHERE project = ?1 AND after IS NOT NULL",
        "SELECT path, node FROM current WHERE project = ?1 AND node IS NOT NULL",
      ] {
        try connection.each(table, .integer(project.number)) { row in
          guard let file = try row.node(1)?.file else { return }
          let found = try place(of: file.digest, in: project, connection)
          if let found, found.size == file.size { return }
          if try found == nil && isPurged(file.digest, in: project, connection) { return }
          findings.append(
            CheckFinding(
              kind: .missingContent, project: project.name,
              subject: "\(row.path(0)) \(file.digest)"))
        }
      }
      for draft in try connection.rows(
        "SELECT path, digest FROM drafts WHERE project = ?", .integer(project.number),
        map: { ($0.path(0), try $0.digest(1)) })
      where try place(of: draft.1, in: project, connection) == nil {
        findings.append(
          CheckFinding(
            kind: .missingContent, project: project.name, subject: "\(draft.0) \(draft.1)"))
      }
      return findings
    }
  }

  /// Sums the tree again, and compares it with its history.
  private func checkTree(of project: HubProject) throws -> [CheckFinding] {
    try reading { connection in
      let head = try refreshed(project, connection)
      var findings: [CheckFinding] = []
      var digest = TreeDigest()
      var entries: Int64 = 0
      try connection.each(
        "SELECT path, node FROM tree WHERE project = ?", .integer(project.number)
      ) { row in
        let path = row.path(0)
        guard let node = try row.node(1) else { return }
        digest.add(path, node)
        entries += 1
        let last = try version(of: path, at: head.revision, in: head, connection)
        if last?.node != node {
          findings.append(
            CheckFinding(kind: .history, project: head.name, subject: path.key))
        }
      }
      let last = try connection.first(
        "SELECT tree_digest FROM revisions WHERE project = ? AND revision = ?",
        .integer(head.number), .integer(head.revision)
      ) { try $0.treeDigest(0) }
      let isRecorded = head.revision == 0 ? last == nil : last == head.treeDigest
      if digest != head.treeDigest || entries != head.entries || !isRecorded {
        findings.append(
          CheckFinding(kind: .treeDigest, project: head.name, subject: "revision \(head.revision)"))
      }
      return findings
    }
  }
}

/// Reads contents that come in the order of their frames, each frame once.
private struct FrameReader {
  let store: HubStore
  let project: HubProject
  private let decompressor = ZstdDecompressor()
  private var file: (pack: Int64, file: OpenFile)?
  private var frame: (pack: Int64, offset: UInt64, contents: [UInt8])?

  init(store: HubStore, project: HubProject) {
    self.store = store
    self.project = project
  }

  /// Tells whether the bytes at a place are those of its digest.
  mutating func holds(_ place: ObjectPlace) -> Bool {
    do {
      let contents = try contents(at: place)
      let end = place.rawOffset + place.size
      guard end <= UInt64(contents.count) else { return false }
      return contents.withUnsafeBytes { bytes in
        SHA256.hash(UnsafeRawBufferPointer(rebasing: bytes[Int(place.rawOffset)..<Int(end)]))
      } == place.digest
    } catch {
      return false
    }
  }

  private mutating func contents(at place: ObjectPlace) throws -> [UInt8] {
    if let frame, frame.pack == place.pack, frame.offset == place.frameOffset {
      return frame.contents
    }
    frame = nil
    let open: OpenFile
    if let file, file.pack == place.pack {
      open = file.file
    } else {
      open = try OpenFile(store.folder.pack(project.id, place.pack), .read)
      file = (place.pack, open)
    }
    let contents = try HubStore.frame(at: place, in: open).contents(decompressor)
    frame = (place.pack, place.frameOffset, contents)
    return contents
  }
}
