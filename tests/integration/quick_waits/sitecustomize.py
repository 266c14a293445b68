"""The AWS CLI looks every 5 to 30 seconds whether a stack is ready. The local AWS is faster, and so is it here."""

import time

_sleep = time.sleep
time.sleep = lambda seconds: _sleep(min(float(seconds), 0.5))
