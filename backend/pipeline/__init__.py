"""The science: a slide goes in, findings come out; no database, no broker, no web.

`tissue` → `roi` → `stain` → `patches` → `segmentation` → `lesions` → `lymphocytes`, joined by `analyse`.
"""
