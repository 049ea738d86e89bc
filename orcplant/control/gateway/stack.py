"""asyncua's server with a lock on its doors: who connects, who logs in, who calls.

What it does not do by itself, and is done here in one place:
- a channel of a client whose certificate is not trusted is closed, also one that shows somebody else's
  certificate when it makes a session; asyncua compares neither;
- passwords are verified in a thread before a session is activated; asyncua would do it in the loop;
- a method knows who called it (`caller`), and nobody ever gets asyncua's role Admin;
- a write by the Write service is refused and told; a HistoryRead never holds more than a page.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Protocol

from asyncua import Server, ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import struct_from_binary, uatcp_to_binary

from orcplant.control.users import AccessError, Session
from orcplant.live import Text

_log = logging.getLogger(__name__)

PAGE: Final = 2000  # values of history in one answer, whatever a client asks for
MAX_CONNECTIONS: Final = 50
_CREATE: Final = ua.NodeId(ua.ObjectIds.CreateSessionRequest_Encoding_DefaultBinary)
_ACTIVATE: Final = ua.NodeId(ua.ObjectIds.ActivateSessionRequest_Encoding_DefaultBinary)


class Doorkeeper(Protocol):
    """Who decides about clients and users."""

    def refusal(self, certificate: bytes, application_uri: str | None = None) -> str:
        """Why a client's certificate is not taken; empty if it is."""

    def platform(self, certificate: bytes) -> str | None:
        """Name of the platform a certificate logs in; None if it is none's."""

    async def login(self, name: str, password: str) -> Session:
        """Session of a user; AccessError if refused."""

    async def logout(self, session: Session) -> None:
        """End a session."""

    def turned_away(self, who: str, why: str) -> None:
        """Take note of a refusal."""


Call = Callable[["UaSession", ua.CallMethodRequest], Awaitable[ua.CallMethodResult | None]]


@dataclass(frozen=True, slots=True)
class _Entering:
    """What a session is activated with."""

    user: str
    login: Session | None


_entering: ContextVar[_Entering | None] = ContextVar("_entering", default=None)
_caller: ContextVar["UaSession | None"] = ContextVar("_caller", default=None)


def caller() -> "UaSession":
    """Session whose request is being served; LookupError outside of one."""
    session = _caller.get()
    if session is None:
        raise LookupError("no request is being served")
    return session


class UaSession(InternalSession):
    """A client's session; ``login`` is the user's, None for a platform."""

    iserver: "UaCore"
    login: Session | None = None
    locale = "en"

    async def call(self, params: list[ua.CallMethodRequest]) -> list[ua.CallMethodResult]:
        """Call methods in the name of this session."""
        token = _caller.set(self)
        try:
            return [await self._call(request) for request in params]
        finally:
            _caller.reset(token)

    async def _call(self, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        if self.iserver.on_call is not None:
            result = await self.iserver.on_call(self, request)
            if result is not None:
                return result
        (result,) = await super().call([request])
        return result

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        """Read, descriptions in the language of the session."""
        results = await super().read(params)
        if self.locale.startswith("zh"):
            for place, wanted in enumerate(params.NodesToRead):
                if wanted.AttributeId == ua.AttributeIds.Description and wanted.NodeId in self.iserver.texts:
                    text = ua.LocalizedText(self.iserver.texts[wanted.NodeId].zh, "zh-CN")
                    results[place] = ua.DataValue(ua.Variant(text, ua.VariantType.LocalizedText))
        return results

    async def write(self, params: ua.WriteParameters) -> list[ua.StatusCode]:
        """Refuse: what sets something is a command."""
        for wanted in params.NodesToWrite[:5]:
            self.iserver.doorkeeper.turned_away(
                str(self.user.name), f"wrote to {wanted.NodeId.to_string()[:100]}; commands go by the method"
            )
        code = ua.StatusCodes.BadUserAccessDenied if self.login is None else ua.StatusCodes.BadNotWritable
        return [ua.StatusCode(code) for _ in params.NodesToWrite]

    async def history_read(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """Read history, all nodes together no more than a page."""
        details = params.HistoryReadDetails
        count = len(params.NodesToRead)
        if count > PAGE // 100:
            raise ServiceError(ua.StatusCodes.BadTooManyOperations)
        if isinstance(details, ua.ReadRawModifiedDetails):
            page = PAGE // max(count, 1)
            wanted = details.NumValuesPerNode or page
            details.NumValuesPerNode = min(wanted, page)
        return await super().history_read(params)

    async def close_session(self, delete_subs: bool = True) -> None:
        """Close, and end the user's session."""
        login, self.login = self.login, None
        await super().close_session(delete_subs)
        if login is not None:
            await self.iserver.doorkeeper.logout(login)


class UaCore(InternalServer):
    """The inner server; ``on_call`` may answer a method call before asyncua does."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        super().__init__(user_manager=_Entrance())
        self.doorkeeper = doorkeeper
        self.on_call: Call | None = None
        self.texts: dict[ua.NodeId, Text] = {}
        self.allow_remote_admin = False
        self.max_connections = MAX_CONNECTIONS
        self.max_session_timeout_ms = 120_000.0

    def create_session(self, name: str, user: User | None = None, external: bool = False) -> InternalSession:
        """Make a session that knows its user."""
        anonymous = user or User(role=UserRole.Anonymous)
        return UaSession(
            self, self.aspace, self.subscription_service, name, user=anonymous, external=external
        )


class _Entrance:
    """asyncua's question who a user is; the answer was found before it was asked."""

    def get_user(self, *_: Any, **__: Any) -> User | None:
        entering = _entering.get()
        if entering is None:
            return None
        return User(role=UserRole.User, name=entering.user)


class _Processor(UaProcessor):
    """One connection."""

    iserver: UaCore
    session: UaSession | None

    async def process(self, header: Any, body: Any) -> bool:
        try:
            return bool(await super().process(header, body))
        except _TurnedAwayError as exc:
            error = ua.ErrorMessage(ua.StatusCode(exc.code), str(exc))
            self._transport.write(uatcp_to_binary(ua.MessageType.Error, error))
            return False

    def open_secure_channel(self, algohdr: Any, seqhdr: Any, body: Any) -> None:
        if algohdr.SenderCertificate:
            self._require_trust(algohdr.SenderCertificate, None)
        super().open_secure_channel(algohdr, seqhdr, body)

    async def _process_message(self, typeid: Any, requesthdr: Any, seqhdr: Any, body: Any) -> Any:
        if typeid == _CREATE:
            self._check_creation(struct_from_binary(ua.CreateSessionParameters, body.copy()))
        if typeid != _ACTIVATE:
            return await super()._process_message(typeid, requesthdr, seqhdr, body)
        parameters = struct_from_binary(ua.ActivateSessionParameters, body.copy())
        session = self.session or self.iserver.lookup_external_session(requesthdr.AuthenticationToken)
        if not isinstance(session, UaSession) or self._peer() is None:
            raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
        entering = await self._identified(session, parameters)
        token = _entering.set(entering)
        try:
            answer = await super()._process_message(typeid, requesthdr, seqhdr, body)
        except BaseException:
            if entering.login is not None:
                await self.iserver.doorkeeper.logout(entering.login)
            raise
        finally:
            _entering.reset(token)
        before, session.login = session.login, entering.login
        session.locale = next(iter(parameters.LocaleIds or ()), "en")
        if before is not None:
            await self.iserver.doorkeeper.logout(before)
        return answer

    def _peer(self) -> bytes | None:
        """Certificate of the other end; None on a channel without encryption."""
        policy = self._connection.security_policy
        if policy.Mode != ua.MessageSecurityMode.SignAndEncrypt:
            return None
        certificate: bytes | None = policy.peer_certificate
        return certificate

    def _check_creation(self, parameters: ua.CreateSessionParameters) -> None:
        peer = self._peer()
        if peer is None:  # a channel without encryption is for asking what there is
            raise ServiceError(ua.StatusCodes.BadSecurityPolicyRejected)
        if parameters.ClientCertificate != peer:
            self.iserver.doorkeeper.turned_away(str(self.name), "showed another certificate than its own")
            raise ServiceError(ua.StatusCodes.BadCertificateInvalid)
        self._require_trust(peer, parameters.ClientDescription.ApplicationUri)

    def _require_trust(self, certificate: bytes, application_uri: str | None) -> None:
        why = self.iserver.doorkeeper.refusal(certificate, application_uri)
        if why:
            self.iserver.doorkeeper.turned_away(str(self.name), f"certificate: {why}")
            raise _TurnedAwayError(why)

    async def _identified(self, session: UaSession, parameters: ua.ActivateSessionParameters) -> _Entering:
        token = parameters.UserIdentityToken
        if isinstance(token, ua.UserNameIdentityToken):
            try:
                name, password = self.iserver.decrypt_user_token(session, token)
            except Exception as exc:  # whatever a stranger's bytes do to a decoder
                raise ServiceError(ua.StatusCodes.BadIdentityTokenInvalid) from exc
            try:
                login = await self.iserver.doorkeeper.login(name or "", password or "")
            except AccessError as exc:
                raise ServiceError(ua.StatusCodes.BadUserAccessDenied) from exc
            return _Entering(login.user, login)
        if isinstance(token, ua.X509IdentityToken):
            platform = self.iserver.doorkeeper.platform(token.CertificateData)
            if platform is not None:  # asyncua verifies the signature that proves the key
                return _Entering(platform, None)
            self.iserver.doorkeeper.turned_away(str(self.name), "certificate: of no platform")
            raise ServiceError(ua.StatusCodes.BadIdentityTokenRejected)
        raise ServiceError(ua.StatusCodes.BadIdentityTokenRejected)


class _TurnedAwayError(Exception):
    """A client whose certificate is not taken."""

    code = ua.StatusCodes.BadSecurityChecksFailed


class _Protocol(OPCUAProtocol):
    processor: UaProcessor | None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self.processor is not None:  # else there are too many connections
            self.processor = _Processor(self.iserver, self.transport, self.limits)
            self.processor.set_policies(self.policies)


class _Binary(BinaryServer):
    def _make_protocol(self) -> OPCUAProtocol:
        return _Protocol(
            iserver=self.iserver,
            policies=self._policies,
            clients=self.clients,
            closing_tasks=self.closing_tasks,
            limits=self.limits,
        )


class UaServer(Server):
    """asyncua's server on the inner server and connections above."""

    iserver: UaCore
    bserver: BinaryServer | None

    def __init__(self, core: UaCore) -> None:
        super().__init__(iserver=core)

    async def start(self) -> None:
        """Listen; OSError if the address cannot be had."""
        await self._setup_server_nodes()
        await self.iserver.start()
        host, port = self._get_bind_socket_info()
        if host is None or port is None:
            raise OSError(f"{self.endpoint.geturl()}: no host or port")
        self.bserver = _Binary(self.iserver, host, port, self.limits)
        self.bserver.set_policies(self._policies)
        try:
            await self.bserver.start()
        except OSError:
            self.bserver = None
            await self.iserver.stop()
            raise

    @property
    def port(self) -> int:
        """Port it listens on."""
        assert self.bserver is not None  # noqa: S101
        return int(self.bserver.port)


def is_loopback(host: str) -> bool:
    """Whether nobody outside this machine can reach a host name."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return all(str(entry[4][0]).startswith(("127.", "::1")) for entry in found)
