"""Synthetic H&E slides of labial salivary gland whose truth is known.

`layout` lays out glands and other tissue; `acini`, `anatomy` and `epithelium` fill them, `infiltrates` adds lymphocytes
and `look_alikes` what resembles them, `artefacts` spoils the glass, `staining` is the laboratory and the scanner;
`scene` puts all together in micrometres; `render` draws any region of a scene; `writer` streams a slide and its truth
to disk.
"""
