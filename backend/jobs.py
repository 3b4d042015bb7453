"""The message queue: its settings and how a message is sent. Messages carry an id; the database owns all state."""

from typing import Any
from uuid import UUID

from celery import Celery

from backend.core.logs import REQUEST_ID
from backend.core.settings import get_settings

INSPECT_SLIDE = "slide.inspect"
BUILD_LEVELS = "slide.build_levels"
RUN_ANALYSIS = "analysis.run"
COUNT_SHAPES = "review.count"

REQUEST_HEADER = "focusscope_request_id"
"""By which request a message was sent, for the logs."""

CPU, GPU = QUEUES = ("worker-cpu", "worker-gpu")
"""What any processor does in seconds; and analyses, one at a time on each GPU, or on the processor without one."""

SILENT_S = 5.0
"""For so long the broker may let somebody wait for its answer."""

LAST = 9
"""The priority of what is taken from its queue last; 0 goes first."""


def configuration() -> dict[str, Any]:
    """Return Celery's settings; the three time limits are kept in step with each other."""
    settings = get_settings()
    hard_limit_s = settings.analysis_hard_limit_s
    return {
        "broker_url": settings.broker,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # as long as it takes, or a worker ends after 48 minutes without Redis
        "broker_transport_options": {
            "visibility_timeout": int(1.1 * hard_limit_s),
            # or whoever sends waits for as long as a Redis does not answer that still takes connections
            "socket_timeout": SILENT_S,
            "socket_connect_timeout": SILENT_S,
        },
        "task_ignore_result": True,
        "task_routes": {
            BUILD_LEVELS: {"queue": CPU, "priority": LAST},  # a slide can be viewed without
            "slide.*": {"queue": CPU},
            "review.*": {"queue": CPU},
            "analysis.*": {"queue": GPU},
        },
        # A message is done when its task is, so that a worker that dies gives it back.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": hard_limit_s,
        "task_soft_time_limit": int(0.9 * hard_limit_s),
        "worker_prefetch_multiplier": 1,
        "worker_redirect_stdouts": False,
    }


celery = Celery("focusscope")
celery.add_defaults(configuration)


def send(name: str, subject_id: UUID) -> None:
    """Send a message at once. Within a transaction use `backend.db.session.after_commit`.

    Raises:
        kombu.exceptions.OperationalError: where the broker does not answer; workers catch up when it is back.
    """
    policy = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2}
    headers = {REQUEST_HEADER: REQUEST_ID.get()}
    celery.send_task(
        name, args=[str(subject_id)], headers=headers, retry=True, retry_policy=policy
    )  # fmt: skip


def queued(name: str) -> int:
    """Return how many messages wait in the queue of a task, of whatever task.

    Raises:
        kombu.exceptions.OperationalError: where the broker does not answer.
    """
    queue = celery.amqp.router.route({}, name)["queue"].name
    return length_of(queue)


def length_of(queue: str) -> int:
    """Return how many messages wait in a queue; none where nobody has sent any yet.

    Raises:
        kombu.exceptions.OperationalError: where the broker does not answer within some seconds.
    """
    with celery.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)  # a channel alone would wait for as long as it takes
        try:
            return int(connection.default_channel.queue_declare(queue, passive=True).message_count)
        except connection.channel_errors:
            return 0


def broker_answers() -> bool:
    """Say whether the broker can be reached."""
    try:
        with celery.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except Exception:
        return False
    return True
