"""Synthetic H&E slides of labial salivary gland whose truth is known.

`layout` lays out glands and other tissue, `anatomy` fills them, `infiltrates` adds lymphocytes, `artefacts` spoils the
glass; `scene` puts them together in micrometres; `render` draws any region of a scene; `writer` streams a slide and
its truth to disk.
"""
