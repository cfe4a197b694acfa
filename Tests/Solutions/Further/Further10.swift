let further1001 = pairs(
  of: Unpacking.edits, from: Unpacking(),
  without: [
    ["high-half-first", "all-low-halves-first", "one-code-a-byte", "from the end", "three bits"],
    [
      "sign-forgotten", "offset-by-eight", "sign-and-size", "off-by-one-below-zero",
      "eight less below zero",
    ], ["one-code-a-byte", "empty-half-kept"],
  ]
) { $0.observed }

let further1002 = pairs(
  of: Walking.edits, from: Walking(),
  without: [
    ["sizes-not-skipped", "size-not-skipped"], ["one-byte-a-field", "four bytes a field"],
    ["first-scale-only", "last-scale-left-out", "reversed"],
    ["sizes-not-skipped", "field counted from the vtable"], ["size-not-skipped", "one-byte-a-field"],
    ["absence-overlooked", "the end of the vtable taken for an entry"],
  ]
) { $0.observed }

let further1003 = pairs(
  of: Refusing.edits, from: Refusing(),
  without: [
    [
      "outputs-overlooked", "weights-for-outputs", "outputs of 8 bits", "outputs below 8 bits",
      "outputs above 8 bits",
    ],
    ["convolutions-too", "one-scale-too", "eight-bits-too", "one scale alone"],
    ["softmax-overlooked", "every-scale-checked", "right softmax refused"],
  ]
) { $0.observed }
