// examiner 01.1 01.2: runs the student's answers to exercises, and says what they give.
//
// An answer may crash, or never end: `qat` builds this program and runs it confined. It is compiled anew for each
// student, so that all it does is elsewhere, in ExerciseKit.

import ExerciseKit

ExerciseKit.examine(StudentAnswer.all)
