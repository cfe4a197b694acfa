// doctor: reports missing prerequisites, with the command that installs them. It depends on no library, so that it
// builds where the rest does not; where the rest builds, `qat doctor` reports the same and more.

import EnvironmentCheck
import Platform

let check = EnvironmentCheck()
let (lines, isComplete) = check.report(on: check.requirements)
for line in lines { print(line) }
exit(isComplete ? 0 : 1)
