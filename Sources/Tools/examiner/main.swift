// examiner 01.1: runs the student's answer to an exercise, and says what it gives.
//
// The answer may crash, or never end: `qat` builds this program and runs it confined. It is compiled anew for each
// student, so that all it does is elsewhere, in ExerciseKit.

import ExerciseKit

ExerciseKit.examine(StudentAnswer.all)
