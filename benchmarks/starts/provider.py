"""The provider's function."""

from lambda_handler.index import handler

serve = handler

import first_call  # noqa: E402

serve(first_call.EVENT, first_call.Context())
