import Foundation

/// Lets this thread take Ctrl-C and the signal of a file too large, as the main thread of a program does: by
/// default, whatever the shell that started the tests said.
///
/// Tests run on threads that block them.
public func takeSignals() {
  var taken = sigset_t()
  sigemptyset(&taken)
  for number in [SIGINT, SIGXFSZ] {
    signal(number, SIG_DFL)
    sigaddset(&taken, number)
  }
  pthread_sigmask(SIG_UNBLOCK, &taken, nil)
}
