"""Languages: which one an article is in, and how its words and sentences are cut by it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.article import text
from rules.article.language import detect
from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article

# Surrogates (Cs) as often as letters, signs and spaces.
HALVES = st.text(st.characters(categories=("Cs", "Lu", "Ll", "Po", "Zs")) | st.sampled_from("agents "), max_size=80)


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Council votes on a new bridge", "The vote was close, and the mayor was away.", "en"),
        ("Redada en una lavandería", "Los agentes se llevaron a cuatro mujeres.", "es"),
        ("Redada de ICE en Baltimore", "", "es"),
        ("Prefeito fala sobre a ponte", "A votação foi ontem, e o prefeito não estava.", "pt"),
        ("Le maire parle du pont", "Le vote a eu lieu hier soir.", "fr"),
        ("ICE", "", ""),
        ("", "", ""),
        ("1234 5678 9012 3456", "", ""),
    ])
def test_languages(title: str, body: str, expected: str) -> None:
    """Four are told apart; too little text is none."""
    assert expected == detect(title, body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("local", "locales"), ("ley", "leyes"), ("juez", "jueces"), ("detención", "detenciones"),
        ("cárcel", "cárceles"), ("agente", "agentes"), ("parte", "partes"), ("avance", "avances"), ("vez", "veces"),
        ("autobús", "autobuses"), ("interés", "intereses"), ("inglés", "ingleses"), ("mes", "meses"),
        ("país", "países"), ("redada", "redadas"), ("orden", "órdenes"), ("superficie", "superficies"),
        ("veto", "vetoes"), ("menú", "menús"), ("tribu", "tribus"), ("taxi", "taxis"), ("israelí", "israelíes"),
        ("city", "cities"), ("class", "classes"), ("office", "offices"), ("policy", "policies"), ("año", "años"),
        ("inmigracion", "INMIGRACIÓN"), ("comité", "comités"), ("alcalde", "alcaldes"),
    ])
def test_spanish_singular_and_plural_share_a_key(one: str, other: str) -> None:
    """In a Spanish article, that is; English words that it quotes fold as well."""
    assert text.spanish_key(one) == text.spanish_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ano", "año"), ("lunes", "luna"), ("ley", "leído"), ("juez", "juego"), ("menos", "meno"),
                       ("used", "use"), ("crisis", "crisi")])
def test_different_spanish_words_keep_different_keys(one: str, other: str) -> None:
    """Nothing is stemmed, and ñ is a letter of its own."""
    assert text.spanish_key(one) != text.spanish_key(other)


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("juez", "Los jueces locales lo niegan."), ("jueces", "El juez lo niega."),
        ('"ley local"', "Las leyes locales cambian."), ("leyes*", "Las leyes cambian."),
        ("deten*", "Hubo detenciones."), ("@judges NEAR/3 niegan", "Los jueces lo niegan."),
        ("sentence(ley AND juez)", "Las leyes de los jueces."), ('"sanctuary city"', "Las llamadas sanctuary cities."),
    ])
def test_rules_find_spanish_plurals(query: str, line: str) -> None:
    """Whatever the language of the rule: each of its words is looked up as the article's language folds it."""
    loaded = load_texts({"a.toml": f"[lists]\njudges = ['juez']\n[[rule]]\nid = 'a'\nquery = '''{query}'''"})
    engine = Engine(loaded)

    assert engine.match(Article("Noticias", line, language="es"))
    assert not engine.match(Article("Noticias", "Nada de nada.", language="es"))


def test_a_spanish_prefix_holds_to_its_letters() -> None:
    """Keys have lost final letters, prefixes have not."""
    engine = Engine(load_texts({"a.toml": "[[rule]]\nid = 'a'\nquery = 'leyes*'"}))
    assert not engine.match(Article("Noticias", "La ley y la leyenda.", language="es"))


def test_spanish_capitals_still_count() -> None:
    """ICE stays ICE in a Spanish text, and hielo has nothing to do with it."""
    engine = Engine(load_texts({"a.toml": "[[rule]]\nid = 'a'\nquery = 'ICE'"}))

    assert engine.match(Article("Redadas de ICE en la ciudad", "", language="es"))
    assert not engine.match(Article("La palabra ice en inglés", "", language="es"))


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("es", ["Dijo que no. ", "María salió."]),
        ("es", ["La Sra. Díaz llegó. ", "Nadie la vio."]),
        ("es", ["Volvió de EE. UU. ", "La familia lo esperaba."]),
        ("es", ["Ud. Pérez vive en la calle núm. 12 de aquí. ", "¿Quién llamó? ", "¡Nadie! ", "Todos duermen."]),
        ("es", ["La Dña. Ana y los Hnos. Ruiz vieron a las Sras. Paz y al Tte. Cnel. Gil. ", "Luego nada."]),
        ("es", ["Según el art. 5, en la pág. 7 del cap. 3, hay aprox. 50. ", "Fin."]),
        ("es", ["La Cía. Minera, el Gral. Soto, la Lic. Mora, el Pte. Petro y la Av. Juárez. ", "Fin."]),
        ("es", ["Las FF. AA. Mexicanas, de Ft. Meade y St. Paul, con el cap. Ruiz. ", "La tropa salió."]),
        ("es", ["Compró pan, leche, etc. ", "Luego salió."]),
        ("es", ["Estudió arte y lic. Ramos lo sabe. ", "Fin."]),
        ("en", ["He asked for No. 5 in line. ", "It came."]),
        ("en", ["She said no. ", "Mary left."]),
        ("en", ["He loves art. ", "Mary paints."]),
        ("en", ["The Sra. Lopez of St. Paul, Minn., spoke. ", "He left."]),
        ("en", ["He was ill. ", "Mary was not."]),
    ])
def test_sentences_by_language(language: str, sentences: list[str]) -> None:
    """The abbreviations of one language do not bind the other."""
    joined = "".join(sentences)
    starts = [*text.sentence_starts(joined, language), len(joined)]

    assert sentences == [joined[low:high] for low, high in pairwise(starts)]


@pytest.mark.parametrize(
    ("phrase", "language"),
    [("Ft. Meade", "en"), ("Mt. Airy", "en"), ("Cpl. Smith", "en"), ("Ofc. Smith", "en"), ("Atty. Gen.", "en"),
     ("J. D. Vance", "en"), ("Dña. Ana", "es"), ("núm. 12", "es"), ("EE. UU.", "es"), ("Ft. Meade", "es")])
def test_a_phrase_with_an_abbreviation_finds_itself(phrase: str, language: str) -> None:
    """Its full stops end no sentence, and no phrase crosses the end of one."""
    engine = Engine(load_texts({"a.toml": f"[[rule]]\nid = 'a'\nquery = '\"{phrase}\"'"}))

    assert engine.match(Article("", f"Before that {phrase} was named.", language=language))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(HALVES, HALVES, st.sampled_from(["", "en", "es"]))
@example("Half a sign", "The agents came to the plant \ud83d.", "")
@example("Half a sign \udc00", "", "")
def test_half_a_sign_stops_nothing(title: str, body: str, language: str) -> None:
    """Any string is read, also one with the half of a surrogate pair, which no encoding can write."""
    engine = Engine(load_texts({"a.toml": "[[rule]]\nid = 'a'\nquery = 'agent OR title:sign OR place:ohio'"}))
    article = Article(title, body, outlet=title, url=body, section=title, language=language)

    matches = engine.match(article)
    explained = engine.explain("a", article)
    assert bool(matches) == (explained.match is not None)
    assert explained.to_text()


def test_half_a_sign_changes_no_language() -> None:
    """It is told by the rest."""
    assert "es" == detect("Redada en una lavandería \ud83d", "Los agentes se llevaron a cuatro mujeres \udc00.")


def test_the_language_of_the_feed_is_not_asked_again() -> None:
    """An article that says its language is believed."""
    engine = Engine(load_texts({"a.toml": "[[rule]]\nid = 'a'\nquery = 'juez'"}))
    english = Article("Los jueces de la corte lo niegan", "", language="en")

    assert not engine.match(english)
    assert engine.match(Article(english.title, ""))
