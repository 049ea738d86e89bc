"""Users: hashes, lockout, sessions that end, what an administrator may not do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from orcplant.control import users as module
from orcplant.control.clock import ManualClock
from orcplant.control.journal import Journal, Kind
from orcplant.control.passwords import Hashing, fits
from orcplant.control.store import Store
from orcplant.control.users import AccessError, Session, Users
from orcplant.live import Role

CHEAP = Hashing(passes=1, memory_KiB=64, lanes=1)
PASSWORD = "correct horse 7"


class House:
    """Users with a journal and a clock of their own."""

    def __init__(self, users: Users, journal: Journal, clock: ManualClock, first: str) -> None:
        self.users, self.journal, self.clock, self.first = users, journal, clock, first

    async def admin(self) -> Session:
        return await self.users.login("admin", self.first)

    async def operator(self, name: str = "li") -> Session:
        if name not in self.users.roles():
            await self.users.create(await self.admin(), name, PASSWORD, Role.OPERATOR)
        return await self.users.login(name, PASSWORD)


@asynccontextmanager
async def house(folder: Path, clock: ManualClock | None = None) -> AsyncIterator[House]:
    clock = clock or ManualClock()
    store = Store(is_durable=False)
    journal = await Journal.open(store, folder / "journal.sqlite", clock)
    users = await Users.open(store, folder / "users.sqlite", journal, clock, CHEAP)
    first = await users.make_first_admin() if users.is_empty else ""
    yield House(users, journal, clock, first)
    await store.close()


async def test_the_first_administrator_must_change_the_password(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.admin()
        assert session.role is Role.ADMIN and session.must_change
        await h.users.set_password(session, "admin", "Tianzhen 2026!", old=h.first)
        assert not h.users.is_live(session)
        with pytest.raises(AccessError):
            await h.admin()
        assert not (await h.users.login("admin", "Tianzhen 2026!")).must_change
        with pytest.raises(AccessError, match="users exist already"):
            await h.users.make_first_admin()


async def test_users_outlive_a_restart_and_no_password_is_on_disk(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.operator()
        first = h.first
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in raw and first.encode() not in raw
    assert b"$argon2id$v=19$" in raw
    async with house(tmp_path) as h:
        assert h.users.roles() == {"admin": Role.ADMIN, "li": Role.OPERATOR}
        assert (await h.users.login("li", PASSWORD)).role is Role.OPERATOR


def test_no_password_fits_a_decoy_and_it_is_read_as_a_hash() -> None:
    decoy = CHEAP.decoy()
    assert not fits("anything", decoy)
    assert (
        decoy.rpartition("$")[0].rpartition("$")[0] == CHEAP.hashed("x").rpartition("$")[0].rpartition("$")[0]
    )


def test_the_default_cost_is_the_recommended_one() -> None:
    assert Hashing().hashed("x" * 10).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_five_wrong_passwords_lock_for_five_minutes_across_a_restart(tmp_path: Path) -> None:
    clock = ManualClock()
    async with house(tmp_path, clock) as h:
        await h.operator()
        for _ in range(5):
            with pytest.raises(AccessError, match="do not fit"):
                await h.users.login("li", "wrong")
        with pytest.raises(AccessError, match="locked for another 300 s"):
            await h.users.login("li", PASSWORD)
        kinds = [entry.kind for entry in await h.journal.recent(3)]
        assert kinds == [Kind.LOGIN_REFUSED, Kind.LOCKOUT, Kind.LOGIN_REFUSED]
    async with house(tmp_path, clock) as h:
        clock.advance(299.0)
        with pytest.raises(AccessError, match="locked for another 1 s"):
            await h.users.login("li", PASSWORD)
        clock.advance(1.0)
        await h.users.login("li", PASSWORD)


async def test_attempts_at_once_are_all_counted(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.operator()
        tries = (h.users.login("li", f"wrong {n}") for n in range(5))
        assert all(
            isinstance(result, AccessError) for result in await asyncio.gather(*tries, return_exceptions=True)
        )
        with pytest.raises(AccessError, match="locked"):
            await h.users.login("li", PASSWORD)


async def test_the_right_password_among_many_at_once_does_not_pass_a_lock(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.operator()
        guesses = [f"wrong {n}" for n in range(8)] + [PASSWORD]
        results = await asyncio.gather(*(h.users.login("li", g) for g in guesses), return_exceptions=True)
        assert all(isinstance(result, AccessError) for result in results)
        with pytest.raises(AccessError, match="does not fit"):
            await h.users.confirm(session, PASSWORD)
        with pytest.raises(AccessError, match="does not fit"):
            await h.users.set_password(session, "li", "Tianzhen 2026!", old=PASSWORD)


async def test_a_user_removed_while_the_password_is_hashed_gets_no_session(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.operator()
        admin = await h.admin()
        with pytest.raises(AccessError):
            await h.users.login("li", "wrong")  # a failure to be forgotten: what is written then is no user
        login = asyncio.create_task(h.users.login("li", PASSWORD))
        await asyncio.sleep(0)  # it waits for its hash
        await h.users.remove(admin, "li")
        with pytest.raises(AccessError, match="do not fit"):
            await login
        assert h.users.roles() == {"admin": Role.ADMIN}


async def test_a_clock_set_back_does_not_make_a_lock_longer(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.operator()
        for _ in range(5):
            with pytest.raises(AccessError, match="do not fit"):
                await h.users.login("li", "wrong")
        h.clock.step_utc(-86400.0)
        await h.users.login("li", PASSWORD)


async def test_a_right_password_forgets_the_wrong_ones(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.operator()
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(AccessError):
                    await h.users.login("li", "wrong")
            await h.users.login("li", PASSWORD)


async def test_an_unknown_name_gets_the_same_answer_and_the_same_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as h:
        await h.operator()
        verified: list[str] = []

        def never_fits(_password: str, secret: str) -> bool:
            verified.append(secret)
            return False

        monkeypatch.setattr(module, "fits", never_fits)
        texts = []
        for name in ("li", "nobody"):
            with pytest.raises(AccessError) as caught:
                await h.users.login(name, "wrong")
            texts.append(str(caught.value))
        assert texts[0] == texts[1] and len(verified) == 2


async def test_a_session_ends_when_idle_and_after_a_shift(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.operator()
        h.clock.advance(module.IDLE_S)
        assert h.users.touch(session)
        h.clock.advance(module.IDLE_S + 1.0)
        assert not h.users.is_live(session) and not h.users.touch(session)
        session = await h.operator()
        for _ in range(int(module.SHIFT_S / module.IDLE_S)):
            h.clock.advance(module.IDLE_S)
            assert h.users.touch(session)
        h.clock.advance(1.0)
        assert not h.users.is_live(session)


async def test_the_wall_clock_does_not_end_a_session(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.operator()
        h.clock.step_utc(86400.0)
        assert h.users.is_live(session)


async def test_a_password_given_again_counts_for_a_minute(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.operator()
        assert not h.users.is_confirmed(session)
        with pytest.raises(AccessError, match="does not fit"):
            await h.users.confirm(session, "wrong")
        assert not h.users.is_confirmed(session)
        await h.users.confirm(session, PASSWORD)
        assert h.users.is_confirmed(session)
        h.clock.advance(module.CONFIRMED_S + 1.0)
        assert not h.users.is_confirmed(session)
        await h.users.logout(session)
        with pytest.raises(AccessError, match="ended"):
            await h.users.confirm(session, PASSWORD)


async def test_only_an_administrator_changes_users(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        operator = await h.operator()
        for act in (
            h.users.create(operator, "wang", PASSWORD, Role.ADMIN),
            h.users.remove(operator, "admin"),
            h.users.set_role(operator, "li", Role.ADMIN),
            h.users.set_password(operator, "admin", "another password"),
        ):
            with pytest.raises(AccessError, match="only an administrator"):
                await act
        assert h.users.roles() == {"admin": Role.ADMIN, "li": Role.OPERATOR}


async def test_the_last_administrator_stays_and_sessions_end_with_the_role(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        operator, admin = await h.operator(), await h.admin()
        for act in (h.users.remove(admin, "admin"), h.users.set_role(admin, "admin", Role.VIEWER)):
            with pytest.raises(AccessError, match="last administrator"):
                await act
        await h.users.set_role(admin, "li", Role.ENGINEER)
        assert not h.users.is_live(operator)
        assert (await h.users.login("li", PASSWORD)).role is Role.ENGINEER
        await h.users.remove(admin, "li")
        with pytest.raises(AccessError, match="'li' is not known"):
            await h.users.remove(admin, "li")


@pytest.mark.parametrize(
    ("name", "password", "text"),
    [
        ("", PASSWORD, "the name is empty"),
        ("li\n", PASSWORD, "not printable"),
        ("admin", PASSWORD, "taken"),
        ("wang", "short", "has 5 characters, not 10 to 200"),
        ("wang", "x" * 201, "has 201 characters"),
        ("wang", "Wang is here", "holds the user's name"),
        ("wang", "aaaaaaaaaaaa", "fewer than 5 different"),
    ],
)
async def test_names_and_passwords_that_are_not_fit(
    tmp_path: Path, name: str, password: str, text: str
) -> None:
    async with house(tmp_path) as h:
        with pytest.raises(AccessError, match=text):
            await h.users.create(await h.admin(), name, password, Role.VIEWER)
        assert h.users.roles() == {"admin": Role.ADMIN}
