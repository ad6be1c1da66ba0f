import CGit2

/// Differences of texts in memory.
package enum Diff {
  /// Compares two texts line by line; a nil name means that the side does not exist.
  ///
  /// `context` is the number of equal lines around a change. Throws for a side that is binary or
  /// too large.
  package static func unified(
    old: [UInt8], new: [UInt8], oldName: String?, newName: String?, context: Int = 3
  ) throws(GitError) -> UnifiedDiff {
    try Git.prepare(old, new)
    var options = syncline_git_diff_options()
    options.context_lines = UInt32(clamping: max(context, 0))
    options.interhunk_lines = 0
    options.flags = GIT_DIFF_FORCE_TEXT.rawValue | GIT_DIFF_INDENT_HEURISTIC.rawValue
    // The lines of the patch point into these bytes, so everything is copied out before they go.
    let result: Result<[UnifiedDiff.Hunk], GitError> = old.withUnsafeBytes { old in
      new.withUnsafeBytes { new in
        var patch: OpaquePointer?
        let status = git_patch_from_buffers(
          &patch, old.baseAddress, old.count, "file", new.baseAddress, new.count, "file", &options)
        defer { git_patch_free(patch) }
        guard status == 0 else { return .failure(GitError(.library(status))) }
        // No patch at all is how equal texts are reported.
        guard let patch else { return .success([]) }
        return hunks(of: patch)
      }
    }
    return UnifiedDiff(oldName: oldName, newName: newName, hunks: try result.get())
  }

  private static func hunks(of patch: OpaquePointer) -> Result<[UnifiedDiff.Hunk], GitError> {
    var hunks: [UnifiedDiff.Hunk] = []
    for index in 0..<git_patch_num_hunks(patch) {
      var hunk: UnsafePointer<git_diff_hunk>?
      var count = 0
      let status = git_patch_get_hunk(&hunk, &count, patch, index)
      guard status == 0, let hunk = hunk?.pointee else {
        return .failure(GitError(.library(status)))
      }
      var lines: [UnifiedDiff.Line] = []
      lines.reserveCapacity(count)
      for number in 0..<count {
        var line: UnsafePointer<git_diff_line>?
        let status = git_patch_get_line_in_hunk(&line, patch, index, number)
        guard status == 0, let line = line?.pointee else {
          return .failure(GitError(.library(status)))
        }
        // What is no line of either side is the note about a missing line feed.
        guard let origin = UnifiedDiff.Line.Origin(rawValue: UInt8(bitPattern: line.origin)) else {
          continue
        }
        lines.append(copy(line, origin))
      }
      hunks.append(
        UnifiedDiff.Hunk(
          oldStart: Int(hunk.old_start), oldCount: Int(hunk.old_lines),
          newStart: Int(hunk.new_start), newCount: Int(hunk.new_lines), lines: lines))
    }
    return .success(hunks)
  }

  private static func copy(
    _ line: git_diff_line, _ origin: UnifiedDiff.Line.Origin
  ) -> UnifiedDiff.Line {
    UnifiedDiff.Line(
      origin: origin,
      bytes: Array(UnsafeRawBufferPointer(start: line.content, count: line.content_len)),
      oldNumber: line.old_lineno > 0 ? Int(line.old_lineno) : nil,
      newNumber: line.new_lineno > 0 ? Int(line.new_lineno) : nil)
  }
}
