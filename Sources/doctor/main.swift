// doctor: says what is missing on this machine, and the command that mends it. It depends on no library, so that it
// builds where the rest does not; `qat doctor` says the same, and more, where the rest builds.

import Checkup

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

let (lines, isComplete) = Checkup.report(on: Checkup().equipment)
for line in lines { print(line) }
exit(isComplete ? 0 : 1)
