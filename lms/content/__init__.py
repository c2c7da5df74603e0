"""Reads, checks and writes courses/ and question_banks/: plain files in, plain values out.

strict_yaml.py    YAML in which every scalar is text, with the line of everything
front_matter.py   the header of a lesson file
markdown.py       a lesson's text as clean HTML and the blocks between
inline.py         the short texts of items
svg.py            which pictures are safe to show
banks.py          a folder of question_banks/
courses.py        a folder of courses/
library.py        all of them together
checks.py         everything that is wrong with them
fingerprints.py   what makes two versions the same
shapes.py         keys, their order and their layout
writer.py         the canonical form of every file
problems.py       what is wrong, where, and what to do
"""
