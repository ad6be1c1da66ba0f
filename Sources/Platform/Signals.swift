import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The signals that end a program, taken as values instead of in a handler.
package enum Signals {
  /// A wish of somebody outside that the program ends.
  package enum Ending: Int32, Sendable {
    /// Ctrl-C on the terminal.
    case interrupt = 2
    /// The polite request of `kill` and of service managers.
    case terminate = 15
    /// The terminal went away.
    case hangUp = 1
  }

  /// Writing to a closed pipe fails with ``Errno/brokenPipe`` from now on, and ends nothing.
  package static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Calls a closure on a thread of its own for every ending signal from now on.
  ///
  /// To be called once, at the start of the program and before any other thread, because threads
  /// inherit which signals are held back.
  package static func observe(
    _ endings: [Ending] = [.interrupt, .terminate, .hangUp],
    _ body: @escaping @Sendable (Ending) -> Void
  ) throws(Errno) {
    var signals = sigset_t()
    sigemptyset(&signals)
    // What is ignored, as by nohup, must stay so: a signal that is held back would come all the same.
    for ending in endings where cs_is_ignored(ending.rawValue) == 0 {
      sigaddset(&signals, ending.rawValue)
    }
    let result = pthread_sigmask(SIG_BLOCK, &signals, nil)
    if result != 0 { throw Errno(rawValue: result) }
    let waited = signals
    try NativeThread.start {
      while true {
        var number: Int32 = 0
        guard withUnsafePointer(to: waited, { sigwait($0, &number) }) == 0 else { continue }
        if let ending = Ending(rawValue: number) { body(ending) }
      }
    }
  }
}
