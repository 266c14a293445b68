"""The app that is deployed to AWS: `cdk deploy`."""

from pathlib import Path

from aws_cdk import App
from shop_search import ShopSearch

app = App()
ShopSearch(app, "ShopSearch", domain_name="shop-search", dictionary=Path(__file__).parent / "synonyms.txt")
app.synth()
