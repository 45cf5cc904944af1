"""The sections of a report, one module each: what they say, as plain JSON in codes and figures.

Page and PDF are both drawn from it (care/reports/pictures.py and care/reports/typesetting.py).
"""
