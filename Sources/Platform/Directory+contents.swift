extension File {
  /// Reads the whole of a file that was just opened.
  ///
  /// Fails with ``Errno/fileTooLarge`` when there is more than the limit, in bytes, and with
  /// ``Errno/inputOutput`` when the file ends before the size that its status tells: an end that
  /// comes too early would make other rules or settings of what is left.
  package func readToEnd(limit: Int = .max) throws(Errno) -> [UInt8] {
    let announced = Int(clamping: try status().size)
    var bytes = [UInt8](repeating: 0, count: min(announced, limit) + 1)
    var count = 0
    while true {
      if count == bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: max(count, 4096)))
      }
      let start = count
      var read = 0
      var failure: Errno?
      bytes.withUnsafeMutableBytes { buffer in
        do throws(Errno) {
          read = try self.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
        } catch { failure = error }
      }
      if let failure { throw failure }
      if read == 0 { break }
      count += read
      if count > limit { throw .fileTooLarge }
    }
    if count < announced, count < Int(clamping: try status().size) { throw .inputOutput }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Writes all bytes.
  package func write(_ bytes: [UInt8]) throws(Errno) {
    var failure: Errno?
    bytes.withUnsafeBytes { buffer in
      do throws(Errno) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

extension Directory {
  /// Reads a whole file; more bytes than the limit fail with ``Errno/fileTooLarge``.
  package func readFile(_ name: some StringProtocol, limit: Int = .max) throws(Errno) -> [UInt8] {
    try openFile(name).readToEnd(limit: limit)
  }

  /// Puts a whole file in place at one instant, and on its device if wanted.
  ///
  /// A reader sees the old bytes or the new ones, never a part. A link at the name is replaced,
  /// not followed.
  package func replaceFile(
    _ name: String, with bytes: [UInt8], mode: UInt32, durably: Bool = true
  ) throws(Errno) {
    let temporary = name + ".new"
    do throws(Errno) { try removeFile(temporary) } catch {
      if error != .notFound { throw error }
    }
    do throws(Errno) {
      let file = try createFile(temporary, mode: mode)
      try file.write(bytes)
      if durably { try file.synchronize() }
      try rename(temporary, to: self, as: name, .replace)
    } catch {
      // What is left behind is removed on the way out; the first error is the one to tell.
      do throws(Errno) { try removeFile(temporary) } catch {}
      throw error
    }
    if durably { try synchronize() }
  }

  /// Lists the folder.
  package func list() throws(Errno) -> DirectoryListing {
    var listing = DirectoryListing()
    try list(into: &listing)
    return listing
  }
}
