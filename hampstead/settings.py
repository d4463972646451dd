"""The one settings file. Everything that differs between machines comes from the environment.

`docs/SETTINGS.md` lists each name; a test compares the two.
"""

from decimal import Decimal
from typing import Any

import dj_database_url
from django.urls import reverse_lazy

from hampstead import env
from hampstead.admin_look import ADMIN_LOOK
from hampstead.openapi import OPENAPI
from hampstead.prices import (
    DEEPGRAM_USD_PER_MINUTE,
    ELEVENLABS_CREDITS,
    ELEVENLABS_USD_PER_1000_CREDITS,
    MODEL_PRICES,
    SPEND_CEILINGS,
)
from hampstead.schedule import SCHEDULE
from hampstead.storing import RECORDINGS_STORE, STORE_VENDORS, local_folder
from hampstead.vendors import LOOPBACK, SANDBOX_URL, VENDOR_CODES, VENDOR_NAMES, VENDORS

BASE_DIR = env.BASE_DIR
VAR_DIR = env.VAR_DIR
VERSION = "0.1.0"

# --- where are we -------------------------------------------------------------------------
ENVIRONMENT = env.text("ENVIRONMENT", "production")
PORT = env.text("PORT", "8000")
DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
# Fernet keys for raw webhook bodies at rest: the first encrypts, all decrypt (rotation).
FIELD_KEYS = env.words("FIELD_KEYS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}")
LIVE_URL = env.text("LIVE_URL", "")  # websocket address when no proxy routes /ws/

# --- applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_celery_beat",
    "django_prometheus",
    "hampstead.core",
    "leads",
    "conversations",
    "voice",
    "whatsapp",
    "crm",
    "hampstead.office",
]
MIDDLEWARE = [
    "hampstead.core.middleware.RequestIdMiddleware",
    "hampstead.core.metrics.RequestMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "hampstead.urls"
WSGI_APPLICATION = "hampstead.wsgi.application"
ASGI_APPLICATION = "hampstead.asgi.application"
AUTH_USER_MODEL = "core.StaffUser"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database: the only truth -------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
DATABASES: dict[str, Any] = {"default": dict(dj_database_url.parse(DATABASE_URL))}
DATABASES["default"]["OPTIONS"] = {
    "options": (
        "-c statement_timeout=10s -c lock_timeout=5s"
        " -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    ),
    "connect_timeout": 2,
    "keepalives_idle": 30,
    "application_name": env.text("PROCESS_NAME", "manage"),
}
if env.flag("DB_POOL", False):  # web: threads share a small pool
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 8, "timeout": 2}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:  # worker, pump, beat: one connection each, kept
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Redis: hints only --------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
REDIS_TIMEOUT_SECONDS = 0.1
REDIS_PREFIX = env.text("REDIS_PREFIX", "hampstead:")
TASK_QUEUE = "hampstead.celery.app"
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 180,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "global_keyprefix": REDIS_PREFIX,
}
CELERY_DB_REUSE_MAX = None
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = SCHEDULE
DJANGO_CELERY_BEAT_TZ_AWARE = True
CHANNEL_LAYERS = {
    "default": {
        # The core layer needs a connection per socket and drops messages; this one does not.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            # A hung Redis must hold up neither the pump nor a page.
            "hosts": [{"address": REDIS_URL, "socket_timeout": 0.5, "socket_connect_timeout": 0.5}],
            "prefix": f"{REDIS_PREFIX}live",
        },
    }
}

# --- wiring: who handles what, by dotted path ---------------------------------------------
INBOX_HANDLERS = {
    "360dialog": "whatsapp.inbound.take_post",
    "microsoft": "leads.calendar_notices.take_post",
    "vapi": "voice.inbound.take_post",
}
LANE_WORK = {
    "conversation": "conversations.turns.work",
    "digest": "conversations.digests.work",
    "summary": "conversations.summaries.work",
}
# What `manage.py load_defaults` runs: each returns how many rows of each kind it created.
DEFAULT_LOADERS = ["leads.loading.load_defaults", "conversations.prompting.load_first_prompts"]
OUTBOX_SENDERS = {
    "whatsapp": "whatsapp.sending.WhatsAppSender",
    "calendar": "leads.calendar_writing.CalendarSender",
    "callback": "voice.callback_sending.CallbackSender",
}
# What staff read instead of "message".
EFFECT_NAMES = {"calendar": "calendar entry", "callback": "telephone call"}
# Whom it concerns, by the kind of its subject, when a person marks a task done.
TASK_FINISHED = {
    "promise": "leads.promises.keep_by_task",
    "survey": "leads.told.told_by_task",
}
# Purposes that nobody misses when they come too late; who else asks staff about one that fails.
NOT_MISSED = {
    "holding": "",
    "brief": "",
    "survey_notice": "notices",
    "reminder": "notices",
    "callback": "callbacks",
    "callback_notice": "callbacks",
}
VENDOR_NOTES = {"microsoft": "leads.credentials.note"}  # a line on the vendor's page
# Called when a worker starts, before it forks: imports that take seconds.
WORKER_WARMS = ["voice.speech.deepgram.warm", "voice.speech.elevenlabs.warm"]
SUBJECT_ADMINS = {  # which admin page shows a subject such as "conversation:12"
    "conversation": "admin:conversations_conversation_change",
    "call": "admin:voice_call_change",
    "callback": "admin:voice_callback_change",
    "lead": "admin:leads_lead_change",
    "person": "admin:leads_person_change",
    "promise": "admin:leads_promise_change",
    "survey": "admin:leads_survey_change",
    "surveyor": "admin:leads_surveyor_change",
    "surveyrules": "admin:leads_surveyrules_change",
    "message": "admin:conversations_message_change",
    "inbox": "admin:core_inboxevent_change",
    "outbox": "admin:core_outbox_change",
    "vendor": "admin:core_vendorhealth_change",
    "rules": "admin:leads_ruleset_change",
    "prompt": "admin:conversations_promptversion_change",
    "task": "admin:core_stafftask_change",
    "spendceiling": "admin:core_spendceiling_change",
    "pricerange": "admin:leads_pricerange_change",
    "servicearea": "admin:leads_servicearea_change",
    "openinghours": "admin:leads_openinghours_change",
    "firm": "admin:leads_firm_change",
    "staff": "admin:core_staffuser_change",
}

# --- vendors: live when their key is set, otherwise the sandbox ---------------------------
VENDORS |= STORE_VENDORS
ALLOW_SANDBOX = env.flag("ALLOW_SANDBOX", ENVIRONMENT != "production")
SENDING_FROZEN = env.flag("SENDING_FROZEN", False)
METRICS_TOKEN = env.text("METRICS_TOKEN", "")  # empty: /metrics answers this machine only
VENDOR_CALL_LOG_DAYS = 14
VENDOR_USE_DAYS = 400  # what was paid for what: a year to compare with
WEBHOOK_BODY_DAYS = 14
ANTHROPIC_MODEL = env.text("ANTHROPIC_MODEL", "claude-haiku-5-5")
ANTHROPIC_MAX_TOKENS = env.integer("ANTHROPIC_MAX_TOKENS", 700)
ANTHROPIC_DEADLINE_SECONDS = env.number("ANTHROPIC_DEADLINE_SECONDS", 15.0)
ANTHROPIC_CALLS_PER_MINUTE = env.integer("ANTHROPIC_CALLS_PER_MINUTE", 600)
ANTHROPIC_STRONG_MODEL = env.text("ANTHROPIC_STRONG_MODEL", "claude-sonnet-5-5")
ANTHROPIC_STRONG_DEADLINE_SECONDS = env.number("ANTHROPIC_STRONG_DEADLINE_SECONDS", 60.0)
WHATSAPP_DEADLINE_SECONDS = env.number("WHATSAPP_DEADLINE_SECONDS", 10.0)
WHATSAPP_SENDS_PER_SECOND = env.integer("WHATSAPP_SENDS_PER_SECOND", 20)
WHATSAPP_PHONE_NUMBER_ID = env.text("WHATSAPP_PHONE_NUMBER_ID", "")
# Two values while a secret is being rotated, separated by a comma.
WHATSAPP_WEBHOOK_SECRETS = env.words("WHATSAPP_WEBHOOK_SECRET")
WHATSAPP_SIGNATURE_SECRETS = env.words("WHATSAPP_SIGNATURE_SECRET")
# When the client secret or certificate runs out, such as 2027-05-31: staff are warned in time.
MICROSOFT_CLIENT_SECRET_EXPIRES = env.text("MICROSOFT_CLIENT_SECRET_EXPIRES", "")
MICROSOFT_TENANT_ID = env.text("MICROSOFT_TENANT_ID", "sandbox-tenant")
MICROSOFT_CLIENT_ID = env.text("MICROSOFT_CLIENT_ID", "sandbox-client")
MICROSOFT_DEADLINE_SECONDS = env.number("MICROSOFT_DEADLINE_SECONDS", 4.0)
MICROSOFT_CALLS_PER_SECOND = env.integer("MICROSOFT_CALLS_PER_SECOND", 15)
MICROSOFT_MAX_BODY_BYTES = 256 * 1024
VAPI_WEBHOOK_AUTH = env.text("VAPI_WEBHOOK_AUTH", "secret")  # or "bearer", or "hmac"
VAPI_WEBHOOK_SECRETS = env.words("VAPI_WEBHOOK_SECRET")
VAPI_ASSISTANT_ID = env.text("VAPI_ASSISTANT_ID", "")  # empty: each call gets ours inline
VAPI_MODEL = env.text("VAPI_MODEL", "claude-haiku-4-5-20251001")
VAPI_DEADLINE_SECONDS = env.number("VAPI_DEADLINE_SECONDS", 10.0)
VAPI_LIMIT = "120/minute"
# A call of which nothing was heard for so long is asked about.
VAPI_SILENT_SECONDS = env.number("VAPI_SILENT_SECONDS", 120.0)
VAPI_PHONE_NUMBER_ID = env.text("VAPI_PHONE_NUMBER_ID", "")  # empty: we ring nobody
AUTO_CALLBACKS = env.flag("AUTO_CALLBACKS", False)  # hand over each call-back that was asked for
VAPI_MAX_BODY_BYTES = 8 * 1024 * 1024
VAPI_RECORDING_DEADLINE_SECONDS = env.number("VAPI_RECORDING_DEADLINE_SECONDS", 45.0)
OFFICE_PHONE = env.text("OFFICE_PHONE", "")  # for callers while the database is away
DEEPGRAM_MODEL = env.text("DEEPGRAM_MODEL", "nova-3")
DEEPGRAM_DEADLINE_SECONDS = env.number("DEEPGRAM_DEADLINE_SECONDS", 30.0)
DEEPGRAM_LIMIT = ELEVENLABS_LIMIT = "120/minute"  # our own, shared by all processes
ELEVENLABS_VOICE = env.text("ELEVENLABS_VOICE", "Xb7hH8MSUJpSbSDYk0k2")  # Alice, British
ELEVENLABS_MODEL = env.text("ELEVENLABS_MODEL", "eleven_flash_v2_5")
ELEVENLABS_DEADLINE_SECONDS = env.number("ELEVENLABS_DEADLINE_SECONDS", 20.0)
ELEVENLABS_PIECE_CHARACTERS = 800  # longer texts are said in pieces
TRANSCRIPTION_DAYS = 14
PHRASE_DAYS = 90  # without a use
PHRASE_CACHE_BYTES = 200 * 1024 * 1024
WHATSAPP_MAX_BODY_BYTES = 3 * 1024 * 1024 + 64 * 1024

# --- money --------------------------------------------------------------------------------
PENCE_PER_USD = Decimal(str(env.number("PENCE_PER_USD", 79)))
CAN_WAIT = {"digest", "summary", "playground"}  # purposes of calls that nobody waits for
# What higher floors add to /metrics.
METRIC_SOURCES = ["conversations.metrics.figures", "leads.metrics.figures"]

# --- what the model is told (tokens are estimates) ----------------------------------------
HISTORY_TOKENS = 6500  # of messages since the digest; older ones are dropped
# Then the older part is put into a few words: by the dear model, so not too often.
DIGEST_AFTER_TOKENS = 5000
BURST_CHARACTERS = 6000  # of what one side said in one go; the middle of a flood is left out

# --- timing of a conversation -------------------------------------------------------------
PAUSE_MINUTES = 30  # of silence, then staff get a summary
SETTLE_SECONDS = env.number("SETTLE_SECONDS", 2.0)
SILENT_RETRY_SECONDS = env.number("SILENT_RETRY_SECONDS", 20.0)
LATE_ANSWER_HOURS = 2
# All rounds of one answer together; below the worker's own time limit.
TURN_DEADLINE_SECONDS = 60.0
BREAKER_COOL_SECONDS = env.number("BREAKER_COOL_SECONDS", 60.0)
RECONCILE_SECONDS = env.number("RECONCILE_SECONDS", 60.0)

# --- REST framework -----------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "hampstead.core.webhooks.error_response",
    "DEFAULT_THROTTLE_RATES": {"calendar-read": "120/minute", "calendar-write": "30/minute"},
}
SPECTACULAR_SETTINGS = OPENAPI
UNFOLD = ADMIN_LOOK
# The largest body any endpoint takes; each endpoint has its own, smaller cap.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- files --------------------------------------------------------------------------------
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "recordings": RECORDINGS_STORE,
    # Where a recording stays while the store above is away.
    "recordings_waiting": local_folder("recordings-waiting"),
}
S3_DEADLINE_SECONDS = env.number("S3_DEADLINE_SECONDS", 20.0)
S3_LIMIT = "600/minute"

# --- language and time --------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # how staff read times; stored in UTC
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = ["hampstead.formats"]

# --- static files, sessions, security -----------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = ENVIRONMENT != "production"
LOGIN_URL = reverse_lazy("admin:login")
SESSION_COOKIE_AGE = 12 * 3600
# Cookies are not told apart by port: two clones on one host would sign each other out.
_clone = "" if ENVIRONMENT == "production" else f"_{PORT}"
SESSION_COOKIE_NAME = f"sessionid{_clone}"
CSRF_COOKIE_NAME = f"csrftoken{_clone}"
BEHIND_TLS = env.flag("BEHIND_TLS", ENVIRONMENT == "production")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- logs: one line per event, key=value --------------------------------------------------
LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"keyvalue": {"()": "hampstead.core.logs.KeyValueFormatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "keyvalue"}},
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        # Its debug level prints what customers said.
        "anthropic": {"level": "WARNING"},
        "deepgram": {"level": "WARNING"},
        "elevenlabs": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
    },
}
