import Platform
import TestSupport

/// A disk in memory, with what its device holds and what only its cache does.
///
/// Every change is an effect that happens at once for whoever looks, and reaches the device with
/// the next barrier, or in part when the power is cut. Safe from any thread.
package final class SimulatedDisk: Sendable {
  struct State: Sendable {
    /// What everybody sees.
    var live = InodeTable()
    /// What is on the device for certain.
    var durable = InodeTable()
    /// What happened since, in order.
    var pending: [Effect] = []
    var time: Int64
    var next: UInt64 = 2
    var locked: Set<UInt64> = []
    /// Bytes that may still be written; nothing means enough.
    var room: Int?
  }

  /// What kind of file system it is.
  package let traits: DiskTraits
  let state: Locked<State>
  static let root: UInt64 = 1

  /// Makes an empty disk.
  package init(traits: DiskTraits, time: Int64) {
    self.traits = traits
    var state = State(time: time)
    var root = Inode(.directory, mode: 0o755, time: time, isForeign: false)
    root.links = 1
    state.live.inodes[SimulatedDisk.root] = root
    state.durable = state.live
    self.state = Locked(state)
  }

  /// Lets time pass on the disk's own clock.
  package func advance(nanoseconds: Int64) { state.withLock { $0.time += nanoseconds } }

  /// The time as file times show it.
  package var fileTime: Int64 { state.withLock { fileTime($0) } }

  func fileTime(_ state: State) -> Int64 { state.time / traits.clockStep * traits.clockStep }

  /// Brings everything to the device.
  package func settle() {
    state.withLock { state in
      state.durable = state.live
      state.pending.removeAll()
    }
  }

  /// Brings one file and all names to the device.
  func settle(file: UInt64?) {
    state.withLock { state in
      var rest: [Effect] = []
      for effect in state.pending {
        if let written = effect.written, written != file {
          rest.append(effect)
        } else {
          state.durable.apply(effect)
        }
      }
      state.pending = rest
    }
  }

  /// How many effects a power cut could lose.
  package var unsettled: Int { state.withLock { $0.pending.count } }

  /// Cuts the power: of what was not on the device, chance decides what reached it.
  ///
  /// Names and modes reach it in their order, up to some point; bytes in any order, some of them
  /// in part, some as zeros. Answers how many effects were lost.
  func cutPower(using random: inout SeededGenerator) -> Int {
    state.withLock { state in
      let last = random.oneIn(3) ? 0 : Int(random.next() % UInt64(state.pending.count + 1))
      var lost = 0
      for (index, effect) in state.pending.enumerated() {
        guard effect.written != nil else {
          if index < last { state.durable.apply(effect) } else { lost += 1 }
          continue
        }
        switch random.next() % 4 {
        case 0: lost += 1
        case 1:
          lost += 1
          if let torn = SimulatedDisk.torn(effect, using: &random) { state.durable.apply(torn) }
        default: state.durable.apply(effect)
        }
      }
      state.live = state.durable
      state.pending.removeAll()
      state.locked.removeAll()
      return lost
    }
  }

  private static func torn(_ effect: Effect, using random: inout SeededGenerator) -> Effect? {
    guard case .write(let inode, let offset, let bytes)? = effect.parts.first, bytes.count > 1
    else { return nil }
    let count = 1 + Int(random.next() % UInt64(bytes.count - 1))
    let part =
      random.oneIn(2)
      ? Array(bytes[..<count]) : bytes[..<count] + [UInt8](repeating: 0, count: bytes.count - count)
    return Effect(
      parts: [.write(inode, offset: offset, part)] + effect.parts.dropFirst(2), time: effect.time)
  }

  /// Ends the locks of a process that died.
  func releaseLocks() { state.withLock { $0.locked.removeAll() } }

  /// Sets how many bytes may still be written.
  package func setRoom(_ room: Int?) { state.withLock { $0.room = room } }
}
