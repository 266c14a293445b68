"""What is made from the sources: templates, schemas, the reference, and the files of a release.

It knows both sides, the construct library and the handler, and neither knows it.
"""
