"""The web application: Flask and its extensions around the house that wiring.py built."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from lms import wiring
from lms.adapters.clock import Clock, system_clock
from lms.config import Settings
from lms.web import assets, errors, guard, headers, languages, logs, pages, views
from lms.web.database import database
from lms.web.limits import limiter
from lms.web.proxies import BehindProxies

MOST_POSTED = 2 * 1024 * 1024
"""Bytes of one request. Uploads have routes of their own, with limits of their own."""


def create_app(settings: Settings, clock: Clock = system_clock) -> Flask:
    """The application for these settings. Opens no connection by itself."""
    house = wiring.build(settings, clock)
    app = Flask("lms", template_folder=str(settings.templates), static_folder=None)
    app.config.from_mapping(_flask_settings(settings))
    app.jinja_env.undefined = StrictUndefined
    app.extensions["engine"] = house.engine
    database.init_app(app)
    logs.init_logs(app)  # before whatever may refuse a request: refusals are logged too
    CSRFProtect(app)
    limiter.init_app(app)
    _init_sign_in(app, house)
    app.extensions["vigie"] = house.parts()
    app.extensions["house"] = house

    app.before_request(guard.check)
    headers.init_headers(app, settings.has_https)
    errors.init_errors(app)
    languages.init_languages(app)
    assets.init_assets(app, wiring.STATIC)
    pages.init_pages(app, wiring.NAVIGATION, demo=not settings.is_production)
    app.register_blueprint(views.bp)
    for bp in wiring.BLUEPRINTS:
        app.register_blueprint(bp)
    if settings.trusted_proxies:
        behind = BehindProxies(app.wsgi_app, settings.trusted_proxies)
        app.wsgi_app = behind  # type: ignore[method-assign]
    return app


def _init_sign_in(app: Flask, house: wiring.House) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the token's own row says whether it is good
    manager.user_loader(house.find_viewer)


def _flask_settings(settings: Settings) -> dict[str, object]:
    secure = settings.has_https
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SESSION_COOKIE_NAME": "__Host-vigie" if secure else "vigie",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": secure,
        "MAX_CONTENT_LENGTH": MOST_POSTED,
        "MAX_FORM_PARTS": 2000,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        "TEMPLATES_AUTO_RELOAD": False,
    }
