import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed number of threads that run jobs in the order in which they came.
///
/// Handlers block on a database, so they must not run on Swift's shared pool.
final class WorkerPool: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var next = 0
    var isClosed = false

    mutating func take() -> (@Sendable () -> Void)? {
      guard next < jobs.count else { return nil }
      let job = jobs[next]
      next += 1
      if next == jobs.count {
        jobs.removeAll(keepingCapacity: true)
        next = 0
      } else if next > 1024 {
        jobs.removeFirst(next)
        next = 0
      }
      return job
    }
  }

  private let state = Monitor(State())

  /// Starts the threads, or returns nil where not even one can be started.
  init?(threads: Int) {
    var started = 0
    for _ in 0..<max(threads, 1) where startThread({ [state] in Self.work(state) }) {
      started += 1
    }
    if started == 0 { return nil }
  }

  /// Puts a job at the end of the queue; a closed pool drops it and returns false.
  func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    state.update { state in
      if state.isClosed { return false }
      state.jobs.append(job)
      return true
    }
  }

  /// Drops what waits and lets every thread end after the job that it runs; waits for none.
  func close() {
    state.update { state in
      state.isClosed = true
      state.jobs = []
      state.next = 0
    }
  }

  private static func work(_ state: Monitor<State>) {
    while let job = state.wait(for: { state -> (@Sendable () -> Void)?? in
      if let job = state.take() { return .some(job) }
      return state.isClosed ? .some(nil) : nil
    }) {
      job()
    }
  }
}

/// Starts a detached thread that takes no signals, or returns false.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 4 << 20)
  let box = Unmanaged.passRetained(ThreadBody(run: body))
  // A new thread inherits the mask, so signals meant for the process never land on it.
  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  #if canImport(Darwin)
    var thread: pthread_t?
    let status = pthread_create(&thread, &attributes, { runThread($0) }, box.toOpaque())
  #else
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, { runThread($0) }, box.toOpaque())
  #endif
  if status != 0 { box.release() }
  return status == 0
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
