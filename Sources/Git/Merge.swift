import CGit2

/// The result of merging two changed texts.
package struct MergeOutcome: Sendable, Equatable {
  /// Whether the sides' changes touch different places, so that there are no markers.
  package let isClean: Bool
  /// The merged text, with git's markers around what both sides changed.
  package let bytes: [UInt8]

  /// Creates an outcome.
  package init(isClean: Bool, bytes: [UInt8]) {
    self.isClean = isClean
    self.bytes = bytes
  }
}

/// Three-way merges of texts in memory.
package enum Merge {
  /// What the markers say after their signs.
  package struct Labels: Sendable, Equatable {
    package var base: String
    package var local: String
    package var remote: String

    /// Creates labels; a line break in one is shown as a space.
    package init(base: String = "base", local: String = "local", remote: String = "remote") {
      self.base = base
      self.local = local
      self.remote = remote
    }
  }

  /// How a conflict is marked.
  package enum Style: Sendable {
    /// Local and remote only.
    case merge
    /// Local, base and remote.
    case diff3
  }

  /// Merges the changes from base to local with those from base to remote.
  ///
  /// `markerSize` is the number of signs in a marker, for texts that hold markers themselves.
  /// Throws for a side that is binary or too large, since a marker would break it.
  package static func threeWay(
    base: [UInt8], local: [UInt8], remote: [UInt8], labels: Labels = Labels(),
    style: Style = .diff3, markerSize: Int = 7
  ) throws(GitError) -> MergeOutcome {
    try Git.prepare(base, local, remote)
    var result = git_merge_file_result()
    defer { git_merge_file_result_free(&result) }
    let status = merge(base, local, remote, labels, style, markerSize, into: &result)
    guard status == 0 else { throw GitError(.library(status)) }
    let bytes = UnsafeRawBufferPointer(start: result.ptr, count: result.len)
    return MergeOutcome(isClean: result.automergeable != 0, bytes: Array(bytes))
  }

  private static func merge(
    _ base: [UInt8], _ local: [UInt8], _ remote: [UInt8], _ labels: Labels, _ style: Style,
    _ markerSize: Int, into result: inout git_merge_file_result
  ) -> Int32 {
    oneLine(labels.base).withCString { baseLabel in
      oneLine(labels.local).withCString { localLabel in
        oneLine(labels.remote).withCString { remoteLabel in
          var options = syncline_git_merge_file_options()
          options.ancestor_label = baseLabel
          options.our_label = localLabel
          options.their_label = remoteLabel
          options.marker_size = UInt16(clamping: max(markerSize, 1))
          switch style {
          case .merge: options.flags = GIT_MERGE_FILE_STYLE_MERGE.rawValue
          case .diff3: options.flags = GIT_MERGE_FILE_STYLE_DIFF3.rawValue
          }
          return base.withUnsafeBytes { base in
            local.withUnsafeBytes { local in
              remote.withUnsafeBytes { remote in
                var ancestor = syncline_git_merge_file_input(base.baseAddress, base.count)
                var ours = syncline_git_merge_file_input(local.baseAddress, local.count)
                var theirs = syncline_git_merge_file_input(remote.baseAddress, remote.count)
                return git_merge_file(&result, &ancestor, &ours, &theirs, &options)
              }
            }
          }
        }
      }
    }
  }
}

/// A label without anything that would end its line.
private func oneLine(_ label: String) -> String {
  String(String.UnicodeScalarView(label.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
}
