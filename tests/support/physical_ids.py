"""Physical ids that CloudFormation makes up itself."""

from __future__ import annotations

# It cancelled a Create, or got no response, and so has to name the resource somehow in its Delete.
INVENTED = "shop-Synonyms-1A2B3C4D5E6F"
