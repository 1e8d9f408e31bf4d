"""What stands where on a page → text, for PDF and for recognised pictures alike.

``lines`` are pieces of text with boxes, ``page`` holds those of one page. ``furniture`` takes away page numbers and
running headers, ``columns`` finds the order of reading, ``grids`` the cells of ruled tables, ``paragraphs`` joins lines,
``flow`` writes all of it. Nothing here knows what a PDF or a picture is.
"""
