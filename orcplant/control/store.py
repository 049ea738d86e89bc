"""The one thread that writes SQLite: journal, users, history. The event loop never waits for a disk.

Jobs that come together are committed together, each under a savepoint of its own, so that one that
fails takes no other with it. A job is acknowledged after its commit, not before.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeAlias, TypeVar

from orcplant.errors import OrcplantError

T = TypeVar("T")
Job: TypeAlias = Callable[[sqlite3.Connection], T]

_BATCH: Final = 500  # jobs in one commit, so that no one waits for ever behind others
_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",  # readers while writing
    "PRAGMA busy_timeout = 5000",
)
_DURABLE: Final = "PRAGMA synchronous = FULL"  # a commit survives the loss of power
_FAST: Final = "PRAGMA synchronous = OFF"


class StoreError(OrcplantError):
    """A database that cannot be opened, read or written: names the file."""


@dataclass(slots=True)
class _Task(Generic[T]):
    database: "Database"
    job: Job[T]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[T]


class Store:
    """The writer thread; `database` opens files in it, `close` ends it after all that was asked.

    Parameters
    ----------
    is_durable : bool
        Whether a commit waits for the disk. False is for rigs: it survives a killed process, but not a loss
        of power.
    """

    def __init__(self, *, is_durable: bool = True) -> None:
        self.settings = (*_SETTINGS, _DURABLE if is_durable else _FAST)
        self._tasks: queue.SimpleQueue[_Task[Any] | None] = queue.SimpleQueue()
        self._databases: list[Database] = []
        self._thread = threading.Thread(target=self._work, name="orcplant-store", daemon=True)
        self._thread.start()

    async def database(self, path: Path, schema: str) -> "Database":
        """Open a database, made with `schema` where it is new.

        Raises
        ------
        StoreError
            If the file cannot be opened, or is no database.
        """
        database = Database(self, path)
        self._databases.append(database)
        # A script cannot run in the transaction of a job: it commits on its own, statement by statement.
        await database.run(lambda connection: [connection.execute(part) for part in _statements(schema)])
        return database

    async def close(self) -> None:
        """Write what is waiting, close the files, end the thread."""
        self._tasks.put(None)
        await asyncio.to_thread(self._thread.join)

    def put(self, task: _Task[Any]) -> None:
        """Queue a job."""
        self._tasks.put(task)

    def _work(self) -> None:
        is_open = True
        while is_open:
            batch = [self._tasks.get()]
            with suppress(queue.Empty):
                while len(batch) < _BATCH:
                    batch.append(self._tasks.get_nowait())
            is_open = None not in batch
            tasks = [task for task in batch if task is not None]
            for database in {id(task.database): task.database for task in tasks}.values():
                database.commit_together([task for task in tasks if task.database is database])
        for database in self._databases:
            database.close()


class Database:
    """One SQLite file, touched by the writer thread only."""

    def __init__(self, store: Store, path: Path) -> None:
        self.path = path
        self._store = store
        self._connection: sqlite3.Connection | None = None

    async def run(self, job: Job[T]) -> T:
        """Result of `job`, called in the writer thread and committed.

        Raises
        ------
        StoreError
            If the database or its disk refuses. What `job` raises itself comes through.
        """
        loop = asyncio.get_running_loop()
        task = _Task(self, job, loop, loop.create_future())
        self._store.put(task)
        # Shielded: a caller that gives up must not make an acknowledged job look unacknowledged to others.
        return await asyncio.shield(task.done)

    def commit_together(self, tasks: list[_Task[Any]]) -> None:
        """In the writer thread: run jobs in one transaction and tell their callers."""
        results: list[tuple[_Task[Any], Any, BaseException | None]] = []
        try:
            connection = self._connection = self._connection or self._connected()
            connection.execute("BEGIN IMMEDIATE")
            try:
                for task in tasks:
                    results.append((task, *_tried(connection, task.job)))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as exc:
            error = StoreError(f"{self.path}: cannot be written: {exc}")
            results = [(task, None, error) for task in tasks]
        for task, result, failure in results:
            if isinstance(failure, sqlite3.Error):
                failure = StoreError(f"{self.path}: cannot be written: {failure}")
            with suppress(RuntimeError):  # its loop is closed: nobody is left to be told
                task.loop.call_soon_threadsafe(_tell, task.done, result, failure)

    def close(self) -> None:
        """In the writer thread: close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            for setting in self._store.settings:
                connection.execute(setting)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _tried(connection: sqlite3.Connection, job: Job[Any]) -> tuple[Any, Exception | None]:
    connection.execute("SAVEPOINT job")
    try:
        result = job(connection)
    except Exception as exc:
        if not connection.in_transaction:  # SQLite itself rolled all back: disk full, say
            raise
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return None, exc
    connection.execute("RELEASE job")
    return result, None


def _tell(done: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
    if done.done():  # cancelled with its loop
        return
    if failure is None:
        done.set_result(result)
    else:
        done.set_exception(failure)


def _statements(schema: str) -> list[str]:
    """Statements of a schema, separated by empty lines."""
    return [part for part in schema.split("\n\n") if part.strip()]
