import ExerciseKit

let further1101 = pairs(
  of: Equalizing.edits, from: Equalizing(),
  without: [
    ["rows-of-the-first", "columns-of-the-second", "tables-exchanged", "one-for-all"],
    ["sign-counted", "width-for-magnitude", "typical-for-largest", "smallest magnitude"],
    ["upside-down", "root-forgotten", "range-for-factor", "half-for-root", "first-alone", "difference"],
  ]
) { $0.observed }

let further1102 = pairs(
  of: Correcting.edits, from: Correcting(),
  without: [
    ["inputs-forgotten", "weights-moved-backwards", "output-taken-away", "halves the inputs"],
    [
      "sum-for-mean", "divided-by-all", "divided-by-weights", "first-input-alone", "last-input-alone",
      "magnitudes",
      "squares", "largest error",
    ],
    ["sign-turned", "correction-for-bias", "bias times mean"],
    // Without inputs every error is the same, and the mean of one is that of all.
    ["inputs-forgotten", "first-input-alone", "last-input-alone"],
  ]
) { $0.observed }

let further1103 = pairs(
  of: Deciding.edits, from: Deciding(),
  without: [
    [
      "towards-zero", "nearest-first", "begins-above", "fraction-kept", "scale-forgotten", "scale-multiplied",
      "one lower",
    ],
    [
      "not-stretched", "h-unlimited", "one-point-one", "not-shifted", "decided-at-once", "upside-down",
      "always up",
    ],
    ["codes-unlimited", "clipped-too-early", "clipped at 0"],
  ]
) { $0.observed }
