"""Several studies compared as one: who is a contender on every data set, and who is best over all."""

from reports.suites.write import WrittenSuite as WrittenSuite
from reports.suites.write import write_suite as write_suite
