"""The exit codes of the command, for pipelines."""

NOTHING_TO_REPORT = 0
SOMETHING_FOUND = 1
ERROR = 2  # as argparse has it for wrong arguments
