import CSystem

/// A thread of the operating system.
package enum NativeThread {
  /// Starts a thread that ends with its body; nobody waits for it.
  package static func start(_ body: @escaping @Sendable () -> Void) throws(Errno) {
    let box = Unmanaged.passRetained(ThreadBody(body))
    let result = cs_start_thread({ runThreadBody($0) }, box.toOpaque())
    if result != 0 {
      box.release()
      throw Errno(rawValue: result)
    }
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let box { Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run() }
  return nil
}
