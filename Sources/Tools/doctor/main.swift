// doctor: says what is missing on this machine, and the command that mends it. It depends on no library, so that it
// builds where the rest does not; `qat doctor` says the same, and more, where the rest builds.

import EnvironmentCheck
import Platform

let (lines, isComplete) = EnvironmentCheck.report(on: EnvironmentCheck().requirements)
for line in lines { print(line) }
exit(isComplete ? 0 : 1)
