from lms.core.text import language_of, pick


def test_the_language_asked_for_comes_first():
    assert pick({"en": "peak", "fr": "pic", "pt": "pico"}, "fr") == "pic"


def test_a_region_falls_back_to_its_language_and_back():
    assert pick({"en": "peak", "pt": "pico"}, "pt-BR") == "pico"
    assert pick({"en": "peak", "pt-PT": "pico"}, "pt-BR") == "pico"


def test_the_nearest_language_is_english_then_french_then_portuguese_then_any():
    assert pick({"pt": "pico", "fr": "pic", "en": "peak"}, "ar") == "peak"
    assert pick({"pt": "pico", "fr": "pic"}, "ar") == "pic"
    assert pick({"pt": "pico", "es": "cima"}, "ar") == "pico"
    assert pick({"es": "cima", "it": "cima!"}, "ar") == "cima"


def test_an_empty_sentence_is_as_good_as_none():
    assert pick({"fr": "", "en": "peak"}, "fr") == "peak"
    assert pick({}, "fr") == ""


def test_the_language_found_is_told_so_that_a_page_can_mark_it():
    assert language_of({"en": "peak"}, "fr") == "en"
    assert language_of({}, "fr") == ""
