import Foundation

/// Lets this thread receive Ctrl-C and the signal of a file too large, as the main thread of a program does.
///
/// Their actions become the default ones, whatever the shell that started the tests had set; tests run on threads
/// that block both signals.
public func takeSignals() {
  var taken = sigset_t()
  sigemptyset(&taken)
  for number in [SIGINT, SIGXFSZ] {
    signal(number, SIG_DFL)
    sigaddset(&taken, number)
  }
  pthread_sigmask(SIG_UNBLOCK, &taken, nil)
}
