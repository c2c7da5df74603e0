"""The client that inspects pages sees what is wrong with them."""

import pytest

from tests.fixtures.inspection import Page, faults

GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in</title>
<script type="module" src="/static/app.js"></script></head>
<body><a href="#main">Skip</a><main id="main"><h1>Sign in</h1><h2>With a password</h2>
<form method="post"><input type="hidden" name="csrf_token" value="t">
<label for="login">Login</label><input id="login" name="login" value="awa" aria-describedby="hint">
<p id="hint">Your staff number.</p>
<label><input type="checkbox" name="keep" value="1" checked> Keep</label>
<label for="zone">Zone</label><select id="zone" name="zone"><option>UTC</option></select>
<button type="submit" name="act" value="go">Go</button></form>
<img src="/static/a.png" alt=""></main></body></html>"""


def test_a_good_page_has_no_faults():
    assert faults(Page(GOOD)) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("</form>", "</form></div>", "HTML"),
        (' lang="en"', "", "language"),
        ("<title>Sign in</title>", "<title></title>", "<title>"),
        ("<h1>Sign in</h1>", "", "<h1>"),
        ("<h1>Sign in</h1>", "<h1>Sign in</h1><h1>Again</h1>", "<h1>"),
        ("h2>", "h4>", "level 4"),
        ('id="hint"', 'id="login"', "have the id"),
        ('id="hint"', "", "refers to 'hint'"),
        ('href="#main"', 'href="#top"', "leads to #top"),
        ('for="login"', 'for="zone"', "no label: login"),
        (">Skip<", "><", "<a> says nothing"),
        (' alt=""', "", "no alt"),
        (' method="post"', "", "says not where or how"),
        ("csrf_token", "token", "0 tokens"),
        ('button type="submit"', "button", "does not say its type"),
        ("<h1>", '<h1 style="color: red">', "inline style"),
        ("<h1>", '<h1 onclick="go()">', "inline onclick"),
        ("</main>", "</main><script>go()</script>", "inline <script>"),
        ('href="#main"', 'href="javascript:go()"', "a script in href"),
    ],
)
def test_each_fault_is_named(before, after, fault):
    assert before in GOOD
    found = faults(Page(GOOD.replace(before, after)))
    assert any(fault in one for one in found), found


def test_a_fragment_needs_no_title_but_labels_and_tokens():
    assert faults(Page("<p>Saved.</p>")) == []
    assert faults(Page('<form method="post" action="/save"><input name="answer"></form>'))


def test_a_form_is_sent_as_a_browser_would():
    form = Page(GOOD, "/sign-in").form("/sign-in")
    assert form.method == "post"
    assert form.fields == {"csrf_token": ["t"], "login": ["awa"], "keep": ["1"], "zone": ["UTC"]}


def test_words_are_read_as_people_read_them():
    page = Page(GOOD)
    assert page.heading == "Sign in"
    assert page.words.startswith("Skip Sign in With a password Login")
    assert page.links == {"Skip": "#main"}
