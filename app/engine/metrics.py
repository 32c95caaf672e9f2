"""What is counted and measured, for Prometheus."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
POWERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """The metrics of one service, in a registry of their own. docs/operate.md says what each means."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory and CPU time of the process
        one = self.registry
        self.requests = Counter(
            "inkstream_requests", "Requests answered, by route.", ["route", "method", "status"], registry=one
        )
        self.points = Counter("inkstream_points", "Points decoded.", registry=one)
        self.steps = Counter(
            "inkstream_steps", "Steps decoded, of each drawing, those after its end among them.", registry=one
        )
        self.drawings = Counter("inkstream_drawings", "Drawings that ended, by reason.", ["reason"], registry=one)
        self.errors = Counter("inkstream_errors", "Errors, by kind.", ["kind"], registry=one)
        self.dropped_lines = Counter("inkstream_log_lines_dropped", "Lines of the log that nobody read.", registry=one)
        self.queue_wait = Histogram(
            "inkstream_queue_wait_seconds", "From request to slot.", buckets=SECONDS, registry=one
        )
        self.first_point = Histogram(
            "inkstream_time_to_first_point_seconds", "From request to first point.", buckets=SECONDS, registry=one
        )
        self.batch_size = Histogram(
            "inkstream_batch_size", "Drawings decoded side by side.", buckets=POWERS, registry=one
        )
        self.turn_steps = Histogram(
            "inkstream_turn_steps", "Steps that a batch takes in a turn.", buckets=POWERS, registry=one
        )
        self.recognition = Histogram(
            "inkstream_recognition_seconds", "From drawing to guesses.", buckets=SECONDS, registry=one
        )
        self.recognised = Counter("inkstream_recognised_drawings", "Drawings recognised.", registry=one)
        self.waiting = Gauge("inkstream_waiting_drawings", "Drawings that wait for a slot.", registry=one)
        self.running = Gauge("inkstream_running_drawings", "Drawings that have a slot.", registry=one)
        self.parked = Gauge(
            "inkstream_parked_drawings", "Drawings that wait for their readers, without a slot.", registry=one
        )
        self.loaded = Gauge("inkstream_loaded_checkpoints", "Checkpoints in memory.", registry=one)
        self.loaded_bytes = Gauge("inkstream_loaded_checkpoints_bytes", "Memory of their weights.", registry=one)
        self.pictures = Gauge("inkstream_pending_pictures", "Pictures that are not yet written.", registry=one)
        self.sockets = Gauge("inkstream_open_websockets", "WebSockets that are open.", registry=one)
        self.sockets_limit = Gauge("inkstream_websockets_limit", "WebSockets that may be open.", registry=one)
        self.clients = Gauge("inkstream_clients", "Clients that hold something of the service.", registry=one)
        self.client_refusals = Counter(
            "inkstream_client_refusals", "Requests refused, by the client's limit.", ["limit"], registry=one
        )
        answers = Counter(
            "inkstream_pool_answers", "Answers with drawings, by where they came from.", ["cache"], registry=one
        )
        self.answers = cache(answers.labels)  # finding one takes as long as much else of a ready drawing's answer
        self.refills = Counter("inkstream_pool_refills", "Drawings made for pools.", registry=one)
        self.unreadable = Counter("inkstream_pool_unreadable", "Entries that could not be read.", registry=one)
        self.pools = Gauge("inkstream_pools", "Pools in this process.", registry=one)
        self.pool_drawings = Gauge("inkstream_pool_drawings", "Ready drawings in this process.", registry=one)
        self.pool_bytes = Gauge("inkstream_pool_bytes", "Memory of their entries.", registry=one)
        self.redis_up = Gauge("inkstream_redis_up", "Whether Redis could be had when last tried.", registry=one)
        self.redis_errors = Counter("inkstream_redis_errors", "Failures of Redis, by kind.", ["kind"], registry=one)
