"""A procedure's text is read whole or refused with everything that is wrong with it."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from known_names import DELIVERY_TEXT, MODIFICATION_TEXT, delivery_known, edited, edited_step, modification_known
from rich.cells import cell_len
from rich.console import Console

from qdesk.procedure import Asked, Known, Problem, Procedure, ProcedureBroken, Reference, combinations, load
from qdesk.proof import prove_all
from qdesk.showing import check, problem_in_words, show, show_list
from qdesk.words import Words


def loaded(text: str = MODIFICATION_TEXT, chosen: Mapping[str, str] | None = None) -> Procedure:
    """The modification under these settings."""
    return load(text, "edited.toml", modification_known(), chosen)


def problems(text: str, known: Known | None = None, chosen: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """All that is wrong with a text."""
    with pytest.raises(ProcedureBroken) as refused:
        load(text, "edited.toml", known or modification_known(), chosen)
    assert refused.value.code == "procedure_broken"
    assert len(refused.value.because) == len(refused.value.problems)
    return refused.value.problems


def codes(text: str, known: Known | None = None) -> set[tuple[str, str]]:
    """Where and what is wrong."""
    return {(problem.step, problem.code.removeprefix("problem.")) for problem in problems(text, known)}


def test_the_application_has_six_copies_with_their_resting_places() -> None:
    application = loaded().forms["application"]
    assert [copy.rests for copy in application.copies] == [
        *("sales", "planning", "shop_dispatch"),
        *("finished_store", "finished_store", "shop_dispatch"),
    ]
    assert [copy.name for copy in application.copies][:2] == ["application.1", "application.2"]
    assert application.title.in_("zh") == "产品改型申请单"


def test_an_outcome_takes_over_what_its_step_says() -> None:
    passed = loaded().steps["inspect"].outcome("pass")
    assert passed.asks == (Asked("inspection_plan"), Asked("quantity_passed"))
    assert passed.rules == ("all_passed", "within_limits")
    assert passed.sends == {"application.5": "valve_shop", "application.6": "valve_shop"}
    assert Reference("inspect.fail", 2) in passed.unless


def test_a_step_without_outcomes_has_one_without_a_name() -> None:
    step = loaded().steps["draw"]
    assert [outcome.name for outcome in step.outcomes] == [""]
    assert step.outcomes[0].asks == (Asked("lots", optional=True),)
    assert (step.source, step.desk) == ("valve_shop", "finished_store")


def test_a_setting_switches_tables_and_single_names() -> None:
    supplement = loaded(chosen={"partial_pass": "supplement", "parts_form_signed": "keeper"})
    assert "supplement_to" in {column.name for column in supplement.forms["application"].fields}
    assert [outcome.name for outcome in supplement.steps["inspect"].outcomes] == ["pass", "part", "fail"]
    assert supplement.steps["draw_parts"].outcomes[0].signs == ("parts_keeper",)
    hold = loaded()
    assert "supplement_to" not in {column.name for column in hold.forms["application"].fields}
    assert [outcome.name for outcome in hold.steps["inspect"].outcomes] == ["pass", "fail"]


def test_a_copy_that_a_setting_removed_is_dropped_everywhere_in_silence() -> None:
    single = loaded(chosen={"parts_form_copies": "1"})
    assert single.steps["draw_parts"].copies == ("parts.1",)
    assert single.steps["file_parts_form"].outcomes[0].sends == {}


def test_the_other_copies_keep_their_numbers_when_a_setting_removes_one() -> None:
    edits = [
        ('{ rests = "parts_store", title', '{ rests = "parts_store", only_if = "parts_form_copies=2", title'),
        (', only_if = "parts_form_copies=2" },\n]\noptional', " },\n]\noptional"),
    ]
    single = loaded(edited(MODIFICATION_TEXT, *edits), {"parts_form_copies": "1"})
    assert [copy.name for copy in single.forms["parts"].copies] == ["parts.2"]


def test_two_copies_of_which_a_setting_leaves_one_may_have_the_same_number() -> None:
    either = '{ number = 2, rests = "planning", only_if = "parts_form_copies=1", title'
    last = 'only_if = "parts_form_copies=2" },'
    text = edited(MODIFICATION_TEXT, (last, f"{last}\n  {either} = {{ zh = '存', en = 'file' }} }},"))
    for number, desk in (("1", "planning"), ("2", "shop_dispatch")):
        copies = loaded(text, {"parts_form_copies": number}).forms["parts"].copies
        assert [(copy.name, copy.rests) for copy in copies] == [("parts.1", "parts_store"), ("parts.2", desk)]
    both = text.replace(either, '{ number = 2, rests = "planning", title')
    assert codes(both) == {("forms.parts", "copy_twice")}
    [problem] = problems(both)
    assert problem.arguments["number"] == 2


def test_several_conditions_must_all_hold() -> None:
    both = 'only_if = ["partial_pass=supplement", "parts_form_copies=1"]'
    edit = (
        "[step.outcome.part]",
        f"[step.outcome.extra]\ntitle = {{ zh = '另', en = 'extra' }}\n{both}\n[step.outcome.part]",
    )
    text = edited(MODIFICATION_TEXT, edit)
    one, two = {"partial_pass": "supplement"}, {"partial_pass": "supplement", "parts_form_copies": "1"}
    assert "extra" not in [outcome.name for outcome in loaded(text, one).steps["inspect"].outcomes]
    assert "extra" in [outcome.name for outcome in loaded(text, two).steps["inspect"].outcomes]


def test_the_digest_names_text_and_settings() -> None:
    digests = {loaded(chosen=chosen).digest for chosen in combinations(MODIFICATION_TEXT)}
    assert len(digests) == 12
    assert loaded().digest == loaded(chosen={"partial_pass": "hold", "idle_lock": "5m"}).digest
    assert loaded(MODIFICATION_TEXT + "\n").digest not in digests


@pytest.mark.parametrize(
    ("limit", "microseconds"), [("30m", 1_800_000_000), ("4h", 14_400_000_000), ("3d", 259_200_000_000)]
)
def test_a_time_limit_is_kept_in_microseconds(limit: str, microseconds: int) -> None:
    text = edited_step(MODIFICATION_TEXT, "draw", ('asks = ["lots?"]', f'asks = ["lots?"]\nwithin = "{limit}"'))
    assert loaded(text).steps["draw"].within == microseconds


def test_broken_toml_is_one_problem_with_line_and_column() -> None:
    broken = problems('id = "x"\ntitle = = 3\n')
    assert [problem.code for problem in broken] == ["problem.toml_broken"]
    assert (broken[0].arguments["line"], broken[0].arguments["column"]) == (2, 9)


def test_text_that_stops_in_the_middle_is_one_problem() -> None:
    assert [problem.code for problem in problems('id = "')] == ["problem.toml_broken"]


def test_all_problems_are_reported_at_once() -> None:
    text = edited_step(MODIFICATION_TEXT, "plan", ('by = "planner"', 'by = "plannr"\ncolour = 3'), ("[3, 4", "[9, 4"))
    text = edited_step(text, "draw", ('from = "valve_shop"', 'from = "valve"'))
    assert codes(text) == {
        ("step plan", "unknown_role"),
        ("step plan", "unknown_key"),
        ("step plan.sends", "unknown_copy"),
        ("step draw", "unknown_desk"),
    }


@pytest.mark.parametrize(
    ("step", "old", "new", "code"),
    [
        ("draw", 'desk = "finished_store"', 'desk = "store"', "unknown_desk"),
        ("draw", '"keeper", "reworker"', '"keeper", "rewroker"', "unknown_role"),
        ("draw", "issue_to_workshop", "issue_to_moon", "unknown_move"),
        ("draw", '["hand_out"]', '["handout"]', "unknown_step"),
        ("draw", '["hand_out"]', '["hand_out:x"]', "count_unreadable"),
        ("draw", '"lots?"', '"lot?"', "unknown_question"),
        ("draw", "keeps = [4]", "keeps = [5]", "keeps_unheld"),
        ("draw", "keeps = [4]", "keeps = [4]\nsends = { valve_shop = [4] }", "keeps_and_sends"),
        ("draw", "keeps = [4]", "sends = { valve_shop = [5] }", "sends_unheld"),
        ("draw", "copies = [4]", 'copies = "4"\nscan = "some"', "not_among"),
        ("draw", "copies = [4]", "copies = [[4]]", "wrong_kind"),
        ("draw", 'en = "Draw the product"', 'fr = "x"', "title_missing"),
        ("draw", 'asks = ["lots?"]', 'asks = ["lots?"]\nwithin = "soon"', "duration_unreadable"),
        ("draw", 'asks = ["lots?"]', 'asks = ["lots?"]\nonly_if = "colour=red"', "unknown_setting"),
        ("draw", 'asks = ["lots?"]', 'asks = ["lots?"]\nonly_if = "partial_pass=red"', "unknown_setting_value"),
        ("draw", 'asks = ["lots?"]', 'asks = ["lots?"]\nonly_if = "partial_pass"', "only_if_unreadable"),
        ("plan", "keeps = [2]", "keeps = [3]\n", "keeps_and_sends"),
        ("hand_out", "keeps = [3]", "keeps = [3]\nstamps = ['paper:driver']", "stamp_on_paper"),
        ("plan", "plan_undisturbed?", "colour?", "unknown_question"),
        ("plan", 'rules = ["plan_undisturbed"]', 'rules = ["colour"]', "unknown_rule"),
        ("withdraw", 'settled = ["parts"]', 'settled = ["moon"]', "unknown_place"),
        ("withdraw", '"application", "parts"', '"application", "letter"', "unknown_form"),
        ("abandon", 'reopens = ["inspect"]', 'reopens = ["inspect.pass"]', "unknown_step"),
        ("dispose", 'forgets = ["inspect.fail"]', 'forgets = ["inspect.fial"]', "unknown_step"),
        ("authorise", 'not_by = ["apply"]', 'not_by = ["aply"]', "unknown_step"),
        ("plan", 'id = "plan"', 'id = "apply"', "step_twice"),
        ("authorise", "keeps = [1]", "keeps = []\nnotifies = ['moon']", "unknown_desk"),
    ],
)
def test_every_name_must_mean_something(step: str, old: str, new: str, code: str) -> None:
    if old.startswith("id ="):
        text = edited(MODIFICATION_TEXT, (old + " ", new + " "))
        step = "apply"
    else:
        text = edited_step(MODIFICATION_TEXT, step, (old, new))
    assert any(where.startswith(f"step {step}") and what == code for where, what in codes(text))


def test_a_copy_is_kept_only_where_it_may_rest() -> None:
    text = edited_step(MODIFICATION_TEXT, "rework", ("copies = [5, 6]", "copies = [5, 6]\nkeeps = [5]"))
    assert codes(text) == {("step rework", "keeps_elsewhere")}


def test_a_move_needs_its_places_in_the_procedure() -> None:
    text = edited(MODIFICATION_TEXT, ('converted = "workshop_converted"\n', ""))
    assert ("step rework", "move_without_place") in codes(text)
    assert ("step inspect_old.outcome.pass", "unknown_place") in codes(text)


def test_a_choice_of_a_setting_that_is_not_there_is_refused() -> None:
    wrong = problems(MODIFICATION_TEXT, chosen={"partial_pass": "maybe"})
    assert [problem.code for problem in wrong] == ["problem.unknown_setting_value"]


def test_a_step_may_not_lose_all_its_copies_to_a_setting() -> None:
    text = edited_step(MODIFICATION_TEXT, "draw_parts", ('copies = ["parts"]', 'copies = ["parts.2"]'))
    wrong = problems(text, chosen={"parts_form_copies": "1"})
    assert [(problem.step, problem.code) for problem in wrong] == [("step draw_parts", "problem.no_copy_left")]


def test_what_exists_once_per_vehicle_is_used_only_per_vehicle() -> None:
    text = edited_step(DELIVERY_TEXT, "load", ('per = "vehicle"\n', ""))
    assert {("step load", "round_form_outside"), ("step load", "move_outside_round")} <= codes(text, delivery_known())
    text = edited_step(DELIVERY_TEXT, "load", ('per = "vehicle"', 'per = "ship"'))
    assert ("", "two_kinds_of_round") in codes(text, delivery_known())


def test_only_a_choice_column_has_choices_and_it_needs_them() -> None:
    edit = ('customer = { kind = "text"', 'customer = { kind = "choice"')
    assert codes(edited(MODIFICATION_TEXT, edit)) == {("forms.application.fields.customer", "choices_misplaced")}


def test_every_problem_has_a_sentence_in_both_languages() -> None:
    text = edited_step(MODIFICATION_TEXT, "plan", ('by = "planner"', 'by = "plannr"\ncolour = 3'))
    for language in ("zh", "en"):
        words = Words.load(language)
        for problem in problems(text):
            sentence = problem_in_words(problem, words)
            assert "edited.toml" in sentence
            assert "step plan" in sentence
            assert "[" not in sentence
            assert "{" not in sentence


def shown(language: str, width: int, *, text: str = MODIFICATION_TEXT, what: str) -> tuple[str, bool]:
    """What a terminal shows, and whether all was well."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    known, words, well = modification_known(), Words.load(language), True
    if what == "check":
        well = check(console, {"edited.toml": text}, known, words, {})
    elif what == "show":
        show(console, load(text, "edited.toml", known), words, {})
    else:
        show_list(console, prove_all(text, "edited.toml", known)[:1], words)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), well


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_way_of_every_copy_fits_80_columns(language: str) -> None:
    picture, _ = shown(language, 80, what="show")
    assert max(cell_len(line) for line in picture.splitlines()) <= 80
    title = loaded().steps["hand_out"].title.in_(language)
    row = next(line for line in picture.splitlines() if title in line)
    assert row.split()[-4:] == ["C*", "C>D", "C>D", "C>D"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_check_says_proved_for_every_choice_of_the_settings(language: str) -> None:
    report, well = shown(language, 80, what="check")
    assert well
    assert report.count("partial_pass=") == 12
    assert report.count(Words.load(language).say("procedures.proved")) == 4
    assert "382" in report


def test_a_check_shows_the_shortest_way_to_a_violation_once() -> None:
    text = edited_step(MODIFICATION_TEXT, "authorise", ('not_by = ["apply"]\n', ""))
    report, well = shown("en", 200, text=text, what="check")
    assert not well
    assert report.count("1. sales · Write the application\n      2. sales · Sign the application") == 4


def test_a_check_of_a_broken_file_names_every_problem() -> None:
    report, well = shown("en", 200, text='id = "x"\ncolour = 3\n', what="check")
    assert not well
    assert "edited.toml, -: “colour” means nothing here." in report


def test_the_list_names_forms_steps_and_states() -> None:
    listing, _ = shown("en", 120, what="list")
    row = next(line for line in listing.splitlines() if "product_modification" in line)
    assert "XS-72-98, SC-7.5.1-02" in row
    assert row.split()[-2:] == ["23", "382"]
