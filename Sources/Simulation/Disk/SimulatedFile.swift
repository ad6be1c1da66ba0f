import Platform

/// An open file of a simulated disk; it stays what it is whatever becomes of its name.
final class SimulatedFile: File {
  private let disk: SimulatedDisk
  private let number: UInt64
  private let process: SimulatedProcess
  private let position = Locked(0)

  init(_ disk: SimulatedDisk, _ number: UInt64, _ process: SimulatedProcess) {
    self.disk = disk
    self.number = number
    self.process = process
  }

  func status() throws(Errno) -> FileStatus {
    try process.enter(.status, [])
    let found = try disk.state.withLock { (state) throws(Errno) in
      try self.disk.status(self.number, state)
    }
    try process.leave()
    return found
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try process.enter(.read, [])
    let bytes = disk.state.withLock { $0.live.inodes[number]?.bytes ?? [] }
    let count = position.withLock { position in
      let count = max(0, min(buffer.count, bytes.count - position))
      buffer.copyBytes(
        from: bytes[min(position, bytes.count)..<(min(position, bytes.count) + count)])
      position += count
      return count
    }
    try process.leave()
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    try process.enter(.write, [])
    let bytes = Array(bytes)
    let offset = position.withLock { position in
      defer { position += bytes.count }
      return position
    }
    try disk.state.withLock { (state) throws(Errno) in
      try self.disk.write(bytes, to: self.number, at: offset, &state)
    }
    try process.leave()
  }

  func seek(to offset: UInt64) throws(Errno) { position.withLock { $0 = Int(offset) } }

  func truncate(to size: UInt64) throws(Errno) {
    try process.enter(.write, [])
    disk.state.withLock { disk.perform([.resize(number, Int(size))], &$0) }
    try process.leave()
  }

  func setMode(_ mode: UInt32) throws(Errno) {
    try process.enter(.mode, [])
    disk.state.withLock { disk.perform([.mode(number, mode)], &$0) }
    try process.leave()
  }

  func synchronize() throws(Errno) {
    try process.enter(.barrier, [])
    disk.settle(file: number)
    try process.leave()
  }
}
