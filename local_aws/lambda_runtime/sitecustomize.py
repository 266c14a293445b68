"""What Lambda's Python runtime does before a function's code is loaded, and ministack's does not.

Python imports a module of this name at its start; the server puts this folder on the path of the functions' processes.
"""

import logging
import sys

# Lambda's runtime hangs a handler on the root logger, so that whatever a function logs reaches its log stream.
_handler = logging.StreamHandler(sys.stderr)
_handler.setFormatter(logging.Formatter("[%(levelname)s]\t%(asctime)s\t%(message)s"))
logging.root.addHandler(_handler)
