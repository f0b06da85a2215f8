# Prints what the death tests of this run have counted: ctest says nothing of a test that passed. A report is printed
# once, so a run of other tests prints none.
file(GLOB reports ${REPORTS}/report*.txt)
foreach(report IN LISTS reports)
  file(READ ${report} text)
  message("\n${text}")
  file(RENAME ${report} ${report}.printed)
endforeach()
