"""One byte of a study's files changed at random, many times: is the final table still the undisturbed one's?"""
