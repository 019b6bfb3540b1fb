"""The composition root: puts settings, database, packages and reactions together, and nothing else."""

import os
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate

from casework import reactions
from casework.accounts import commands as account_commands
from casework.accounts import routes as account_routes
from casework.cases import clock_commands
from casework.cases import commands as case_commands
from casework.cases import routes as case_routes
from casework.cases.changes import commands as change_commands
from casework.catalogue import commands as catalogue_commands
from casework.catalogue import routes as catalogue_routes
from casework.communications import routes as communication_routes
from casework.core.config import Settings, load_settings
from casework.core.db import db, prepare_engine
from casework.core.queue import BrokerPublisher, NoBroker
from casework.demo import commands as demo_commands
from casework.improvement import commands as improvement_commands
from casework.improvement import routes as improvement_routes
from casework.measures import commands as measure_commands
from casework.measures import routes as measure_routes
from casework.notices import routes as notice_routes
from casework.portal import routes as portal_routes
from casework.search import commands as search_commands
from casework.search import routes as search_routes
from casework.web import register as register_web

HERE = Path(__file__).parent

# Every package that has pages or commands.
PARTS = (
    register_web,
    account_routes.register,
    account_commands.register,
    case_routes.register,
    case_commands.register,
    clock_commands.register,
    change_commands.register,
    catalogue_routes.register,
    catalogue_commands.register,
    communication_routes.register,
    notice_routes.register,
    measure_routes.register,
    measure_commands.register,
    improvement_routes.register,
    improvement_commands.register,
    portal_routes.register,
    search_routes.register,
    search_commands.register,
    demo_commands.register,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application for these settings; without any, for those in the environment."""
    settings = settings or load_settings(os.environ)
    app = Flask(__name__, template_folder=HERE / "templates", static_folder=HERE / "static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        TESTING=settings.testing,
        BABEL_DEFAULT_TIMEZONE=settings.time_zone,
    )
    app.extensions["settings"] = settings
    app.extensions["publisher"] = BrokerPublisher(settings.broker_url) if settings.redis_url else NoBroker()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    db.init_app(app)
    Migrate(app, db, directory=str(HERE / "migrations"), render_as_batch=True, compare_type=True)
    Babel(app)
    with app.app_context():
        prepare_engine(db.engine)
    for register in PARTS:
        register(app)
    reactions.connect()
    return app


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}, "hide_parameters": True}
    # What people typed does not belong in a trace.
    return {"pool_pre_ping": True, "hide_parameters": True}
