"""The yardstick: create and list of tasks as one would write them with FastAPI, SQLModel and asyncpg.

Same tables, same two inserts in one transaction, same tokens, same answers. It has no spans, no metrics and no
request log, and it remembers verified tokens as `tasks` does: what is compared is the work that both must do.
"""

import os
import secrets
import time
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Annotated, Literal

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.alias_generators import to_camel
from sqlalchemy import ARRAY, Column, DateTime, Text, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel, select

# A field is called `list`, which would hide the type.
Texts = list[str]

engine = create_async_engine(os.environ["RIVAL_DATABASE_URL"], pool_size=10, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
verifying_keys: dict[str, jwt.PyJWK] = {}
remembered: dict[str, tuple[float, uuid.UUID, frozenset[str]]] = {}


class TaskRow(SQLModel, table=True):
    __tablename__ = "task"
    __table_args__ = {"schema": "tasks"}

    id: uuid.UUID = Field(primary_key=True)
    user_id: uuid.UUID
    title: str
    description: str | None
    priority: str
    tags: Texts = Field(sa_column=Column(ARRAY(Text), nullable=False))
    list: str | None
    due_kind: str | None
    due_local: str | None
    due_tz: str | None
    status: str
    version: int
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    completed_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True)))


class OutboxRow(SQLModel, table=True):
    __tablename__ = "outbox"
    __table_args__ = {"schema": "tasks"}

    id: uuid.UUID = Field(primary_key=True)
    topic: str
    type: str
    subject: str
    partition_key: str
    sequence: int
    user_id: str | None
    actor: str
    payload: str
    traceparent: str | None
    tracestate: str | None
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Due(Wire):
    kind: Literal["date", "floating", "zoned"]
    local: str
    tz: str | None = None


class NewTask(Wire):
    title: str = Field(min_length=1, max_length=500)
    description: str | None = None
    priority: Literal["none", "low", "medium", "high", "urgent"] = "none"
    tags: Texts = []
    list: str | None = None
    due: Due | None = None

    @field_validator("title", "list")
    @classmethod
    def trim(cls, value: str | None) -> str | None:
        return value.strip() if value else value


class Task(Wire):
    id: uuid.UUID
    title: str
    description: str | None
    priority: str
    tags: Texts
    list: str | None
    due: Due | None
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None

    @staticmethod
    def of(row: TaskRow) -> "Task":
        due = Due(kind=row.due_kind, local=row.due_local, tz=row.due_tz) if row.due_kind else None
        return Task(
            id=row.id, title=row.title, description=row.description, priority=row.priority, tags=row.tags,
            list=row.list, due=due, status=row.status, version=row.version, created_at=row.created_at,
            updated_at=row.updated_at, completed_at=row.completed_at)


class Snapshot(Wire):
    task: Task


class Page(Wire):
    items: list[Task]
    next_cursor: str | None


@asynccontextmanager
async def lifespan(_: FastAPI):
    for key in jwt.PyJWKClient(os.environ["RIVAL_JWKS_URL"]).get_jwk_set().keys:
        verifying_keys[key.key_id] = key
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
bearer = HTTPBearer()


def caller(scope: str):
    def verified(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> uuid.UUID:
        token = credentials.credentials
        known = remembered.get(token)
        if known is None or known[0] <= time.time():
            known = remembered[token] = verify(token)
        if scope not in known[2]:
            raise HTTPException(403, f"the token lacks the scope {scope}")
        return known[1]

    # Asynchronous, or FastAPI would send it to a thread pool.
    async def dependency(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> uuid.UUID:
        return verified(credentials)

    return dependency


def verify(token: str) -> tuple[float, uuid.UUID, frozenset[str]]:
    try:
        key = verifying_keys[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(token, key.key, algorithms=["EdDSA"], audience="todo", issuer="gateway")
        return claims["exp"], uuid.UUID(claims["sub"]), frozenset(claims["scope"].split())
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise HTTPException(401, "the token is not valid or has expired") from error


async def act_for(database: AsyncSession, user):
    """Names the user of the transaction, as row-level security asks of everybody."""
    await database.execute(text("SELECT set_config('app.user_id', :user, true)"), {"user": str(user)})


async def session():
    async with sessions() as opened:
        yield opened


def time_ordered_id() -> uuid.UUID:
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


@app.post("/api/v1/tasks", status_code=201, response_model=Task, response_model_exclude_none=True)
async def create(
    new: NewTask, response: Response, user: Annotated[uuid.UUID, Depends(caller("tasks:write"))],
    database: Annotated[AsyncSession, Depends(session)],
) -> Task:
    now = datetime.now(timezone.utc)
    row = TaskRow(
        id=time_ordered_id(), user_id=user, title=new.title, description=new.description, priority=new.priority,
        tags=new.tags, list=new.list, due_kind=new.due and new.due.kind, due_local=new.due and new.due.local,
        due_tz=new.due and new.due.tz, status="open", version=1, created_at=now, updated_at=now,
        completed_at=None)
    task = Task.of(row)
    subject = str(row.id)
    event = OutboxRow(
        id=time_ordered_id(), topic="todo.events", type="todo.task.created.v1", subject=subject,
        partition_key=subject, sequence=1, user_id=str(user), actor="user",
        payload=Snapshot(task=task).model_dump_json(by_alias=True, exclude_none=True),
        traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01", tracestate=None, created_at=now)
    await act_for(database, user)
    # In the order of `tasks`: left alone, the unit of work would choose its own.
    database.add(row)
    await database.flush()
    database.add(event)
    await database.commit()
    response.headers["location"] = f"/api/v1/tasks/{subject}"
    response.headers["etag"] = '"1"'
    response.headers["cache-control"] = "no-store"
    return task


@app.get("/api/v1/tasks", response_model=Page)
async def page(
    user: Annotated[uuid.UUID, Depends(caller("tasks:read"))],
    database: Annotated[AsyncSession, Depends(session)],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Page:
    await act_for(database, user)
    statement = select(TaskRow).where(TaskRow.user_id == user).order_by(TaskRow.id.desc()).limit(limit + 1)
    rows = (await database.execute(statement)).scalars().all()
    items = [Task.of(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=f"t1.{items[-1].id}" if len(rows) > limit else None)
