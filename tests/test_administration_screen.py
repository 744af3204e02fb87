"""People and stock kept in order at a terminal: what may be done is shown, answers are typed or scanned, no PIN is seen."""

from __future__ import annotations

from factory_floor import MINUTE, PIN, Floor, FloorMaker
from terminal import Terminal, at

from qdesk.desk import present
from qdesk.desk.openings import fixed_openings
from qdesk.people import log_in
from screens.acting import ActScreen
from screens.administration import AdministeringScreen, AdministrationScreen
from screens.login import LoginScreen

NEW = "604812"


def offered(floor: Floor, who: str) -> list[str]:
    return [act["step"] for act in fixed_openings(floor.site, floor.token(who), floor.site.words)]


def the_key_of(terminal: Terminal, step: str) -> str:
    """The key that opens an act, its page turned to."""
    listed = terminal.frame
    assert isinstance(listed, AdministrationScreen)
    place = [act["step"] for act in listed.acts].index(step)
    listed.choose(place)
    return f"f{listed.keyed()[place]}"


async def open_act(terminal: Terminal, step: str) -> None:
    """Go from the home of an office to the page of an act."""
    if not isinstance(terminal.frame, AdministrationScreen):
        await terminal.press("f7")
    await terminal.press(the_key_of(terminal, step))
    assert isinstance(terminal.frame, AdministeringScreen)


# Who is offered what


def test_everybody_is_offered_what_the_engine_lets_them_do_and_nothing_else(floor: Floor) -> None:
    own = ["renew_pin", "delegate"]
    people = ["enrol", "give_role", "take_role", "give_stamp", "withdraw_stamp", *own, "dismiss"]
    lots, blanks = ["hold_lot", "release_lot"], ["issue_blanks", "void_blank"]
    assert offered(floor, "A1") == [*people, "add_item", "add_party", *blanks]
    assert offered(floor, "I1") == [*own, *lots]
    stamps = ["give_stamp", "withdraw_stamp"]
    kept = ["calibrate_instrument", "withdraw_instrument", "limit_stamp", "end_stamp_limit"]
    assert offered(floor, "Q1") == [*stamps, *own, *lots, *blanks, *kept]
    assert offered(floor, "S1") == offered(floor, "K1")[:2] == own
    assert offered(floor, "K1")[2:] == ["put_away", "open_bin", "change_bin", "close_bin", "open_pack", "read_climate"]


def test_a_role_is_offered_to_be_lent_only_by_whoever_holds_it_in_their_own_right(floor: Floor) -> None:
    floor.do("Q1", "delegate", case="", role="quality_manager", to="K1", until="2026-03-09")
    acts = fixed_openings(floor.site, floor.token("K1@quality"), floor.site.words)
    [lent] = [ask for act in acts if act["step"] == "delegate" for ask in act["asks"] if ask["name"] == "role"]
    assert lent["choices"] == ("keeper",)
    assert "hold_lot" in [act["step"] for act in acts]


def test_whoever_may_act_for_themselves_alone_is_not_asked_for_whom(floor: Floor) -> None:
    for who, asked in (("S1", ["pin"]), ("A1", ["badge", "pin"])):
        acts = fixed_openings(floor.site, floor.token(who), floor.site.words)
        [renew] = [act for act in acts if act["step"] == "renew_pin"]
        assert [ask["name"] for ask in renew["asks"]] == asked
        assert renew["given"] == ({"badge": "S1"} if who == "S1" else {})


def test_a_clock_is_offered_to_be_confirmed_only_while_it_stands_back(floor: Floor) -> None:
    assert "confirm_clock" not in offered(floor, "A1")
    floor.apply()
    floor.clock.advance(-60 * MINUTE)
    assert "confirm_clock" in offered(floor, "A1")

    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "confirm_clock")
        await terminal.press("f2")
        assert "Confirm the clock: done" in terminal.said, terminal.text

    at(floor, "administration", story, "A1")


def test_roles_come_with_what_they_are_called_in_the_language_that_is_asked(floor: Floor) -> None:
    for language, title in (("en", "inspector"), ("zh", "检验员")):
        acts = fixed_openings(floor.site, floor.token("A1"), floor.site.languages[language])
        roles = next(ask for ask in acts[0]["asks"] if ask["name"] == "roles")
        assert dict(zip(roles["choices"], roles["choice_titles"], strict=True))["inspector"] == title


# Stories


def test_the_administrator_enrols_an_inspector_with_badge_pin_and_stamp_who_then_logs_in(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        assert "People and stock (F7)" in terminal.text
        await open_act(terminal, "enrol")
        await terminal.scan("I9")
        await terminal.type("Li Wei\rinspector\r")
        await terminal.type(f"{NEW}\r{NEW}\r")
        assert isinstance(terminal.frame, AdministrationScreen), terminal.text
        assert "Enrol a person: done" in terminal.said and "I9" in terminal.said
        await open_act(terminal, "give_stamp")
        await terminal.scan("I9")
        assert "Li Wei" in terminal.text and "inspector" in terminal.text
        await terminal.type("21\r")
        await terminal.press("f2")
        assert "Give a stamp: done" in terminal.said and "I9 Li Wei" in terminal.said, terminal.text

    async def logs_in(terminal: Terminal) -> None:
        await terminal.log_in("I9", NEW)
        assert "Li Wei" in terminal.text

    at(floor, "administration", story, "A1")
    at(floor, "inspection", logs_in)
    assert floor.rows("SELECT number FROM stamps s JOIN persons p ON p.id = s.person WHERE p.badge = 'I9'") == [("21",)]


def test_a_leaver_is_dismissed_and_the_session_ends(floor: Floor) -> None:
    leaver = floor.token("K2")

    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "dismiss")
        await terminal.scan("K2")
        await terminal.press("f2")
        assert "Person leaves: done" in terminal.said, terminal.text
        assert "F8" not in terminal.text
        await terminal.press("f12")
        assert "F8" not in terminal.text

    at(floor, "administration", story, "A1")
    with floor.refused("session_unknown"):
        present(floor.site, leaver, "V-100")


def test_the_last_holder_of_a_role_hands_it_over_before_leaving(floor: Floor) -> None:
    floor.do("A1", "dismiss", case="", badge="X1")

    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "dismiss")
        await terminal.scan("P1")
        await terminal.press("f2")
        assert "planner" in terminal.said, terminal.text
        await terminal.scan("W1")
        await terminal.press("f2")
        assert "Person leaves: done" in terminal.said, terminal.text

    at(floor, "administration", story, "A1")
    assert "planner" in floor.card("W1", "W1")["person"]["roles"]


def test_the_quality_manager_holds_a_lot_and_releases_it(floor: Floor) -> None:
    lot = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]

    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "hold_lot")
        await terminal.scan(lot)
        assert "V-100" in terminal.text
        await terminal.type("scratched\r")
        await terminal.press("f2")
        assert "Hold a lot: done" in terminal.said and lot in terminal.said, terminal.text
        assert floor.rows("SELECT hold FROM lots WHERE code = ?", lot) == [("held",)]
        await open_act(terminal, "release_lot")
        await terminal.scan(lot)
        assert "on hold" in terminal.text
        await terminal.type("polished\r")
        await terminal.press("f2")
        assert "Release a lot: done" in terminal.said, terminal.text

    at(floor, "quality", story, "Q1")
    assert floor.rows("SELECT hold FROM lots WHERE code = ?", lot) == [("",)]


def test_a_leader_names_a_deputy_for_a_week_from_the_menu(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        assert "People and stock" not in terminal.text
        await terminal.press("f10", "f7")
        await terminal.press(the_key_of(terminal, "delegate"))
        assert "sales leader" in terminal.text
        assert "storekeeper" not in terminal.text
        await terminal.type("1\r")
        await terminal.scan("S1")
        await terminal.type("2026-03-02\r2026-03-08\r")
        await terminal.press("f2")
        assert "Name a deputy: done" in terminal.said, terminal.text

    at(floor, "sales", story, "S2")
    assert "sales_leader" in floor.card("S1", "S1")["person"]["roles"]


def test_a_new_item_is_added_and_at_once_found(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "add_item")
        await terminal.scan("V-900")
        await terminal.type("Ball valve\rpcs\rDN40\r\r1\ryes\r\r")
        await terminal.press("f2")
        assert "Add an item: done" in terminal.said, terminal.text
        await terminal.press("f12")
        await terminal.type("V-900\r")
        assert "Ball valve" in terminal.text

    async def looks_it_up(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("Acme\r\r\r\rball valve\r")
        assert "V-900" in terminal.text

    at(floor, "administration", story, "A1")
    at(floor, "sales", looks_it_up, "S1")
    added = floor.rows("SELECT name, unit, spec, model, decimals, serialised, certified FROM items WHERE code = 'V-900'")
    assert added == [("Ball valve", "pcs", "DN40", "", 1, 1, 0)]


def test_roles_are_given_and_taken(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        for step in ("give_role", "take_role"):
            await open_act(terminal, step)
            await terminal.scan("K2")
            await terminal.type("inspector\r")
            await terminal.press("f2")
            assert "K2" in terminal.said and "done" in terminal.said, terminal.text

    at(floor, "administration", story, "A1")
    assert floor.card("K2", "K2")["person"]["roles"] == ["keeper"]


def test_several_roles_are_given_at_once_by_number_or_in_words(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "enrol")
        await terminal.type("K9\rLi\r7, rework worker\r")
        await terminal.press("f11")
        assert "保管员、改型工人" in terminal.text or "改型工人、保管员" in terminal.text, terminal.text
        await terminal.type(f"{NEW}\r{NEW}\r")
        assert isinstance(terminal.frame, AdministrationScreen), terminal.text

    at(floor, "administration", story, "A1")
    held = floor.rows("SELECT r.role FROM roles_held r JOIN persons p ON p.id = r.person WHERE p.badge = 'K9' ORDER BY r.role")
    assert held == [("keeper",), ("reworker",)]


# PINs


def test_everybody_renews_their_own_pin_from_the_menu(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f7")
        await terminal.press(the_key_of(terminal, "renew_pin"))
        await terminal.type(f"{NEW}\r{NEW}\r")
        assert "New PIN: done" in terminal.said, terminal.text

    at(floor, "finished_store", story, "K1")
    log_in(floor.site, "finished_store", "K1", NEW)


def test_two_pins_that_differ_do_nothing_and_both_are_gone(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f7")
        await terminal.press(the_key_of(terminal, "renew_pin"))
        await terminal.type(f"{NEW}\r{NEW}1\r")
        assert "not the same" in terminal.said, terminal.text
        assert [field.value for field in terminal.of("PinQuestion").pins] == ["", ""]
        assert terminal.of("PinQuestion").pins[0].has_focus
        await terminal.type("1111\r1111\r")
        assert "not all alike" in terminal.said
        assert [field.value for field in terminal.of("PinQuestion").pins] == ["", ""]

    at(floor, "finished_store", story, "K1")
    log_in(floor.site, "finished_store", "K1", PIN)


def test_a_new_pin_is_never_shown_and_stands_in_no_draft_and_no_file(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "enrol")
        await terminal.type(f"K9\rLi\rstorekeeper\r{NEW}\r{NEW}")
        assert NEW not in terminal.text
        await terminal.press("f12")
        assert NEW not in str(floor.rows("SELECT contents FROM drafts"))
        await terminal.press(the_key_of(terminal, "enrol"))
        assert "Li" in terminal.text
        assert [field.value for field in terminal.of("PinQuestion").pins] == ["", ""]
        await terminal.type(f"{NEW}\r{NEW}\r")
        assert "done" in terminal.said, terminal.text

    at(floor, "administration", story, "A1", size=(80, 60))
    assert all(NEW.encode() not in path.read_bytes() for path in floor.folder.rglob("*") if path.is_file())


def test_a_new_pin_is_forgotten_when_nobody_goes_on(floors: FloorMaker) -> None:
    floor = floors({"signing_timeout": "1s"})

    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f7")
        await terminal.press(the_key_of(terminal, "renew_pin"))
        await terminal.type(f"{NEW}\r{NEW}")
        terminal.app.typed_at -= 5
        act = terminal.frame
        assert isinstance(act, AdministeringScreen)
        act.watch_signers()
        await terminal.settled()
        assert [field.value for field in terminal.of("PinQuestion").pins] == ["", ""]
        assert "Nobody went on" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_new_pin_is_forgotten_when_the_desk_locks(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f7")
        await terminal.press(the_key_of(terminal, "renew_pin"))
        await terminal.type(f"{NEW}\r{NEW}")
        act = terminal.frame
        await terminal.app.lock()
        await terminal.settled()
        assert isinstance(terminal.frame, LoginScreen)
        assert [field.value for field in act.query_one("PinQuestion").pins] == ["", ""]  # type: ignore[attr-defined]  # of this kind

    at(floor, "finished_store", story, "K1")


# Scans, keys and what is refused


def test_a_badge_is_known_by_name_roles_and_stamp_before_anything_is_done(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "withdraw_stamp")
        await terminal.type("I1\r")
        assert "人I1" in terminal.text and "stamp 07" in terminal.text and "inspector" in terminal.text
        await terminal.press("up")
        await terminal.type("x")
        assert "stamp 07" not in terminal.text

    at(floor, "administration", story, "A1")


def test_a_badge_typed_before_is_known_again_and_another_scan_takes_its_place(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "give_role")
        await terminal.scan("I1")
        await terminal.press("f12", "f3")
        assert "stamp 07" in terminal.text
        await terminal.scan("I2")
        assert "stamp 08" in terminal.text and "stamp 07" not in terminal.text

    at(floor, "administration", story, "A1")


def test_a_badge_nobody_has_is_refused_where_somebody_is_asked(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "give_role")
        await terminal.scan("K99")
        assert "K99" in terminal.said
        await terminal.scan("V-100")
        assert isinstance(terminal.frame, ActScreen)
        assert terminal.frame.questions[0].typed() is None

    at(floor, "administration", story, "A1")


def test_a_badge_that_is_taken_is_refused_and_everything_typed_stays(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_act(terminal, "enrol")
        await terminal.scan("K1")
        await terminal.type(f"Li\r7\r{NEW}\r{NEW}\r")
        assert "K1" in terminal.said
        assert isinstance(terminal.frame, AdministeringScreen)
        assert [each.typed() for each in terminal.frame.questions] == ["K1", "Li", "keeper", None]
        assert terminal.frame.questions[0].fields()[0].has_focus

    at(floor, "administration", story, "A1")


def test_more_acts_than_keys_are_turned_over(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7")
        assert "F7 More" in terminal.text
        assert [act.title for act in terminal.frame.all_actions() if act.key == 2] == ["Enrol a person"]
        await terminal.press("f7")
        assert [act.title for act in terminal.frame.all_actions() if act.key == 2] == ["New PIN"]
        await terminal.press("f7", "f7", "down", "enter")
        assert terminal.frame.title_text() == "Give a role"

    at(floor, "administration", story, "A1")


def test_the_list_and_the_page_speak_the_language_of_the_moment(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f11")
        assert "登记人员" in terminal.text
        await terminal.press("f2", "f11")
        assert "Enrol a person" in terminal.text and "New badge" in terminal.text and "sales clerk" in terminal.text

    at(floor, "administration", story, "A1")


def test_yes_and_no_are_all_that_is_understood_of_a_flag(floor: Floor) -> None:
    with floor.refused("choice_unknown"):
        floor.do("A1", "add_item", case="", code="V-901", name="阀", unit="台", serialised="ja")
    floor.do("A1", "add_item", case="", code="V-901", name="阀", unit="台", serialised="yes", certified=False)
    assert floor.rows("SELECT serialised, certified FROM items WHERE code = 'V-901'") == [(1, 0)]
