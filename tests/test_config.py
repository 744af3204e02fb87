from __future__ import annotations

import stat
from decimal import Decimal
from pathlib import Path

import pytest

from qdesk.clock import SECOND, Clock, FixedClock, moment, parse_duration
from qdesk.config import Config, create_pepper, file_system_of, load_factory, open_config, write_site
from qdesk.errors import Refused
from qdesk.words import Words

LOCAL_DISK = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"


def add(site_folder: Path, text: str, file: str = "site.toml") -> None:
    with open(site_folder / file, "a", encoding="utf-8") as lines:
        lines.write(text)


def opened(site_folder: Path) -> Config:
    return open_config(site_folder, LOCAL_DISK)


def refused_to_open(site_folder: Path) -> Refused:
    with pytest.raises(Refused) as refused:
        opened(site_folder)
    return refused.value


def problems(site_folder: Path, language: str = "en") -> list[str]:
    refused = refused_to_open(site_folder)
    assert refused.code == "site_broken"
    words = Words.load(language)
    return [words.because(reason)["message"] for reason in refused.because]


def test_a_new_site_opens_with_the_shipped_factory(site_folder: Path) -> None:
    config = opened(site_folder)
    assert (config.code, config.name, config.language, config.scratch) == ("V1", "第一阀门厂", "zh", True)
    assert config.factory == load_factory()
    assert config.database == site_folder / "qdesk.db"
    assert (config.pepper, config.witness) == (site_folder / "pepper", site_folder / "witness")
    assert config.within == {}


def test_the_shipped_factory_has_the_desks_roles_and_places_of_the_first_procedure() -> None:
    factory = load_factory()
    kinds = {
        "sales": "office",
        "planning": "office",
        "shop_dispatch": "office",
        "valve_shop": "rework",
        "finished_store": "warehouse",
        "parts_store": "warehouse",
        "inspection": "inspection",
        "quality": "office",
        "administration": "office",
        "dispatch": "dispatch",
        "gate": "gate",
    }
    assert kinds.items() <= {desk.id: desk.kind for desk in factory.desks.values()}.items()
    assert {role for desk in factory.desks.values() for role in desk.roles} == set(factory.roles)
    assert {"workshop_product", "workshop_converted", "workshop_parts", "dispatch_area", "vehicle", "on_the_road"} <= {
        place.id for place in factory.places.values() if place.per_case
    }
    assert {"vehicle", "on_the_road"} <= {place.id for place in factory.places.values() if place.per_round}
    assert {"supplier", "customer", "conversion", "scrap", "difference", "transport_loss"} <= {
        place.id for place in factory.places.values() if place.counter
    }
    assert factory.plan_for("V-DN50") is None


def test_settings_have_the_defaults_of_the_rule_book(site_folder: Path) -> None:
    config = opened(site_folder)
    assert config.setting("partial_pass") == "hold"
    assert config.setting("reissue_approver") == ""
    assert config.duration("idle_lock") == 600 * SECOND
    assert config.number("pin_tries") == 5


def test_a_site_chooses_its_settings_and_time_limits(site_folder: Path) -> None:
    add(site_folder, '[settings]\npartial_pass = "supplement"\nidle_lock = "30s"\n')
    add(site_folder, '[within]\n"product_modification.draw" = "3d"\n')
    config = opened(site_folder)
    assert config.setting("partial_pass") == "supplement"
    assert config.duration("idle_lock") == 30 * SECOND
    assert config.within == {"product_modification.draw": 3 * 86400 * SECOND}


def test_a_site_lays_its_factory_over_the_shipped_one(site_folder: Path) -> None:
    add(
        site_folder,
        '[desks.planning]\nterminal = false\nstand_in = "sales"\n'
        '[desks.gate]\nkind = "gate"\ntitle = { zh = "门卫", en = "Gate" }\nroles = ["guard"]\n'
        '[roles.watchman]\ntitle = { zh = "门卫", en = "guard" }\nholders = 3\n',
        "factory.toml",
    )
    factory = opened(site_folder).factory
    assert factory.desks["planning"].stand_in == "sales"
    assert factory.desks["planning"].title == load_factory().desks["planning"].title
    assert factory.desks["gate"].roles == ("guard",)
    assert factory.roles["watchman"].holders == 3


def test_an_inspection_plan_is_for_one_item_or_for_all_without_their_own(site_folder: Path) -> None:
    add(
        site_folder,
        '[[inspection_plan]]\nchecks = [{ id = "clean", title = { zh = "清洁", en = "clean" } }]\n'
        '[[inspection_plan]]\nitem = "V-DN50"\nmeasures = [{ id = "gap", title = { zh = "间隙", en = "gap" },'
        ' unit = "mm", from = "-0.05", to = "0.10" }]\n',
        "factory.toml",
    )
    factory = opened(site_folder).factory
    own, general = factory.plan_for("V-DN50"), factory.plan_for("V-DN80")
    assert own is not None
    assert general is not None
    assert (own.measures[0].lowest, own.measures[0].highest) == (Decimal("-0.05"), Decimal("0.10"))
    assert [check.id for check in general.checks] == ["clean"]


CHECK = '{ id = "clean", title = { zh = "清洁", en = "clean" } }'


@pytest.mark.parametrize(
    ("plans", "problem"),
    [
        (f"[[inspection_plan]]\nchecks = [{CHECK}, {CHECK}]\n", "inspection_plan[1]: the inspection plan “*”"),
        (f"[[inspection_plan]]\nchecks = [{CHECK}]\n" * 2, "inspection_plan[2]: the inspection plan “*”"),
        (f"[[inspection_plan]]\nchecks = [{CHECK.replace('clean', 'is it?', 1)}]\n", "inspection_plan[1]: the insp"),
    ],
)
def test_a_doubled_plan_or_line_and_a_bad_id_are_problems(site_folder: Path, plans: str, problem: str) -> None:
    add(site_folder, plans, "factory.toml")
    (told,) = problems(site_folder)
    assert problem in told


SITE_MISTAKES = (
    'code = "v 1"\nlanguage = "de"\nscratch = "no"\ncolour = "red"\nname = "a\\u202eb"\n'
    '[settings]\npin_tries = "0"\nidle_lock = "soon"\npartial_pass = "maybe"\nundo_right = "nobody"\n'
    'no_such = "1"\n'
    '[within]\ndraw = "3d"\n"product_modification.draw" = "3 days"\n'
)
FACTORY_MISTAKES = (
    '[desks.Gate]\nkind = "gate"\n'
    '[desks.sales]\nkind = "shop"\nroles = ["sales_clerk", "nobody"]\n'
    '[desks.planning]\nterminal = false\nstand_in = "nowhere"\n'
    '[desks.quality]\nstand_in = "sales"\n'
    '[roles.watchman]\nholders = 0\ntitle = { zh = "门卫", de = "Wache" }\n'
    '[places.yard]\ncounter = true\nper_case = true\ntitle = { zh = "院", en = "yard" }\n'
    '[[inspection_plan]]\nitem = "A"\n'
    '[[inspection_plan]]\nmeasures = [{ id = "gap", title = { zh = "隙", en = "gap" }, from = "2", to = "1" }]\n'
    '[[inspection_plan]]\nitem = "B"\n'
    'measures = [{ id = "gap", title = { zh = "隙", en = "gap" }, from = "1e3" }]\n'
    "[extra]\n"
)
TOLD = (
    "the site code “v 1” cannot be used",
    "“language” cannot be “de”, choose from: en, zh",
    "“scratch” should be written true / false",
    "“colour” means nothing here",
    "“site.toml  name” contains the unusable character U+202E",
    "site.toml, settings.pin_tries: “value” cannot be “0”",
    "site.toml, settings.idle_lock: “value” cannot be “soon” (30s 5m 4h 3d)",
    "site.toml, settings.partial_pass: “value” cannot be “maybe” (hold, supplement)",
    "site.toml, settings.undo_right: “value” cannot be “nobody”",
    "site.toml, settings: “no_such” means nothing here",
    "site.toml, within: “draw” cannot be an id",
    "site.toml, within: “product_modification.draw” cannot be “3 days”",
    "factory.toml, desks: “Gate” cannot be an id",
    "factory.toml, desks.sales: “kind” cannot be “shop”",
    "factory.toml, desks.sales: there is no role “nobody”",
    "factory.toml, desks.planning: a desk without a terminal needs a stand-in that has one, not “nowhere”",
    "factory.toml, desks.quality: a desk with a terminal needs no stand-in",
    "factory.toml, roles.watchman: “holders” should be written 1, 2, 3",
    "factory.toml, roles.watchman.title: “en” is missing",
    "factory.toml, roles.watchman.title: “de” means nothing here",
    "factory.toml, places.yard: a counter-place cannot be kept per case",
    "factory.toml, inspection_plan[1]: the inspection plan “A” is doubled, empty, or has bad ids",
    "the lower limit of “gap” is above the upper one",
    "inspection_plan[3].measures[1]: “from” should be written \"0.05\"",
    "“extra” means nothing here",
)


def test_every_mistake_of_a_site_is_told_at_once(site_folder: Path) -> None:
    (site_folder / "site.toml").write_text(SITE_MISTAKES, encoding="utf-8")
    add(site_folder, FACTORY_MISTAKES, "factory.toml")
    told = "\n".join(problems(site_folder))
    for language in ("zh", "en"):
        assert [said for said in problems(site_folder, language) if said.startswith("[") or "{" in said] == []
    assert [expected for expected in TOLD if expected not in told] == []


def test_a_desk_cannot_stand_in_that_has_no_terminal_itself(site_folder: Path) -> None:
    add(site_folder, '[desks.planning]\nterminal = false\nstand_in = "finance"\n', "factory.toml")
    add(site_folder, '[desks.finance]\nterminal = false\nstand_in = "quality"\n', "factory.toml")
    assert problems(site_folder) == [
        "factory.toml, desks.planning: a desk without a terminal needs a stand-in that has one, not “finance”."
    ]


def test_two_gates_are_not_called_alike_since_a_pass_names_its_gate(site_folder: Path) -> None:
    add(site_folder, '[desks.north]\nkind = "gate"\nworks_as = "gate"\nroles = []\n', "factory.toml")
    add(site_folder, '[desks.north.title]\nzh = "门卫"\nen = "North"\n', "factory.toml")
    told = problems(site_folder)
    assert len(told) == 2 and all("must not be called alike" in each for each in told)


@pytest.mark.parametrize("file", ["site.toml", "factory.toml"])
@pytest.mark.parametrize("raw", [b"[desks", b"\xff\xfe\x00", b"code = 1\ncode = 2\n"])
def test_a_file_that_is_no_toml_is_one_problem_by_name(site_folder: Path, file: str, raw: bytes) -> None:
    (site_folder / file).write_bytes(raw)
    told = problems(site_folder)
    assert len(told) == 1
    assert told[0].startswith(f"{file} cannot be read")


@pytest.mark.parametrize("text", ["desks = 3", "desks.sales = []", "inspection_plan = {}", 'roles = "all"'])
def test_a_table_of_the_wrong_shape_is_a_problem_and_no_crash(site_folder: Path, text: str) -> None:
    (site_folder / "factory.toml").write_text(text, encoding="utf-8")
    assert any("should be written" in message for message in problems(site_folder))


def test_a_folder_that_was_never_initialised_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        refused = refused_to_open(folder)
        assert (refused.code, refused.arguments) == ("site_uninitialised", {"folder": str(folder)})


def test_a_site_is_never_written_over(site_folder: Path) -> None:
    with pytest.raises(FileExistsError):
        write_site(site_folder, "V2", "other", "en")
    with pytest.raises(FileExistsError):
        create_pepper(site_folder / "pepper")
    assert opened(site_folder).code == "V1"


def test_a_name_with_quotes_and_backslashes_comes_back_as_it_was(tmp_path: Path) -> None:
    write_site(tmp_path, "A1", 'Works "No. 1" \\ 一厂', "en")
    create_pepper(tmp_path / "pepper")
    assert open_config(tmp_path, LOCAL_DISK).name == 'Works "No. 1" \\ 一厂'


def test_the_pepper_is_for_its_owner_only_and_gives_two_different_keys(site_folder: Path) -> None:
    assert stat.S_IMODE((site_folder / "pepper").stat().st_mode) == 0o600
    keys = opened(site_folder).keys
    assert keys.piece != keys.pin
    assert keys == opened(site_folder).keys
    assert (site_folder / "pepper").read_bytes() not in (keys.piece, keys.pin)


def test_no_secret_shows_when_the_configuration_is_printed(site_folder: Path) -> None:
    config = opened(site_folder)
    assert repr(config.keys.piece) not in repr(config)
    assert repr(config.keys.pin) not in repr(config)


def test_a_lost_damaged_or_exposed_pepper_stops_the_site(site_folder: Path) -> None:
    pepper = site_folder / "pepper"
    pepper.chmod(0o640)
    assert refused_to_open(site_folder).code == "pepper_exposed"
    pepper.chmod(0o600)
    pepper.write_bytes(b"short")
    assert refused_to_open(site_folder).code == "pepper_damaged"
    pepper.unlink()
    refused = refused_to_open(site_folder)
    assert (refused.code, refused.arguments) == ("pepper_lost", {"path": str(pepper)})


def test_pepper_and_witness_may_lie_elsewhere(site_folder: Path, tmp_path: Path) -> None:
    create_pepper(tmp_path / "secret")
    add(site_folder, f'pepper = "{tmp_path}/secret"\nwitness = "../heads"\n')
    config = opened(site_folder)
    assert config.pepper == tmp_path / "secret"
    assert config.witness.resolve() == tmp_path / "heads"


def test_the_words_of_a_site_are_read_from_its_folder(site_folder: Path) -> None:
    (site_folder / "words").mkdir()
    add(site_folder, '[error]\nnumber_zero = "零不行。"\n', "words/zh.toml")
    config = opened(site_folder)
    assert config.words().say("error.number_zero") == "零不行。"
    assert config.words("en").say("error.number_zero") == "The quantity cannot be zero."


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs", "virtiofs"])
def test_a_database_on_a_network_file_system_is_refused(site_folder: Path, kind: str) -> None:
    mounts = f"{LOCAL_DISK}40 22 0:50 / {site_folder} rw - {kind} server:/share rw\n"
    with pytest.raises(Refused) as refused:
        open_config(site_folder, mounts)
    assert refused.value.code == "network_file_system"
    assert refused.value.arguments == {"folder": str(site_folder), "kind": kind}


def test_a_database_linked_to_a_network_file_system_is_refused(site_folder: Path, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (site_folder / "qdesk.db").symlink_to(share / "qdesk.db")
    with pytest.raises(Refused) as refused:
        open_config(site_folder, f"{LOCAL_DISK}40 22 0:50 / {share} rw - nfs server:/share rw\n")
    assert refused.value.code == "network_file_system"


def test_the_nearest_mount_decides_and_its_octal_blanks_are_read() -> None:
    mounts = (
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "23 22 0:1 / /mnt/our\\040share rw shared:2 master:1 - nfs4 server:/a\\040b rw\n"
        "24 23 8:2 / /mnt/our\\040share/disk rw - xfs /dev/sdb1 rw\n"
        "25 22 0:2 / /srv rw - nfs server:/x rw\n"
        "26 22 8:3 / /srv rw - ext4 /dev/sdc1 rw\n"
        "broken line\n"
    )
    paths = ["/mnt/our share/qdesk.db", "/mnt/our share/disk/qdesk.db", "/mnt/our shares/qdesk.db", "/srv/qdesk.db"]
    assert [file_system_of(Path(path), mounts) for path in paths] == ["nfs4", "xfs", "ext4", "ext4"]


def test_this_machine_tells_where_its_files_lie(site_folder: Path) -> None:
    assert open_config(site_folder).folder == site_folder


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("4h", 14_400), ("3d", 259_200), ("0m", 0)])
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds * SECOND


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "1.5h", "５m", "5w", "5M", "5m\n", "1234567s"])
def test_what_only_resembles_a_duration_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_duration(text)
    assert refused.value.code == "duration_unreadable"


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(1_772_000_000_000_000)
    assert clock.now() == clock.now()
    clock.advance(5 * SECOND)
    assert clock.now() == 1_772_000_005_000_000


def test_a_moment_is_local_and_exact_to_the_microsecond() -> None:
    now = Clock().now()
    local = moment(now)
    assert local.tzinfo is not None
    assert round(local.timestamp() * 1_000_000) == now
    assert local.microsecond == now % SECOND
