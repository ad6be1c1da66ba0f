import Platform

/// The thread on which everything of one world runs, so that a seed repeats itself.
package enum Pools {
  @TaskLocal static var bound: BlockingPool?

  /// The pool of the world that is running.
  static var current: BlockingPool { bound ?? .shared }
}
