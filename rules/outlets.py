"""Words that make a place name part of something else: a newspaper, a broadcaster, an office, a county.

"The Baltimore Sun" and "CBS Baltimore" say nothing about Baltimore. Over real pages, outlet names are by far the
commonest false mention of a place.
"""

from __future__ import annotations

import re

_AFTER_WORDS = """
sun post herald times tribune banner globe inquirer chronicle examiner gazette courier dispatch register journal
observer ledger bee constitution patch reader beacon monitor mirror telegraph statesman oregonian
fishbowl brew beat defender crusader independent mercury enquirer pilot sentinel record reporter
"""
AFTER = frozenset(_AFTER_WORDS.split())
# An outlet only together with a second word: "Daily News" is one, "Baltimore Daily" is not; "News" alone is a headline.
AFTER_PAIRS = frozenset((
    ("daily", "news"), ("daily", "record"), ("business", "journal"), ("city", "paper"), ("news", "network"),
    ("public", "radio"), ("public", "media"), ("daily", "voice"), ("free", "press"), ("star", "tribune"),
    ("new", "times"), ("sun", "times"), ("union", "tribune"), ("state", "journal"), ("morning", "news"),
    ("post", "gazette"), ("post", "dispatch"), ("press", "herald"), ("news", "press"), ("evening", "post"),
    ("public", "television"), ("jewish", "times"), ("post", "intelligencer"), ("post", "examiner"),
))
# "Baltimore Post Office" is no newspaper, nor is "Denver Record Store Day".
NOT_AFTER = frozenset(("office", "offices", "store", "exchange", "road", "street"))
_BEFORE_WORDS = """
cbs nbc abc fox pbs npr cnn cw axios univision telemundo wjz wbal wbff wmar wusa wtop wypr eater curbed patch chalkbeat
"""
BEFORE = frozenset(_BEFORE_WORDS.split())
CALL_SIGN = re.compile(r"(?:[WK][A-Z]{2,3}|(?:CBS|NBC|ABC|FOX|CW|Fox))-?\d{0,2}")
OFFICES = frozenset((("field", "office"), ("field", "division"), ("district", "office")))
COUNTY = frozenset(("county", "counties", "parish", "borough"))
